#include "service/virtual_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

json::value value_of(std::string_view text) { return document::parse_json(text).value(); }

std::vector<json::value> values_of(std::string_view text) {
  const auto array = value_of(text).as_array();
  return {array.begin(), array.end()};
}

std::vector<VirtualVariable> variables_of(std::string_view text) {
  document::Violations violations;
  auto variables = read_virtual_variables(values_of(text), document::Place("v"), violations);
  EXPECT_TRUE(violations.empty()) << (violations.empty() ? "" : violations.error().message);
  return variables;
}

std::vector<std::string> variable_violations(std::string_view text) {
  document::Violations violations;
  read_virtual_variables(values_of(text), document::Place("v"), violations);
  std::vector<std::string> lines;
  if (violations.empty()) return lines;
  for (const auto& field : violations.error().fields) lines.push_back(field.location + ": " + field.message);
  return lines;
}

std::string made(std::string_view variables, std::string_view features, std::string_view params = "{}") {
  json::object all = value_of(features).as_object();
  add_virtual_variables(variables_of(variables), value_of(params).as_object(), all);
  return document::json_text(all);
}

constexpr std::string_view age_group = R"([{"name": "group", "type": "discretize", "original_variable": "age",
    "default": "unknown", "buckets": [{"to": 18, "label": "child"}, {"from": 18, "to": "65", "label": "adult"},
    {"from": 80, "label": 80}]}])";

TEST(VirtualVariables, AreDiscretizedFromIncludedToExcluded) {
  const auto group = [](std::string_view age) { return made(age_group, "{\"age\": " + std::string(age) + "}"); };
  EXPECT_EQ(group("-5"), R"({"age":-5,"group":"child"})");
  EXPECT_EQ(group("17.999"), R"({"age":17.999,"group":"child"})");
  EXPECT_EQ(group("18"), R"({"age":18,"group":"adult"})");
  EXPECT_EQ(group("65"), R"({"age":65,"group":"unknown"})");  // between buckets
  EXPECT_EQ(group("1e9"), R"({"age":1000000000,"group":"80"})");
}

TEST(VirtualVariables, DiscretizeTextThatSpellsANumberAndNothingElse) {
  EXPECT_EQ(made(age_group, R"({"age": "20"})"), R"({"age":"20","group":"adult"})");
  for (const auto* features :
       {R"({"age": "020"})", R"({"age": "old"})", R"({"age": true})", R"({"age": null})", R"({"age": [20]})", "{}"}) {
    EXPECT_EQ(value_of(made(age_group, features)).at("group"), json::value("unknown")) << features;
  }
}

TEST(VirtualVariables, AreConcatenatedInTheOrderOfTheirFields) {
  constexpr std::string_view segment =
      R"([{"name": "s", "type": "concatenate", "fields": ["b", "a", "c"], "default": "none"}])";
  EXPECT_EQ(made(segment, R"({"a": 1.5, "b": "x", "c": true})"), R"({"a":1.5,"b":"x","c":true,"s":"x|1.5|true"})");
  EXPECT_EQ(made(segment, R"({"a": 1})"), R"({"a":1,"s":"|1|"})");
  EXPECT_EQ(made(segment, R"({"d": 1})"), R"({"d":1,"s":"none"})");
}

TEST(VirtualVariables, CanUseThoseBeforeThem) {
  const std::string chain = std::string(age_group.substr(0, age_group.size() - 1)) +
                            R"(, {"name": "both", "type": "concatenate", "fields": ["group", "region"]}])";
  EXPECT_EQ(value_of(made(chain, R"({"age": 20, "region": "EU"})")).at("both"), json::value("adult|EU"));
}

TEST(VirtualVariables, TakeWhatTheRequestGivesFirst) {
  EXPECT_EQ(value_of(made(age_group, R"({"age": 20})", R"({"age": 10})")).at("group"), json::value("child"));
  EXPECT_EQ(value_of(made(age_group, R"({"age": 20})", R"({"age": null})")).at("group"), json::value("adult"));
}

TEST(VirtualVariables, AreCheckedWhenTheyAreSaved) {
  EXPECT_THAT(
      variable_violations(R"([{"name": "a"}, {"name": "b", "type": "magic"}, {"name": "c", "type": "discretize"},
      {"name": "d", "type": "concatenate", "more": 1}, {"name": "d", "type": "concatenate", "fields": ["a"]},
      {"name": "e", "type": "discretize", "original_variable": "x", "buckets": [{"from": 1, "to": 1, "label": "l"},
       {"from": "x", "label": "m"}]}, 7])"),
      ElementsAre("v[0].type: is required", "v[1].type: expected one of \"discretize\", \"concatenate\"",
                  "v[2].original_variable: is required to discretize", "v[2].buckets: expected at least one bucket",
                  "v[3].fields: expected at least one field", "v[4].name: another variable is called so already",
                  "v[5].buckets[1].from: expected a number", "v[6]: expected an object"));
  EXPECT_THAT(variable_violations(R"([{"name": "e", "type": "discretize", "original_variable": "x",
      "buckets": [{"from": 1, "to": 1, "label": "l"}]}])"),
              ElementsAre("v[0].buckets[0].to: expected a number above from"));
  EXPECT_THAT(variable_violations(R"([{"name": "e", "type": "discretize", "original_variable": "x",
      "buckets": [{"from": 5, "to": 9, "label": "l"}, {"to": 6, "label": "m"}]}])"),
              ElementsAre("v[0].buckets: the buckets \"m\" and \"l\" overlap"));
}

}  // namespace
}  // namespace proffer::service
