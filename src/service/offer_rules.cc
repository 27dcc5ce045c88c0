#include "service/offer_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe.hpp>

#include "base/limits.h"
#include "document/describe.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

struct RuleFields {
  std::string name;
  std::string when;
  std::string show;
};
BOOST_DESCRIBE_STRUCT(RuleFields, (), (name, when, show))

struct EligibilityFields {
  std::vector<RuleFields> rules;
};
BOOST_DESCRIBE_STRUCT(EligibilityFields, (), (rules))

}  // namespace
}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::RuleFields> {
  [[maybe_unused]] static constexpr std::string_view title = "Rule";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"name", "What the rule is called.", {.required = true, .max_bytes = base::limits::campaign_name_bytes}},
      {"when", "Offers that the rule is about; empty: all."},
      {"show", "What such an offer must fulfil.", {.required = true}},
  });
};

template <>
struct Docs<service::EligibilityFields> {
  [[maybe_unused]] static constexpr std::string_view title = "Eligibility";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"rules", "Each must let an offer be shown.", {.max_items = base::limits::constraints_per_campaign}},
  });
};

}  // namespace proffer::document

namespace proffer::service {
namespace {

using document::Place;
using document::Rule;
using document::Violations;

bool is_empty(const json::value& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* array = value.if_array()) return array->empty();
  return value.is_object() && value.get_object().empty();
}

bool is_originals(const json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && !object->contains("rules") &&
         (object->contains("options_store_fields") || object->contains("projection"));
}

std::optional<Rule> read_condition(const std::string& text, const base::TimeZone& zone, const Place& place,
                                   Violations& violations) {
  auto rule = Rule::parse(text, zone);
  if (rule) return std::move(*rule);
  violations.add(place, rule.error().fields.at(0).message, json::value(text));
  return std::nullopt;
}

void refuse_same_names(const std::vector<RuleFields>& fields, const Place& rules, Violations& violations) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto end = fields.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(fields.begin(), end, [&](const auto& rule) { return rule.name == fields[i].name; });
    if (first == end) continue;
    violations.add(Place(Place(rules, i), "name"),
                   fmt::format("rules[{}] is called so already", first - fields.begin()), json::value(fields[i].name));
  }
}

}  // namespace

std::vector<OfferRule> read_offer_rules(const std::optional<json::value>& dynamic_eligibility,
                                        const base::TimeZone& zone, const Place& place, Violations& violations) {
  if (!dynamic_eligibility || is_empty(*dynamic_eligibility) || is_originals(*dynamic_eligibility)) return {};
  const auto fields =
      document::parse_part<EligibilityFields>(*dynamic_eligibility, place, document::Unknown::refuse, violations);
  const Place rules(place, "rules");
  refuse_same_names(fields.rules, rules, violations);
  std::vector<OfferRule> read;
  for (std::size_t i = 0; i < fields.rules.size(); ++i) {
    const RuleFields& rule = fields.rules[i];
    const Place here(rules, i);
    auto when = rule.when.empty() ? Rule() : read_condition(rule.when, zone, Place(here, "when"), violations);
    if (rule.show.empty()) continue;  // a violation already
    auto show = read_condition(rule.show, zone, Place(here, "show"), violations);
    if (when && show) read.push_back({rule.name, std::move(*when), std::move(*show)});
  }
  return read;
}

RulesInForce::RulesInForce(const std::vector<OfferRule>& rules, const document::RuleFacts& facts)
    : rules_(rules), facts_(facts) {
  facts_.offer = nullptr;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const OfferRule& rule = rules[i];
    const Open open{i, rule.when.reads_offer(), rule.show.reads_offer()};
    const bool idle = !open.asks_when && !rule.when.holds(facts_);
    const bool fulfilled = !open.asks_show && rule.show.holds(facts_);
    if (!idle && !fulfilled) open_.push_back(open);
  }
}

std::optional<std::uint32_t> RulesInForce::refusing(const json::object& offer) const {
  document::RuleFacts facts = facts_;
  facts.offer = &offer;
  for (const Open& open : open_) {
    const OfferRule& rule = rules_[open.index];
    if (open.asks_when && !rule.when.holds(facts)) continue;
    if (!open.asks_show || !rule.show.holds(facts)) return open.index;
  }
  return std::nullopt;
}

}  // namespace proffer::service
