#include "api/job_routes.h"

#include "api/query.h"
#include "base/scoring_limits.h"
#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

constexpr std::int64_t jobs_listed = 25;

std::string path_of(const json::object& job) { return "/api/v1/jobs/" + std::string(job.at("job_id").as_string()); }

}  // namespace

// One more than asked for tells whether there are others.
base::Result<http::Response> list_jobs(Services& services, const Call& call) {
  Query query(call.request, {"limit", "cursor"});
  const auto limit = static_cast<std::size_t>(
      query.integer("limit", 1, static_cast<std::int64_t>(base::limits::jobs_per_project)).value_or(jobs_listed));
  TRY_DO(query.status());
  TRY(auto jobs, services.jobs.list(call.project(), query.text("cursor").value_or(""), limit + 1));
  json::object out;
  if (jobs.size() > limit) {
    jobs.resize(limit);
    out["next_cursor"] = jobs.back().at("job_id");
  }
  out["jobs"] = json::array(jobs.begin(), jobs.end());
  return json_response(document::json_text(out));
}

base::Result<http::Response> get_job(Services& services, const Call& call) {
  TRY(const auto job, services.jobs.get(call.project(), call.part("id")));
  return json_response(document::json_text(job));
}

base::Result<http::Response> cancel_job(Services& services, const Call& call) {
  TRY(const auto job, services.jobs.cancel(call.project(), call.part("id")));
  return json_response(document::json_text(job));
}

http::Response job_accepted(const json::object& job) {
  auto response = json_response(document::json_text(job), 202);
  response.headers.emplace_back("Location", path_of(job));
  response.headers.emplace_back("Preference-Applied", "respond-async");
  return response;
}

bool prefers_async(const http::Request& request) {
  std::string_view prefer = request.header("prefer");
  while (!prefer.empty()) {
    const auto end = prefer.find(',');
    auto token = prefer.substr(0, end);
    prefer.remove_prefix(end == std::string_view::npos ? prefer.size() : end + 1);
    while (token.starts_with(' ')) token.remove_prefix(1);
    if (const auto parameters = token.find(';'); parameters != std::string_view::npos)
      token = token.substr(0, parameters);
    while (token.ends_with(' ')) token.remove_suffix(1);
    if (token == "respond-async") return true;
  }
  return false;
}

}  // namespace proffer::api
