#include "document/rule.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

base::TimeZone zone_of(std::string_view name) { return base::TimeZone::find(name).value(); }

json::object object_of(std::string_view text) { return parse_json(text).value().as_object(); }

struct World {
  json::object offer = object_of(R"({"tier": "gold", "price": 12.5, "stock": 0, "tags": ["new", "hot"], "note": null,
      "starts": "2024-12-01", "spec": {"size": 3}, "first name": "x", "code": "007", "width": "40"})");
  json::object customer = object_of(R"({"age": 18, "region": "DE", "regions": ["DE", "AT"], "vip": true,
      "joined": "2024-06-20T13:04:43Z", "born": "2006-12-20", "seen": {"$date": 1734696283000}, "score": -1})");
  json::object params = object_of(R"({"day": "monday", "basket": [{"sku": 1}], "amount": "12.5"})");

  RuleFacts facts(std::string_view zone = "UTC", std::string_view now = "2024-12-20T13:04:43Z") const {
    RuleFacts facts{&offer, &customer, &params, "young", "", {}};
    facts.clock = RuleClock(base::parse_time(now).value(), zone_of(zone));
    return facts;
  }
};

std::string holds(std::string_view text, std::string_view zone = "UTC", std::string_view now = "2024-12-20T13:04:43Z") {
  const auto rule = Rule::parse(text, zone_of(zone));
  if (!rule) return rule.error().fields.at(0).message;
  return rule->holds(World().facts(zone, now)) ? "yes" : "no";
}

#define EXPECT_HOLDS(text) EXPECT_EQ(holds(text), "yes") << (text)
#define EXPECT_FAILS(text) EXPECT_EQ(holds(text), "no") << (text)

TEST(Rule, ComparesNumbersAndText) {
  EXPECT_HOLDS(R"(offer.tier = "gold" and customer.age >= 18 and not (customer.region in ["EU", "UK"]))");
  EXPECT_HOLDS("offer.price = 12.5");
  EXPECT_HOLDS("offer.price == 1.25e1");
  EXPECT_HOLDS("customer.age <= 18");
  EXPECT_FAILS("customer.age < 18");
  EXPECT_FAILS("customer.age > 18");
  EXPECT_HOLDS("customer.age != 19");
  EXPECT_HOLDS("customer.score = -1");
  EXPECT_HOLDS("customer.region > 'DA'");
  EXPECT_HOLDS("'it\\'s \\\\' = \"it's \\\\\"");
  EXPECT_HOLDS("offer.spec.size = 3");
  EXPECT_HOLDS(R"(offer."first name" = "x")");
}

TEST(Rule, TakesTextAsWhatItIsComparedWith) {
  EXPECT_HOLDS("offer.width >= 40");
  EXPECT_HOLDS("40 = offer.width");
  EXPECT_FAILS("offer.code = 7");  // "007" spells no number
  EXPECT_HOLDS("offer.code = '007'");
  EXPECT_HOLDS("customer.age = '18'");
  EXPECT_HOLDS("offer.price = params.amount");
  EXPECT_HOLDS("offer.width + 1 = 41");
  EXPECT_HOLDS("offer.starts < 2024-12-02");
}

TEST(Rule, IsFalseForWhatIsAbsentAndForOtherTypes) {
  for (const auto* op : {"=", "!=", "<", "<=", ">", ">="}) {
    EXPECT_FAILS(std::string("customer.nothing ") + op + " 1");
    EXPECT_FAILS(std::string("offer.note ") + op + " 1");
    EXPECT_FAILS(std::string("offer.tier ") + op + " 1");
    EXPECT_FAILS(std::string("offer.spec ") + op + " 1");
    EXPECT_FAILS(std::string("offer.tier.deeper ") + op + " 1");
    EXPECT_FAILS(std::string("offer.tags ") + op + " customer.regions");
    EXPECT_FAILS(std::string("customer.nothing + 1 ") + op + " 1");
    EXPECT_FAILS(std::string("offer.price / offer.stock ") + op + " 1");
  }
  EXPECT_FAILS("customer.nothing in ['a']");
  EXPECT_FAILS("customer.nothing not in ['a']");
  EXPECT_FAILS("customer.region not in customer.age");
  EXPECT_FAILS("customer.nothing contains 'a'");
  EXPECT_HOLDS("not (customer.nothing = 1)");
}

TEST(Rule, AsksWhatIsThere) {
  EXPECT_HOLDS("exists customer.age");
  EXPECT_HOLDS("exists(offer.stock)");
  EXPECT_HOLDS("exists offer.spec");
  EXPECT_FAILS("exists offer.note");
  EXPECT_FAILS("exists customer.nothing.more");
  EXPECT_HOLDS("exists context.one");
  EXPECT_FAILS("exists context.two");
  EXPECT_FAILS("context.two = ''");
}

TEST(Rule, TakesABooleanFieldAsACondition) {
  EXPECT_HOLDS("customer.vip");
  EXPECT_HOLDS("customer.vip = true and not customer.blocked");
  EXPECT_FAILS("customer.age");
  EXPECT_FAILS("customer.vip != true");
}

TEST(Rule, KnowsSetsAndLists) {
  EXPECT_HOLDS("customer.region in ['AT', 'DE', 'CH']");
  EXPECT_FAILS("customer.region not in ['AT', 'DE', 'CH']");
  EXPECT_HOLDS("customer.region not in ['AT']");
  EXPECT_HOLDS("customer.age in [-1, 3, 18]");
  EXPECT_HOLDS("customer.score in [3, -1, 18]");
  EXPECT_HOLDS("offer.width in [39, 40]");
  EXPECT_HOLDS("customer.age in ['17', '18']");
  EXPECT_HOLDS("customer.vip in [true]");
  EXPECT_HOLDS("today in [2024-12-20, 2024-12-25]");
  EXPECT_HOLDS("customer.region in customer.regions");
  EXPECT_HOLDS("offer.tags contains 'hot'");
  EXPECT_FAILS("offer.tags contains 'ho'");
  EXPECT_HOLDS("offer.tier contains 'ol'");
  EXPECT_HOLDS("context.one = 'young'");
}

TEST(Rule, BindsAndMoreThanOrAndNotMoreThanBoth) {
  EXPECT_HOLDS("customer.vip or customer.vip and customer.blocked");
  EXPECT_FAILS("(customer.vip or customer.vip) and customer.blocked");
  EXPECT_FAILS("not customer.vip or customer.blocked");
  EXPECT_HOLDS("not customer.blocked and customer.vip");
  EXPECT_HOLDS("NOT customer.blocked AND customer.vip");
  EXPECT_HOLDS("customer.blocked or customer.blocked or customer.vip");
  EXPECT_HOLDS("not not customer.vip");
}

TEST(Rule, Calculates) {
  EXPECT_HOLDS("1 + 2 * 3 = 7");
  EXPECT_HOLDS("(1 + 2) * 3 = 9");
  EXPECT_HOLDS("10 - 2 - 3 = 5");
  EXPECT_HOLDS("-customer.age < -17");
  EXPECT_HOLDS("offer.price * 2 / 5 = 5");
}

TEST(Rule, KnowsDates) {
  EXPECT_HOLDS("now = 2024-12-20T13:04:43Z");
  EXPECT_HOLDS("today = 2024-12-20");
  EXPECT_HOLDS("customer.seen < now");
  EXPECT_HOLDS("customer.born <= today - 18 years");  // the day itself
  EXPECT_FAILS("customer.born <= today - 18 years - 1 day");
  EXPECT_HOLDS("now - customer.joined > 26 weeks");
  EXPECT_HOLDS("now - customer.joined = 183 days");
  EXPECT_HOLDS("customer.joined + 183 days <= now");
  EXPECT_HOLDS("30 days + customer.joined < now");
  EXPECT_HOLDS("2024-01-31 + 1 month = 2024-02-29");
  EXPECT_HOLDS("2024-02-29 + 1 year = 2025-02-28");
  EXPECT_HOLDS("12 hours + 12 hours = 1 day");
  EXPECT_HOLDS("-(2 days) < 1 day");
}

TEST(Rule, TakesDatesInTheZoneOfTheCampaign) {
  EXPECT_EQ(holds("today = 2024-12-21", "Asia/Tokyo", "2024-12-20T16:00:00Z"), "yes");
  EXPECT_EQ(holds("2024-12-21 = 2024-12-20T15:00:00Z", "Asia/Tokyo"), "yes");
  EXPECT_EQ(holds("offer.starts = 2024-11-30T15:00:00Z", "Asia/Tokyo"), "yes");
  // Summer time ends on 2024-10-27 in Berlin: that day has 25 hours.
  EXPECT_EQ(holds("2024-10-27 + 1 day = 2024-10-27 + 25 hours", "Europe/Berlin"), "yes");
  EXPECT_EQ(holds("2024-10-28 - 2024-10-27 = 25 hours", "Europe/Berlin"), "yes");
}

TEST(Rule, SaysWhereAMistakeIsAndWhatWasExpected) {
  EXPECT_EQ(holds(""),
            "expected a value: a field, a number, text in quotes, a date, true or false, found the end at "
            "line 1, column 1");
  EXPECT_EQ(
      holds("offer.tier = gold"),
      "expected offer, customer, context or params, with a field, found gold (text stands in quotes: \"gold\") at "
      "line 1, column 14");
  EXPECT_EQ(holds("offer.tier = \"gold"),
            "expected a value: a field, a number, text in quotes, a date, true or false, found text whose quote is not "
            "closed at line 1, column 14");
  EXPECT_EQ(holds("offer = 1"), "expected '.' and the name of a field, found '=' at line 1, column 7");
  EXPECT_EQ(holds("context.three = ''"),
            "expected context.one or context.two, found three (text stands in quotes: \"three\") at line 1, column 9");
  EXPECT_EQ(holds("offer.a = 1 offer.b"),
            "expected and, or, or the end, found offer (text stands in quotes: \"offer\") at line 1, column 13");
  EXPECT_EQ(holds("(offer.a = 1\n and offer.b"), "expected ')', found the end at line 2, column 13");
  EXPECT_EQ(holds("offer.a not 3"), "expected in, behind not, found '3' at line 1, column 13");
  EXPECT_EQ(holds("offer.a in ['x', 3]"), "expected text, like the others of this set at line 1, column 18");
  EXPECT_EQ(holds("offer.a in []"), "expected a number, text, a date, true or false, found ']' at line 1, column 13");
  EXPECT_EQ(holds("today = 2024-13-01"),
            "expected a date like 2024-12-20 or 2024-12-20T10:00:00+02:00, found '2024-13-01' at line 1, column 9");
  EXPECT_EQ(holds("offer.a = 1.5 days"),
            "expected an integer of at most a thousand years before the unit at line 1, "
            "column 15");
  EXPECT_EQ(holds("offer.a # 1"), "expected and, or, or the end, found '#' at line 1, column 9");
}

TEST(Rule, RefusesWhatItsTypesRuleOut) {
  EXPECT_EQ(holds("1 = 'one'"), "a number cannot be compared with text at line 1, column 3");
  EXPECT_EQ(holds("today = 1"), "a date cannot be compared with a number at line 1, column 7");
  EXPECT_EQ(holds("context.one = true"), "text cannot be compared with true or false at line 1, column 13");
  EXPECT_EQ(holds("customer.age > true"), "true and false have no order: expected = or != at line 1, column 14");
  EXPECT_EQ(holds("(offer.a = 1) = 1"), "expected a value, found a condition at line 1, column 1");
  EXPECT_EQ(holds("offer.a = 1 and 2"), "expected a condition, found a number at line 1, column 17");
  EXPECT_EQ(holds("true"), "expected a condition, found true or false at line 1, column 1");
  EXPECT_EQ(holds("offer.a + 1"), "expected a condition, found a number at line 1, column 1");
  EXPECT_EQ(holds("now + now = now"), "a date plus a date means nothing at line 1, column 5");
  EXPECT_EQ(holds("2 * now = 1"), "only numbers are multiplied and divided at line 1, column 3");
  EXPECT_EQ(holds("now - customer.joined > 6 months"),
            "months and years have no fixed length: compare dates, as in customer.since < today - 6 months at line 1, "
            "column 23");
  EXPECT_EQ(holds("now in ['a']"), "a date cannot be in a set of text at line 1, column 5");
  EXPECT_EQ(holds("'ab' contains 'a'"), "expected a field before contains at line 1, column 1");
  EXPECT_EQ(holds("- 'a' = 1"), "no");  // text may spell a number
}

TEST(Rule, KnowsWhatItReads) {
  const auto rule = [](std::string_view text) { return Rule::parse(text, {}).value(); };
  EXPECT_TRUE(rule("offer.a = 1").reads_offer());
  EXPECT_FALSE(rule("offer.a = 1").reads_request());
  EXPECT_FALSE(rule("customer.a = 1").reads_offer());
  for (const auto* text :
       {"customer.a = 1", "params.a = 1", "context.one = 'a'", "now > 2024-01-01", "today > 2024-01-01"})
    EXPECT_TRUE(rule(text).reads_request()) << text;
  EXPECT_TRUE(Rule().holds({}));
}

TEST(Rule, IsBoundedInLengthDepthAndParts) {
  namespace limits = base::limits;
  const auto parses = [](const std::string& text) { return Rule::parse(text, {}).has_value(); };
  const auto nested = [](std::size_t depth, std::string open, std::string close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "offer.a";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(parses(nested(limits::rule_depth - 2, "not ", "")));
  EXPECT_FALSE(parses(nested(limits::rule_depth, "not ", "")));
  EXPECT_TRUE(parses(nested(limits::rule_depth, "(", ")")));
  EXPECT_FALSE(parses(nested(limits::rule_depth + 1, "(", ")")));
  EXPECT_FALSE(parses(nested(5'000, "-", "")));
  std::string chain = "offer.a";
  for (std::size_t i = 0; i < limits::rule_nodes / 3 - 1; ++i) chain += " or offer.a";
  EXPECT_TRUE(parses(chain));
  for (std::size_t i = 0; i < 10; ++i) chain += " or offer.a";
  EXPECT_FALSE(parses(chain));
  EXPECT_TRUE(parses("offer.a = 1" + std::string(limits::rule_bytes - 11, ' ')));
  EXPECT_FALSE(parses("offer.a = 1" + std::string(limits::rule_bytes - 10, ' ')));
}

TEST(Rule, SurvivesAnyText) {
  const std::uint64_t seed = 5;
  std::mt19937_64 random(seed);
  const std::vector<std::string> words{"offer",
                                       "offer.price",
                                       "customer.age",
                                       "customer.vip",
                                       ".",
                                       "a",
                                       "customer",
                                       "context",
                                       "one",
                                       "=",
                                       "<",
                                       "and",
                                       "or",
                                       "not",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       ",",
                                       "in",
                                       "'x'",
                                       "1",
                                       "-",
                                       "+",
                                       "*",
                                       "/",
                                       "now",
                                       "today",
                                       "days",
                                       "18",
                                       "years",
                                       "true",
                                       "exists",
                                       "\"",
                                       "\\",
                                       "é",
                                       "\xff",
                                       "2024-12-20",
                                       "contains",
                                       "1e999",
                                       "params"};
  const World world;
  const auto facts = world.facts();
  int parsed = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) {
      text += words[random() % words.size()];
      if (random() % 8 != 0) text += ' ';
    }
    const auto rule = Rule::parse(text, {});
    if (!rule) {
      ASSERT_EQ(rule.error().fields.size(), 1U) << text << " seed " << seed;
      continue;
    }
    ++parsed;
    rule->holds(facts);
    rule->holds({});
  }
  EXPECT_GT(parsed, 50);
}

}  // namespace
}  // namespace proffer::document
