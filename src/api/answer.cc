#include "api/answer.h"

#include "api/flatten.h"
#include "base/limits.h"
#include "document/json.h"
#include "document/object_writer.h"
#include "service/result_text.h"

namespace proffer::api {
namespace {

bool wants_flat(const std::string& in_params) {
  if (in_params.find("flatten_json") == std::string::npos) return false;
  const auto params = document::parse_json(in_params, "in_params");
  if (!params || !params->is_object()) return false;
  const auto* flag = params->get_object().if_contains("flatten_json");
  return flag != nullptr && (*flag == boost::json::value(true) || *flag == boost::json::value("true"));
}

void append_method(std::string& text, const decision::DecisionRecord& record) {
  document::ObjectWriter how(text);
  how.text("method", service::name_of(record.method));
  how.integer("draws", record.propensity_draws);
}

// What else is worth telling: which answer this one repeats, who was left out, who decided in place of a chat model,
// which hooks failed.
void append_gathered(document::ObjectWriter& out, const decision::DecisionRecord& record) {
  if (record.cached_from) out.text("cached_from", record.cached_from->to_string());
  if (record.gathered == "{}") return;
  const auto gathered = document::parse_json(record.gathered, "gathered", 2 * base::limits::json_depth);
  if (!gathered || !gathered->is_object()) return;
  for (const auto* name : {"left_out", "generative"}) {
    if (const auto* value = gathered->get_object().if_contains(name)) document::append_json(out.member(name), *value);
  }
  const auto* hooks = gathered->get_object().if_contains("hooks");
  const auto* errors = hooks != nullptr ? hooks->as_object().if_contains("errors") : nullptr;
  if (errors != nullptr) document::append_json(out.member("hook_errors"), *errors);
}

}  // namespace

std::string answer_text(const decision::DecisionRecord& record, base::Time time,
                        const service::Definition& definition) {
  std::string text;
  text.reserve(512 + record.shown.size() * 1280 + record.in_params.size());
  {
    document::ObjectWriter out(text);
    out.integer("cache", record.cached_from ? 1 : 0);
    out.text("datetime", definition.campaign.time_zone.format(time));
    out.integer("explore", record.explore ? 1 : 0);
    service::append_final_result(out.member("final_result"), record, definition);
    out.text("id", definition.campaign.name);
    out.text("uuid", record.uuid.to_string());
    out.raw("in_params", record.in_params);
    append_method(out.member("propensity"), record);
    append_gathered(out, record);
  }
  return wants_flat(record.in_params) ? flatten(text) : text;
}

}  // namespace proffer::api
