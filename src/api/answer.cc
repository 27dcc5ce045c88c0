#include "api/answer.h"

#include "api/flatten.h"
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

}  // namespace

std::string answer_text(const decision::DecisionRecord& record, base::Time time,
                        const service::Definition& definition) {
  std::string text;
  text.reserve(512 + record.shown.size() * 1280 + record.in_params.size());
  {
    document::ObjectWriter out(text);
    out.integer("cache", 0);
    out.text("datetime", definition.campaign.time_zone.format(time));
    out.integer("explore", record.explore ? 1 : 0);
    service::append_final_result(out.member("final_result"), record, definition);
    out.text("id", definition.campaign.name);
    out.text("uuid", record.uuid.to_string());
    out.raw("in_params", record.in_params);
    document::ObjectWriter how(out.member("propensity"));
    how.text("method", service::name_of(record.method));
    how.integer("draws", record.propensity_draws);
  }
  return wants_flat(record.in_params) ? flatten(text) : text;
}

}  // namespace proffer::api
