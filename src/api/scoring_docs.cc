// What the OpenAPI document says of scoring.
#include "api/ml_types.h"
#include "api/route_docs.h"

namespace proffer::api::docs {
namespace json = boost::json;
namespace {

RouteDoc scoring_doc(std::string_view summary) {
  RouteDoc doc{.method = "", .path = "", .group = "ML", .summary = summary};
  doc.problem = document::wire_schema(ml::error_model);
  return doc;
}

json::object told_schema() {
  return {{"type", "object"}, {"description", "What the training told, when it was, and whether it serves."}};
}

}  // namespace

RouteDoc train_scoring() {
  auto doc = scoring_doc("Train a model of the use case, and let it serve");
  doc.operation = "trainMLScoring";
  doc.description =
      "Searches parameters, trains boosted trees and calibrates them. The answer comes when all is done, which may "
      "take "
      "minutes; who leaves before cancels it. With `Prefer: respond-async` it is a job, answered 202 at once.";
  doc.request = document::wire_schema(ml::train_scoring_request);
  doc.request_types = {"application/json"};
  doc.response = document::wire_schema(ml::train_response);
  doc.headers = {{"Prefer", "respond-async: answer 202 with a job."}};
  doc.statuses = {{422, "Fewer than 20 rows, one label only, or another violation."},
                  {503, "Too many trainings wait."}};
  return doc;
}

RouteDoc predict_scoring() {
  auto doc = scoring_doc("The probability that a row would be labelled 1");
  doc.operation = "predictMLScoring";
  doc.description =
      "A feature that the model does not know is ignored; one that is absent, or of another kind than in training, "
      "counts "
      "as missing.";
  doc.request = document::wire_schema(ml::predict_scoring_request);
  doc.request_types = {"application/json"};
  doc.response = document::wire_schema(ml::predict_response);
  doc.statuses = {{404, "The use case has no model, and no global prior either."}};
  return doc;
}

RouteDoc get_prior() {
  auto doc = scoring_doc("Whether the project's rows go into the global priors");
  doc.response = document::wire_schema(ml::prior_settings);
  return doc;
}

RouteDoc put_prior() {
  auto doc = scoring_doc("Keep the project's rows out of the global priors, or let them in");
  doc.description =
      "Out: the samples that were kept are removed, and the priors that hold them are trained anew without. In: the "
      "next training of each use case contributes.";
  doc.request = document::wire_schema(ml::prior_settings);
  doc.request_types = {"application/json"};
  doc.response = document::wire_schema(ml::prior_settings);
  return doc;
}

RouteDoc list_models() {
  auto doc = scoring_doc("The versions of the use case's model, the newest first");
  doc.response = {{"type", "object"},
                  {"properties", {{"models", {{"type", "array"}, {"items", told_schema()}}}}},
                  {"required", {"models"}}};
  return doc;
}

RouteDoc serve_model() {
  auto doc = scoring_doc("Let a version serve, an earlier one too");
  doc.response = {{"type", "object"},
                  {"properties", {{"use_case", {{"type", "string"}}}, {"serving", {{"type", "integer"}}}}},
                  {"required", {"use_case", "serving"}}};
  doc.statuses = {{404, "There is no such version."}};
  return doc;
}

RouteDoc export_model() {
  auto doc = scoring_doc("The bytes of a version");
  doc.response_type = "application/octet-stream";
  doc.response = {{"type", "string"}, {"format", "binary"}};
  doc.query = {
      {"format", "proffer (docs/formats/models.md), unless said, or catboost_json: the trees without the calibrator."}};
  doc.statuses = {{404, "There is no such version."}};
  return doc;
}

}  // namespace proffer::api::docs
