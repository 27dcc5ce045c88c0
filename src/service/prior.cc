#include "service/prior.h"

#include <algorithm>
#include <sstream>

#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;

// One line of JSON a row: [label, features].
std::string lines_of(const training::LabelledRows& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    document::append_json(out, json::array{rows.labels[i], rows.features[i]});
    out += '\n';
  }
  return out;
}

base::Result<training::LabelledRows> read_lines(const std::string& text) {
  training::LabelledRows out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    TRY(auto row, document::parse_json(line, "sample"));
    out.labels.push_back(row.at(0).to_number<std::uint8_t>());
    out.features.push_back(std::move(row.at(1).as_object()));
  }
  return out;
}

bool has_both_labels(const training::LabelledRows& rows) {
  const auto positive = std::ranges::count(rows.labels, 1);
  return positive > 0 && static_cast<std::size_t>(positive) < rows.size();
}

bool has_features(const training::LabelledRows& rows) {
  return std::ranges::any_of(rows.features, [](const auto& features) { return !features.empty(); });
}

}  // namespace

base::Status Prior::contribute(const store::ModelOwner& owner, std::span<const training::Example> examples) {
  TRY(const bool wanted, contributes(owner.project));
  if (!wanted) return {};
  const auto rows = training::sample_rows(examples, base::limits::prior_rows, ports_.entropy.next());
  TRY_DO(samples_.put(owner, std::to_string(ports_.entropy.next()), lines_of(rows)));
  return train_later(owner.use_case);
}

base::Result<bool> Prior::contributes(const std::string& project) const {
  TRY(const bool out, samples_.is_out(project));
  return !out;
}

base::Status Prior::set_contributes(const std::string& project, bool contributes) {
  TRY_DO(samples_.set_out(project, !contributes));
  if (contributes) return {};
  TRY(const auto owners, samples_.owners());
  for (const auto& owner : owners) {
    if (owner.project != project) continue;
    TRY_DO(train_later(owner.use_case));  // first: after a failure the sample tells a repeat what is left to do
    TRY_DO(samples_.remove(owner));
  }
  return {};
}

base::Status Prior::train_later(const std::string& use_case) {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.insert(use_case).second) return {};
  }
  auto work = [this, use_case](Jobs::Run& run) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.erase(use_case);
    }
    return train(use_case, run);
  };
  const auto job = jobs_.start(store::every_project, "train_prior", {{"use_case", use_case}}, std::move(work));
  if (job) return {};
  const std::lock_guard lock(mutex_);
  waiting_.erase(use_case);
  return tl::unexpected(job.error());
}

base::Result<std::vector<training::LabelledRows>> Prior::rows_of(const std::string& use_case) const {
  std::vector<training::LabelledRows> out;
  TRY(const auto owners, samples_.owners());
  for (const auto& owner : owners) {
    if (owner.use_case != use_case) continue;
    TRY(const bool wanted, contributes(owner.project));
    if (!wanted) continue;
    TRY(const auto text, samples_.bytes(owner));
    TRY(auto rows, read_lines(text));
    out.push_back(std::move(rows));
  }
  return out;
}

base::Result<json::object> Prior::train(const std::string& use_case, Jobs::Run& run) {
  const store::ModelOwner owner{store::every_project, use_case};
  TRY(const auto projects, rows_of(use_case));
  json::object told{{"projects", projects.size()}};
  if (projects.size() < settings_.least_projects) {
    TRY_DO(scoring_.withdraw(owner));
    return told;
  }
  const auto rows = training::pool(projects, settings_.least_projects);
  if (!has_both_labels(rows) || !has_features(rows)) {
    TRY_DO(scoring_.withdraw(owner));
    return told;
  }
  training::Watch watch;
  watch.stopped = [&] { return run.cancelled(); };
  watch.tell = [&](std::string_view stage, double percent) { run.tell(stage, percent); };
  TRY(told, scoring_.train(owner, rows.examples(), settings_.trials, watch));
  told["projects"] = projects.size();
  return told;
}

}  // namespace proffer::service
