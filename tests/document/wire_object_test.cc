#include "document/wire_object.h"

#include <gtest/gtest.h>

#include "document/json.h"
#include "document/schema_check.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using Kind = WireType::Kind;

constexpr WireField item_fields[] = {
    {"id", {Kind::text}, true, "Its name."},
    {"features", {Kind::map}, false, "Anything."},
};
constexpr WireObject item{"Item", item_fields};
constexpr WireField fields[] = {
    {"items", {Kind::object, &item, true}, true, "The items."},
    {"explore", {Kind::boolean}, false, "Whether."},
    {"count", {Kind::integer}, false, "How many."},
    {"weight", {Kind::number}, false, "How much."},
};
constexpr WireObject order{"Order", fields};

// "location: message = value" of each violation.
std::string wrong(std::string_view text) {
  Violations violations;
  validate(order, parse_json(text).value(), Place("body"), violations);
  if (violations.empty()) return "";
  std::string out;
  for (const auto& field : violations.error().fields)
    out += (out.empty() ? "" : "; ") + field.location + ": " + field.message + " = " + field.value;
  return out;
}

TEST(WireObject, SaysWhatIsWrongAsHumaDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({})", "body: expected required property items to be present = {}"},
      {R"([])", "body: expected object = []"},
      {R"({"items":[{}]})", "body.items[0]: expected required property id to be present = {}"},
      {R"({"items":[{"id":"a"},{"id":5}]})", "body.items[1].id: expected string = 5"},
      {R"({"items":[{"id":"a","zz":1}]})", R"(body.items[0].zz: unexpected property = {"id":"a","zz":1})"},
      {R"({"items":[],"bogus":1})", R"(body.bogus: unexpected property = {"items":[],"bogus":1})"},
      {R"({"items":[{"id":"a","features":[]}]})", "body.items[0].features: expected object = []"},
      {R"({"items":[],"explore":"x"})", R"(body.explore: expected boolean = "x")"},
      {R"({"items":[],"count":0.5})", "body.count: expected integer = 0.5"},
      {R"({"items":[],"weight":"1"})", R"(body.weight: expected number = "1")"},
      {R"({"items":{}})", "body.items: expected array = {}"},
      {R"({"items":[null]})", "body.items[0]: expected object = null"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(wrong(text), expected) << text;
}

TEST(WireObject, AcceptsWhatHumaAccepts) {
  for (const auto* text :
       {R"({"items":null})", R"({"items":[],"explore":null,"count":null})", R"({"ITEMS":[{"Id":"a"}]})",
        R"({"items":[],"$schema":5})", R"({"items":[],"count":1.0,"weight":3})"})
    EXPECT_EQ(wrong(text), "") << text;
}

TEST(WireObject, TellsEverythingInOrder) {
  EXPECT_EQ(
      wrong(R"({"z":1,"weight":"w","items":[{"b":1,"a":2}],"count":"c","A":0})"),
      R"(body.count: expected integer = "c"; body.items[0]: expected required property id to be present = {"b":1,"a":2}; )"
      R"(body.items[0].a: unexpected property = {"b":1,"a":2}; body.items[0].b: unexpected property = {"b":1,"a":2}; )"
      R"(body.weight: expected number = "w"; )"
      R"(body.A: unexpected property = {"z":1,"weight":"w","items":[{"b":1,"a":2}],"count":"c","A":0}; )"
      R"(body.z: unexpected property = {"z":1,"weight":"w","items":[{"b":1,"a":2}],"count":"c","A":0})");
}

TEST(WireObject, FindsMembersInEitherCase) {
  const auto object = parse_json(R"({"ITEMS":[1],"items":[2],"Explore":null})")->as_object();
  EXPECT_EQ(*wire_member(object, "items"), json::value({2}));
  EXPECT_EQ(wire_member(object, "explore"), nullptr) << "null is absent";
  EXPECT_EQ(wire_member(object, "count"), nullptr);
}

TEST(WireObject, DescribesItselfAsSchema) {
  const auto schema = wire_schema(order);
  EXPECT_EQ(json::serialize(schema.at("required")), R"(["items"])");
  EXPECT_EQ(schema.at("additionalProperties"), json::value(false));
  EXPECT_EQ(schema.at("properties").at("count").at("format"), "int64");
  EXPECT_EQ(schema.at("properties").at("items").at("items").at("title"), "Item");
  EXPECT_TRUE(schema.at("properties").as_object().contains("$schema"));
}

}  // namespace
}  // namespace proffer::document
