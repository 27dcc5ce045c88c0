#include "service/jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/scoring_limits.h"
#include "base/time_text.h"
#include "base/uuid.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace limits = base::limits;
namespace {

// What a job's document has beside what is told.
constexpr std::string_view beat = "beat", cancel_asked = "cancel_asked";

std::string document_id(const std::string& project, const std::string& id) { return project + '/' + id; }

std::string text(base::Time time) { return base::TimeZone{}.format(time); }

std::int64_t micros(base::Time time) { return time.time_since_epoch().count(); }

json::object told(store::Document document) {
  for (const std::string_view hidden : {std::string_view("_id"), beat, cancel_asked}) document.erase(hidden);
  return document;
}

bool has_ended(const store::Document& document) {
  const std::string_view status = document.at("status").as_string();
  return status != "queued" && status != "running";
}

document::Filter unfinished() { return {{{"status", document::Compare::in, json::array{"queued", "running"}}}}; }

store::Update cut_off(base::Time now) {
  store::Update update;
  update.set.emplace_back("status", "failed");
  update.set.emplace_back("error", "the program that ran it has ended");
  update.set.emplace_back("updated_at", text(now));
  return update;
}

std::string_view name_of_end(const base::Result<json::object>& result, bool cancelled) {
  if (result) return "succeeded";
  return cancelled ? "cancelled" : "failed";
}

}  // namespace

void Jobs::Run::tell(std::string_view stage, double percent) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = jobs_.ports_.clock.now();
    const bool same_stage = progress_.at("stage").as_string() == stage;
    progress_ = {{"stage", stage}, {"pct", std::clamp(percent, 0.0, 100.0)}, {"message", ""}};
    if (same_stage && now - told_ < limits::job_told_every) return;
    told_ = now;
  }
  if (auto status = jobs_.write(*this, {}); !status) base::log::warn("job {}: {}", id_, status.error().message);
}

Jobs::Jobs(const Ports& ports, base::Workers& workers) : ports_(ports), workers_(workers) {}

base::Result<json::object> Jobs::start(const std::string& project, const std::string& type, json::object params,
                                       Work work) {
  const auto now = ports_.clock.now();
  const auto id = base::make_uuid(now, ports_.entropy.next()).to_string();
  auto run = std::make_shared<Run>(*this, document_id(project, id));
  store::Document document{{"_id", run->id_},
                           {"job_id", id},
                           {"type", type},
                           {"status", "queued"},
                           {"progress", run->progress_},
                           {"created_at", text(now)},
                           {"updated_at", text(now)},
                           {"params", std::move(params)},
                           {beat, micros(now)}};
  TRY_DO(make_room(project));
  TRY_DO(take_in(run, document));
  if (workers_.run([this, run, work = std::move(work)] { work_on(run, work); })) return told(document);
  forget(*run);
  TRY_DO(ports_.documents.remove(collections::jobs, run->id_));
  return base::fail(base::ErrorKind::unavailable, "too many jobs are waiting");
}

// In one step: a job that keep() finds in the store and not here would be taken for one whose node is gone.
base::Status Jobs::take_in(const RunPtr& run, const store::Document& document) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return base::fail(base::ErrorKind::unavailable, "the program is ending");
  TRY_DO(ports_.documents.insert(collections::jobs, document));
  running_.emplace(run->id_, run);
  return {};
}

// Only ended jobs make room; the newest stay.
base::Status Jobs::make_room(const std::string& project) {
  store::ScanOptions options;
  options.id_prefix = project + '/';
  options.limit = 2 * limits::jobs_per_project;
  TRY(const auto jobs, ports_.documents.scan(collections::jobs, {}, options));
  std::size_t over = jobs.size() < limits::jobs_per_project ? 0 : jobs.size() - limits::jobs_per_project + 1;
  for (const auto& job : jobs) {
    if (over == 0) return {};
    if (!has_ended(job)) continue;
    TRY_DO(ports_.documents.remove(collections::jobs, std::string_view(job.at("_id").as_string())));
    --over;
  }
  return {};
}

void Jobs::work_on(const RunPtr& run, const Work& work) {
  auto result = base::Result<json::object>(base::fail(base::ErrorKind::unavailable, "it was cancelled"));
  if (!run->cancelled()) {
    if (auto status = write(*run, {{"status", "running"}}); !status)
      base::log::warn("job {}: {}", run->id_, status.error().message);
    result = work(*run);
  }
  if (auto status = end(*run, std::move(result)); !status)
    base::log::error("the end of job {} is not kept: {}", run->id_, status.error().message);
  forget(*run);
}

// Says how far it is, and hears whether it was cancelled on another node.
base::Status Jobs::write(Run& run, std::vector<std::pair<std::string, json::value>> set) {
  const auto now = ports_.clock.now();
  set.emplace_back("updated_at", text(now));
  set.emplace_back(beat, micros(now));
  {
    const std::lock_guard lock(run.mutex_);
    set.emplace_back("progress", run.progress_);
  }
  TRY(const auto document, ports_.documents.update(collections::jobs, run.id_, {std::move(set), {}, {}}));
  if (!document || document->contains(cancel_asked)) run.cancelled_ = true;
  return {};
}

base::Status Jobs::end(Run& run, base::Result<json::object> result) {
  std::vector<std::pair<std::string, json::value>> set;
  set.emplace_back("status", name_of_end(result, run.cancelled()));
  if (result) {
    set.emplace_back("result", std::move(*result));
    const std::lock_guard lock(run.mutex_);
    run.progress_ = {{"stage", "done"}, {"pct", 100}, {"message", ""}};
  } else {
    set.emplace_back("error", result.error().message);
  }
  return write(run, std::move(set));
}

base::Result<json::object> Jobs::get(const std::string& project, const std::string& id) const {
  TRY(auto document, ports_.documents.get(collections::jobs, document_id(project, id)));
  if (!document) return base::fail(base::ErrorKind::not_found, fmt::format("there is no job {}", id));
  return told(std::move(*document));
}

base::Result<std::vector<json::object>> Jobs::list(const std::string& project, const std::string& before,
                                                   std::size_t limit) const {
  store::ScanOptions options;
  options.id_prefix = project + '/';
  options.limit = 2 * limits::jobs_per_project;
  TRY(auto jobs, ports_.documents.scan(collections::jobs, {}, options));
  std::vector<json::object> out;
  for (auto job = jobs.rbegin(); job != jobs.rend() && out.size() < limit; ++job) {
    if (before.empty() || job->at("job_id").as_string() < before) out.push_back(told(std::move(*job)));
  }
  return out;
}

base::Result<json::object> Jobs::cancel(const std::string& project, const std::string& id) {
  TRY(const auto now_told, get(project, id));
  if (has_ended(now_told)) {
    const std::string status(now_told.at("status").as_string());
    return base::fail(base::ErrorKind::conflict, fmt::format("job {} has ended: {}", id, status));
  }
  const auto key = document_id(project, id);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = running_.find(key); found != running_.end()) found->second->cancelled_ = true;
  }
  TRY(auto document, ports_.documents.update(collections::jobs, key, {{{std::string(cancel_asked), true}}, {}, {}}));
  if (!document) return base::fail(base::ErrorKind::not_found, fmt::format("there is no job {}", id));
  return told(std::move(*document));
}

base::Status Jobs::keep() {
  const auto now = ports_.clock.now();
  if (now - kept_ < limits::job_kept_every) return {};
  for (const auto& run : running()) TRY_DO(write(*run, {}));
  TRY_DO(end_orphans(now));
  kept_ = now;
  return {};
}

// Where no other node uses the store, whatever is unfinished and not here was cut off by the last end of the program.
base::Status Jobs::end_orphans(base::Time now) {
  const auto oldest = ports_.leases == nullptr ? now : now - limits::job_silence;
  store::ScanOptions options;
  TRY(const auto jobs, ports_.documents.scan(collections::jobs, unfinished(), options));
  for (const auto& job : jobs) {
    const std::string id(job.at("_id").as_string());
    const std::unique_lock lock(mutex_);
    if (running_.contains(id) || job.at(beat).to_number<std::int64_t>() >= micros(oldest)) continue;
    TRY_DO(ports_.documents.update(collections::jobs, id, cut_off(now)));
  }
  return {};
}

void Jobs::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& [id, run] : running_) run->cancelled_ = true;
}

std::vector<Jobs::RunPtr> Jobs::running() const {
  const std::lock_guard lock(mutex_);
  std::vector<RunPtr> out;
  for (const auto& [id, run] : running_) out.push_back(run);
  return out;
}

void Jobs::forget(const Run& run) {
  const std::lock_guard lock(mutex_);
  running_.erase(run.id_);
}

}  // namespace proffer::service
