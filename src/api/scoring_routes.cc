#include "api/scoring_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "api/job_routes.h"
#include "api/ml_types.h"
#include "api/ml_wire.h"
#include "api/query.h"
#include "base/ascii.h"
#include "base/log.h"
#include "base/scoring_limits.h"
#include "document/json.h"
#include "document/text.h"
#include "gbdt/catboost_json.h"

namespace proffer::api {
namespace {

namespace json = boost::json;
namespace limits = base::limits;

base::Result<store::ModelOwner> owner_of(const Call& call) {
  const auto& use_case = call.part("use_case");
  if (use_case.size() > limits::use_case_bytes || document::first_invalid_utf8(use_case))
    return base::fail_field("path.use_case", fmt::format("expected UTF-8 of at most {} bytes", limits::use_case_bytes));
  return store::ModelOwner{call.project(), use_case};
}

// ---- Training -------------------------------------------------------------------------------------------------------

// Rows of a body, which lives as long as they do.
struct Training {
  json::object body;
  std::vector<training::Example> examples;
  std::size_t trials = 0;
};

base::Status read_rows(Training& out) {
  const auto* rows = document::wire_member(out.body, "rows");
  document::Violations violations;
  bool seen[2] = {false, false};
  const json::array none;
  const auto& all = rows == nullptr ? none : rows->get_array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& row = all[i].get_object();
    const auto& label_value = *document::wire_member(row, "label");
    const auto label = label_value.to_number<std::int64_t>();
    if (label != 0 && label != 1) {
      violations.add(fmt::format("body.rows[{}].label", i), "expected value to be one of \"0, 1\"", label_value);
      continue;
    }
    seen[label] = true;
    out.examples.push_back({&document::wire_member(row, "features")->get_object(), static_cast<std::uint8_t>(label)});
  }
  if (all.size() < limits::training_rows) {
    violations.add("body.rows", fmt::format("expected array length >= {}", limits::training_rows),
                   json::value(all.size()));
  } else if (violations.empty() && !(seen[0] && seen[1])) {
    violations.add("body.rows", "expected rows of both labels, 0 and 1");
  }
  if (!violations.empty()) return tl::unexpected(violations.error());
  return {};
}

base::Result<std::size_t> read_budget(const json::object& body) {
  const auto* budget = document::wire_member(body, "optimize_budget");
  const auto trials = budget == nullptr ? limits::trials_default : budget->to_number<std::int64_t>();
  const auto refuse = [&](std::string message) {
    return base::fail_field("body.optimize_budget", std::move(message), document::json_text(*budget));
  };
  if (trials < 1) return refuse("expected number >= 1");
  if (trials > limits::trials_most) return refuse(fmt::format("expected number <= {}", limits::trials_most));
  return static_cast<std::size_t>(trials);
}

base::Result<std::shared_ptr<const Training>> read_training(const Call& call) {
  auto out = std::make_shared<Training>();
  TRY(out->body, ml::read_body(call.request, ml::train_scoring_request));
  TRY(out->trials, read_budget(out->body));
  TRY_DO(read_rows(*out));
  return out;
}

// The answer to whoever waits for a training: what it made, or why it made nothing, even when it never began.
class Waiting {
 public:
  Waiting(Call call, http::Respond respond) : call_(std::move(call)), respond_(std::move(respond)) {}
  ~Waiting() { answer(base::fail(base::ErrorKind::unavailable, "the training was cancelled")); }

  bool has_left() const { return call_.request.left && *call_.request.left; }
  void answer(const base::Result<json::object>& result) {
    if (!respond_) return;
    respond_(result ? ml::answer(call_.request, ml::train_response, *result)
                    : ml::problem(call_.request, result.error()));
    respond_ = nullptr;
  }

 private:
  Call call_;
  http::Respond respond_;
};

// That the prior does not learn is no failure of the training.
void contribute(Services& services, const store::ModelOwner& owner, const Training& training) {
  if (auto status = services.prior.contribute(owner, training.examples); !status)
    base::log::warn("the global prior of '{}' does not learn from '{}': {}", owner.use_case, owner.project,
                    status.error().message);
}

service::Jobs::Work work_of(Services& services, store::ModelOwner owner, std::shared_ptr<const Training> training,
                            std::shared_ptr<Waiting> waiting) {
  return [&services, owner = std::move(owner), training = std::move(training),
          waiting = std::move(waiting)](service::Jobs::Run& run) {
    training::Watch watch;
    watch.stopped = [&] { return run.cancelled() || (waiting && waiting->has_left()); };
    watch.tell = [&](std::string_view stage, double percent) { run.tell(stage, percent); };
    auto result = services.scoring.train(owner, training->examples, training->trials, watch);
    if (waiting && waiting->has_left()) run.cancel();
    if (waiting) waiting->answer(result);
    if (result) contribute(services, owner, *training);
    return result;
  };
}

base::Status start_training(Services& services, Call call, http::Respond& respond) {
  TRY(auto owner, owner_of(call));
  TRY(auto training, read_training(call));
  const json::object params{
      {"use_case", owner.use_case}, {"rows", training->examples.size()}, {"optimize_budget", training->trials}};
  const auto project = owner.project;
  const bool waits = !prefers_async(call.request);
  call.request.body = {};  // it was read
  const auto waiting = waits ? std::make_shared<Waiting>(std::move(call), respond) : nullptr;
  if (waits) respond = nullptr;
  auto job = services.jobs.start(project, "train_scoring", params,
                                 work_of(services, std::move(owner), std::move(training), waiting));
  if (!job && waits) {
    waiting->answer(tl::unexpected(job.error()));
    return {};
  }
  if (!job) return tl::unexpected(std::move(job).error());
  if (!waits) respond(job_accepted(*job));
  return {};
}

// ---- Models ---------------------------------------------------------------------------------------------------------

base::Result<std::int64_t> version_of(const Call& call) {
  const auto& text = call.part("version");
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size() || version < 1)
    return base::fail_field("path.version", "expected integer", document::json_text(json::value(text)));
  return version;
}

json::object explanation_of(const scoring::Explanation& explanation) {
  json::array contributions;
  for (const auto& part : explanation.contributions)
    contributions.push_back({{"name", part.feature}, {"value", part.value}});
  return {{"expected", explanation.expected}, {"contributions", std::move(contributions)}};
}

}  // namespace

void train_scoring(Services& services, Call call, http::Respond respond) {
  http::Request request;  // what an answer needs of it
  request.headers = call.request.headers;
  if (auto status = start_training(services, std::move(call), respond); !status)
    respond(ml::problem(request, status.error()));
}

base::Result<http::Response> predict_scoring(Services& services, const Call& call) {
  TRY(const auto owner, owner_of(call));
  TRY(const auto body, ml::read_body(call.request, ml::predict_scoring_request));
  const auto own = services.scoring.find(owner);
  const auto served = own ? own : services.scoring.find({store::every_project, owner.use_case});
  if (!served)
    return base::fail(base::ErrorKind::not_found,
                      fmt::format("the use case '{}' has no model yet; POST …/{}/scoring/train makes one",
                                  owner.use_case, owner.use_case));
  const auto& features = document::wire_member(body, "features")->get_object();
  const auto score = served->scorer.score(features);
  json::object out{{"score", score.score},
                   {"raw", score.raw},
                   {"model_version", served->version},
                   {"served_from", own ? "tenant" : "global"},
                   {"calibration_method", calibration::name_of(served->scorer.model().calibrator.method)}};
  if (const auto* explain = document::wire_member(body, "explain"); explain != nullptr && explain->get_bool()) {
    TRY(const auto explanation, served->scorer.explain(features));
    out["explanation"] = explanation_of(explanation);
  }
  return ml::answer(call.request, ml::predict_response, std::move(out));
}

bool may_explain(const http::Request& request) {
  constexpr std::string_view member = "explain";
  const auto same = [](char a, char b) { return base::lower(a) == base::lower(b); };
  const auto& body = request.body;
  return std::search(body.begin(), body.end(), member.begin(), member.end(), same) != body.end();
}

base::Result<http::Response> get_prior(Services& services, const Call& call) {
  TRY(const bool contributes, services.prior.contributes(call.project()));
  return ml::answer(call.request, ml::prior_settings, {{"contributes", contributes}});
}

base::Result<http::Response> put_prior(Services& services, const Call& call) {
  TRY(auto body, ml::read_body(call.request, ml::prior_settings));
  const bool contributes = document::wire_member(body, "contributes")->get_bool();
  TRY_DO(services.prior.set_contributes(call.project(), contributes));
  return ml::answer(call.request, ml::prior_settings, {{"contributes", contributes}});
}

base::Result<http::Response> list_models(Services& services, const Call& call) {
  TRY(const auto owner, owner_of(call));
  TRY(auto versions, services.scoring.versions(owner));
  return json_response(document::json_text(json::object{{"models", json::array(versions.begin(), versions.end())}}));
}

base::Result<http::Response> serve_model(Services& services, const Call& call) {
  TRY(const auto owner, owner_of(call));
  TRY(const auto version, version_of(call));
  TRY_DO(services.scoring.serve(owner, version));
  return json_response(document::json_text(json::object{{"use_case", owner.use_case}, {"serving", version}}));
}

base::Result<http::Response> export_model(Services& services, const Call& call) {
  TRY(const auto owner, owner_of(call));
  TRY(const auto version, version_of(call));
  Query query(call.request, {"format"});
  const auto format = query.text("format").value_or("proffer");
  TRY_DO(query.status());
  TRY(auto bytes, services.scoring.bytes(owner, version));
  http::Response response;
  if (format == "proffer") {
    response.content_type = "application/octet-stream";
    response.body = std::move(bytes);
  } else if (format == "catboost_json") {
    TRY(const auto model, scoring::decode(bytes));
    response.body = document::json_text(gbdt::to_catboost_json(model.trees));
  } else {
    return base::fail_field("query.format", "expected value to be one of \"proffer, catboost_json\"",
                            document::json_text(json::value(format)));
  }
  return response;
}

}  // namespace proffer::api
