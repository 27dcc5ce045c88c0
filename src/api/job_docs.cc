// What the OpenAPI document says of jobs.
#include "api/route_docs.h"

namespace proffer::api::docs {
namespace json = boost::json;
namespace {

json::object job_schema() {
  const json::object text{{"type", "string"}};
  const json::object anything{{"type", "object"}};
  return {{"title", "Job"},
          {"type", "object"},
          {"description", "Long work that goes on after its call was answered."},
          {"properties",
           {{"job_id", text},
            {"type", text},
            {"status", {{"type", "string"}, {"enum", {"queued", "running", "succeeded", "failed", "cancelled"}}}},
            {"progress",
             {{"type", "object"}, {"properties", {{"stage", text}, {"pct", {{"type", "number"}}}, {"message", text}}}}},
            {"created_at", text},
            {"updated_at", text},
            {"params", anything},
            {"result", anything},
            {"error", text}}},
          {"required", {"job_id", "type", "status", "progress", "created_at", "updated_at"}}};
}

RouteDoc job_doc(std::string_view summary) {
  RouteDoc doc{.method = "", .path = "", .group = "Jobs", .summary = summary};
  doc.response = job_schema();
  return doc;
}

}  // namespace

RouteDoc list_jobs() {
  auto doc = job_doc("The jobs of the project, the newest first");
  doc.response = {
      {"type", "object"},
      {"properties",
       {{"next_cursor", {{"type", "string"}, {"description", "Where the next page begins, if there is one."}}},
        {"jobs", {{"type", "array"}, {"items", job_schema()}}}}},
      {"required", {"jobs"}}};
  doc.query = {{"limit", "How many: 1 to 200, 25 unless said.", "integer"},
               {"cursor", "next_cursor of the page before."}};
  return doc;
}

RouteDoc get_job() {
  auto doc = job_doc("How far a job is, and what it made");
  doc.statuses = {{404, "There is no such job."}};
  return doc;
}

RouteDoc cancel_job() {
  auto doc = job_doc("Cancel a job");
  doc.description = "It says `cancelled` as soon as it has ended, on whichever node it runs.";
  doc.statuses = {{404, "There is no such job."}, {409, "It has ended."}};
  return doc;
}

}  // namespace proffer::api::docs
