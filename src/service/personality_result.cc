#include "service/personality_result.h"

#include "document/json.h"
#include "document/object_writer.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using document::ObjectWriter;

std::optional<double> number_at(const json::object& row, std::string_view name) {
  const json::value* value = row.if_contains(name);
  if (value == nullptr) return std::nullopt;
  const json::value number = value->is_string() ? document::number_from_text(value->get_string()) : *value;
  return number.is_number() ? std::optional(number.to_number<double>()) : std::nullopt;
}

// Text that names something: not empty and not "none".
std::string name_at(const json::object& row, std::string_view name) {
  const json::value* value = row.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string() == "none") return {};
  return std::string(value->get_string());
}

double score_of(const json::object& row, std::string_view label, std::string_view or_else) {
  if (const auto share = number_at(row, label)) return *share;
  return number_at(row, or_else).value_or(0);
}

}  // namespace

PersonalityRow read_personality_row(const json::value& value) {
  PersonalityRow out;
  if (!value.is_object()) return out;
  const auto& row = value.get_object();
  const auto share = [&](std::string_view name) { return number_at(row, name).value_or(0); };
  out.personality = name_at(row, "personality");
  if (auto trait = name_at(row, "trait"); !trait.empty()) out.trait = std::move(trait);
  out.industrious = share("Industrious");
  out.intentional = share("Intentional");
  out.experiential = share("Experiential");
  out.enthusiastic = share("Enthusiastic");
  out.extrovert = share("Extrovert");
  out.introvert = share("Introvert");
  out.score = score_of(row, out.personality, "personality_score");
  out.trait_score = score_of(row, out.trait, "trait_score");
  out.transaction_count = share("count");
  out.price = number_at(row, "price").value_or(1);
  out.cost = number_at(row, "cost").value_or(1);
  return out;
}

void append_personality_result(std::string& text, const PersonalityRow& row, const PersonalityPlace& place) {
  ObjectWriter out(text);
  out.text("offer", row.personality);
  out.number("score", row.score);
  out.number("final_score", row.score);
  out.number("cost", row.cost);
  out.number("price", row.price);
  out.integer("offer_value", 1);
  out.text("uuid", place.uuid);
  out.number("arm_reward", row.score);
  out.number("modified_offer_score", row.trait_score);
  out.text("offer_name", row.personality);
  if (place.slot_propensity) out.number("slot_propensity", *place.slot_propensity);
  if (place.slate_propensity) out.number("slate_propensity", *place.slate_propensity);
}

void append_personality_result_full(std::string& text, const PersonalityRow& row, std::string_view uuid) {
  ObjectWriter out(text);
  out.number("cost", row.cost);
  out.number("industrious", row.industrious);
  out.number("intentional", row.intentional);
  out.number("experiential", row.experiential);
  out.number("enthusiastic", row.enthusiastic);
  out.number("extrovert", row.extrovert);
  out.number("introvert", row.introvert);
  out.text("offer", row.personality);
  out.text("offer_id", row.personality);
  out.text("offer_name", row.personality);
  out.text("personality", row.personality);
  out.text("trait", row.trait);
  out.number("score", row.score);
  out.number("modified_offer_score", row.trait_score);
  out.number("transaction_count", row.transaction_count);
  out.number("price", row.price);
  out.integer("offer_value", 1);
  out.raw("offer_details", R"({"0":0,"1":1})");
  out.raw("offer_matrix", "{}");
  out.text("uuid", uuid);
}

}  // namespace proffer::service
