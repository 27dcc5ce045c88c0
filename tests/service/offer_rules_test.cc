#include "service/offer_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"
#include "service/campaign_document.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

json::value rule_json(std::string_view text) { return document::parse_json(text).value(); }

std::vector<OfferRule> rules_of(std::string_view text) {
  document::Violations violations;
  auto rules = read_offer_rules(rule_json(text), {}, document::Place("body"), violations);
  EXPECT_TRUE(violations.empty()) << text;
  return rules;
}

std::vector<std::string> rule_violations(std::string_view campaign) {
  const auto document = parse_campaign(rule_json(campaign).as_object(), "spring");
  std::vector<std::string> lines;
  if (document) return lines;
  for (const auto& field : document.error().fields) lines.push_back(field.location + ": " + field.message);
  return lines;
}

TEST(OfferRules, LetAnOfferBeShownWhenEachDoes) {
  const auto rules = rules_of(R"({"rules": [
      {"name": "adults only", "when": "offer.adult = true", "show": "customer.age >= 18"},
      {"name": "in stock", "show": "offer.stock > 0"}]})");
  const json::object child{{"age", 17}}, adult{{"age", 18}};
  const json::object wine{{"adult", true}, {"stock", 1}}, milk{{"stock", 1}}, sold_out{{"adult", true}, {"stock", 0}};
  document::RuleFacts facts;
  facts.customer = &child;
  const RulesInForce for_child(rules, facts);
  EXPECT_EQ(for_child.refusing(wine), 0U);
  EXPECT_EQ(for_child.refusing(milk), std::nullopt);
  EXPECT_EQ(for_child.refusing(sold_out), 0U);  // the first that refuses
  facts.customer = &adult;
  const RulesInForce for_adult(rules, facts);
  EXPECT_EQ(for_adult.refusing(wine), std::nullopt);
  EXPECT_EQ(for_adult.refusing(sold_out), 1U);
  facts.customer = nullptr;  // nothing is known of him
  EXPECT_EQ(RulesInForce(rules, facts).refusing(wine), 0U);
}

TEST(OfferRules, MayConcernTheCustomerAlone) {
  const auto rules =
      rules_of(R"({"rules": [{"name": "a", "when": "customer.blocked", "show": "params.force = true"}]})");
  const json::object blocked{{"blocked", true}}, force{{"force", true}}, offer;
  document::RuleFacts facts;
  EXPECT_EQ(RulesInForce(rules, facts).refusing(offer), std::nullopt);
  facts.customer = &blocked;
  EXPECT_EQ(RulesInForce(rules, facts).refusing(offer), 0U);
  facts.params = &force;
  EXPECT_EQ(RulesInForce(rules, facts).refusing(offer), std::nullopt);
}

TEST(OfferRules, AreNoneInTheFormOfTheOriginalAndInEmptyOnes) {
  for (const auto* text :
       {"null", "{}", "[]", "\"\"", R"({"rules": []})", R"({"options_store_fields": [{"database": "d"}]})",
        R"({"projection": [{"a": 1}], "more": 1})"}) {
    EXPECT_TRUE(rules_of(text).empty()) << text;
  }
}

TEST(OfferRules, NameEveryViolation) {
  EXPECT_THAT(
      rule_violations(R"({"dynamic_eligibility": {"rules": [{"show": "offer.a = "}, {"name": "b"},
      {"name": "b", "when": "1", "show": "offer.a = 1"}], "rule": 1}})"),
      ElementsAre("body.dynamic_eligibility.rules[0].name: is required",
                  "body.dynamic_eligibility.rules[1].show: is required",
                  "body.dynamic_eligibility.rule: is not a known field; did you mean \"rules\"?",
                  "body.dynamic_eligibility.rules[2].name: rules[1] is called so already",
                  "body.dynamic_eligibility.rules[0].show: expected a value: a field, a number, text in quotes, "
                  "a date, true or false, found the end at line 1, column 11",
                  "body.dynamic_eligibility.rules[2].when: expected a condition, found a number at line 1, "
                  "column 1"));
  EXPECT_THAT(rule_violations(R"({"dynamic_eligibility": [1]})"),
              ElementsAre("body.dynamic_eligibility: expected an object"));
}

TEST(OfferRules, TakeDatesInTheCampaignsZone) {
  document::Violations violations;
  const auto zone = base::TimeZone::find("Asia/Tokyo").value();
  const auto rules = read_offer_rules(rule_json(R"({"rules": [{"name": "a", "show": "now >= 2024-12-21"}]})"), zone,
                                      document::Place("body"), violations);
  document::RuleFacts facts;
  facts.clock = document::RuleClock(base::parse_time("2024-12-20T15:00:00Z").value(), zone);
  EXPECT_EQ(RulesInForce(rules, facts).refusing({}), std::nullopt);
  facts.clock = document::RuleClock(base::parse_time("2024-12-20T14:59:59Z").value(), zone);
  EXPECT_EQ(RulesInForce(rules, facts).refusing({}), 0U);
}

}  // namespace
}  // namespace proffer::service
