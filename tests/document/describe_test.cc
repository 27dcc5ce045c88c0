#include "document/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "document/json.h"
#include "document/schema_check.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Inner {
  double share = 0.5;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (share, note))

bool is_word(std::string_view text) { return !text.empty() && text.find(' ') == std::string_view::npos; }
constexpr std::array<std::string_view, 2> colours{"red", "blue"};

struct Outer {
  bool on = true;
  std::int64_t delta = -1;
  std::uint32_t count = 3;
  std::uint64_t total = 0;
  double above = 1;
  std::string name;
  std::string colour = "red";
  std::string customer;
  std::vector<Inner> parts;
  std::vector<std::string> words;
  Inner inner;
  std::optional<double> price;
  json::value anything;
  json::object mapping;
};
BOOST_DESCRIBE_STRUCT(Outer, (),
                      (on, delta, count, total, above, name, colour, customer, parts, words, inner, price, anything,
                       mapping))

struct Request {
  std::string subcampaign;
  std::string kind = "x";
  json::object rest;
};
BOOST_DESCRIBE_STRUCT(Request, (), (subcampaign, kind, rest))

}  // namespace

template <>
struct Docs<Inner> {
  static constexpr std::string_view title = "Inner";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"share", "A share.", {.text_accepted = true, .minimum = 0, .maximum = 1}},
      {"note", "A note."},
  });
};

template <>
struct Docs<Outer> {
  static constexpr std::string_view title = "Outer";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"on", "Whether.", {.text_accepted = true}},
      {"delta", "A difference.", {.minimum = -5}},
      {"count", "A count.", {.text_accepted = true}},
      {"total", "A total."},
      {"above", "Positive.", {.above = 0, .below = 10}},
      {"name",
       "A name.",
       {.required = true, .max_bytes = 10, .matches = is_word, .pattern = "^[^ ]+$", .pattern_text = "a word"}},
      {"colour", "A colour.", {.allowed = colours}},
      {"customer", "A customer.", {.number_accepted = true}},
      {"parts", "Parts.", {.max_items = 3}},
      {"words", "Words.", {.matches = is_word, .pattern = "^[^ ]+$", .pattern_text = "a word"}},
      {"inner", "Inside."},
      {"price", "A price.", {.minimum = 0}},
      {"anything", "Anything."},
      {"mapping", "A mapping."},
  });
};

template <>
struct Docs<Request> {
  static constexpr std::string_view title = "Request";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"subcampaign", "A part.", {.also = "sub-campaign"}},
      {"kind", "A kind.", {.json_name = "class"}},
      {"rest", "The rest.", {.rest = true}},
  });
};

namespace {

json::value text(std::string_view source) { return *parse_json(source); }

std::vector<std::string> violations_of(std::string_view source) {
  const auto result = parse<Outer>(text(source));
  std::vector<std::string> lines;
  if (!result) {
    EXPECT_EQ(result.error().kind, base::ErrorKind::invalid);
    for (const auto& field : result.error().fields)
      lines.push_back(field.location + ": " + field.message + " <- " + field.value);
  }
  return lines;
}

TEST(Parse, ReadsEveryKindOfMember) {
  const auto result = parse<Outer>(text(R"({"on": false, "delta": -5, "count": "7", "total": 18446744073709551615,
      "above": 0.5, "name": "n", "colour": "blue", "customer": 12.50, "parts": [{"share": "0.25"}, {"note": "hi"}],
      "words": ["a", "b"], "inner": {"share": 1, "note": null}, "price": 2, "anything": [1], "mapping": {"k": 1}})"));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->on);
  EXPECT_EQ(result->delta, -5);
  EXPECT_EQ(result->count, 7u);
  EXPECT_EQ(result->total, UINT64_MAX);
  EXPECT_EQ(result->customer, "12.5");
  ASSERT_EQ(result->parts.size(), 2u);
  EXPECT_EQ(result->parts[0].share, 0.25);
  EXPECT_EQ(result->parts[1].note, "hi");
  EXPECT_THAT(result->words, ElementsAre("a", "b"));
  EXPECT_FALSE(result->inner.note);
  EXPECT_EQ(result->price, 2.0);
  EXPECT_EQ(result->anything, json::value({1}));
  EXPECT_EQ(result->mapping.at("k"), json::value(1));
}

TEST(Parse, KeepsDefaultsOfWhatIsAbsent) {
  const auto result = parse<Outer>(text(R"({"name": "n"})"));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->on);
  EXPECT_EQ(result->count, 3u);
  EXPECT_EQ(result->inner.share, 0.5);
  EXPECT_FALSE(result->price);
}

TEST(Parse, NamesEveryViolationAtItsPlace) {
  EXPECT_THAT(
      violations_of(R"({"on": 1, "delta": -6, "count": 1.5, "total": -1, "above": 0, "colour": "green", "customer": [],
          "parts": [{}, {"share": 2}, {"share": "x", "note": 5}], "words": ["a", "b c"], "inner": [], "price": "2",
          "mapping": 3})"),
      ElementsAre("body.on: expected true or false <- 1",                         //
                  "body.delta: expected an integer of at least -5 <- -6",         //
                  "body.count: expected an integer from 0 to 4294967295 <- 1.5",  //
                  "body.total: expected an integer of at least 0 <- -1",          //
                  "body.above: expected a number above 0 and below 10 <- 0",      //
                  "body.name: is required <- null",                               //
                  "body.colour: expected one of \"red\", \"blue\" <- \"green\"",  //
                  "body.customer: expected text <- []",                           //
                  "body.parts[1].share: expected a number from 0 to 1 <- 2",      //
                  "body.parts[2].share: expected a number from 0 to 1 <- \"x\"",  //
                  "body.parts[2].note: expected text <- 5",                       //
                  "body.words[1]: expected a word <- \"b c\"",                    //
                  "body.inner: expected an object <- []",                         //
                  "body.price: expected a number of at least 0 <- \"2\"",         //
                  "body.mapping: expected an object <- 3"));
}

TEST(Parse, HoldsLimitsOnTextAndArrays) {
  EXPECT_THAT(violations_of(R"({"name": "12345678901"})"),
              ElementsAre("body.name: expected a word of at most 10 bytes <- \"12345678901\""));
  EXPECT_TRUE(violations_of(R"({"name": "1234567890"})").empty());
  EXPECT_THAT(violations_of(R"({"name": "n", "parts": [{}, {}, {}, {}]})"),
              ElementsAre("body.parts: expected an array of at most 3 entries, found 4 <- null"));
}

TEST(Parse, ReadsIntegersWrittenAsDoublesAndNoOthers) {
  EXPECT_EQ(parse<Outer>(text(R"({"name": "n", "count": 3.0})"))->count, 3u);
  EXPECT_FALSE(violations_of(R"({"name": "n", "count": 4294967296})").empty());
  EXPECT_FALSE(violations_of(R"({"name": "n", "total": 1e30})").empty());
  EXPECT_FALSE(violations_of(R"({"name": "n", "delta": 1e30})").empty());
}

TEST(Parse, RefusesAValueThatIsNoObject) {
  EXPECT_THAT(violations_of("[]"), ElementsAre("body: expected an object <- []"));
}

TEST(Parse, AsksWhetherAKnownNameWasMeant) {
  EXPECT_THAT(violations_of(R"({"name": "n", "colur": "red"})"),
              ElementsAre("body.colur: is not a known field; did you mean \"colour\"? <- \"red\""));
  EXPECT_THAT(violations_of(R"({"name": "n", "inner": {"zzzzzz": 1}})"),
              ElementsAre("body.inner.zzzzzz: is not a known field <- 1"));
}

TEST(Parse, IgnoresOrKeepsUnknownMembersWhenAsked) {
  const auto source = text(R"({"sub-campaign": "s", "class": "c", "x": 1, "y": {"z": 2}})");
  EXPECT_FALSE(parse<Request>(source));
  const auto ignored = parse<Request>(source, "body", Unknown::ignore);
  EXPECT_EQ(ignored->subcampaign, "s");
  EXPECT_TRUE(ignored->rest.empty());
  const auto kept = parse<Request>(source, "body", Unknown::keep);
  EXPECT_EQ(json_text(render(*kept)), R"({"subcampaign":"s","class":"c","x":1,"y":{"z":2}})");
}

TEST(Parse, NamesTheMemberThatWasSentWhenItHasTwoNames) {
  EXPECT_EQ(parse<Request>(text(R"({"sub-campaign": 1})")).error().fields[0].location, "body.sub-campaign");
  EXPECT_EQ(parse<Request>(text(R"({"sub-campaign": "a", "subcampaign": "b"})"))->subcampaign, "b");
}

TEST(Parse, ListsAtMostAHundredViolationsAndCountsTheRest) {
  json::array words(250, " ");
  const auto result = parse<Outer>(json::object{{"name", "n"}, {"words", words}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fields.size(), 100u);
  EXPECT_THAT(result.error().message, HasSubstr("(and 249 more); the first 100 are listed"));
}

Outer named(std::vector<Inner> parts) {
  Outer outer;
  outer.name = "n";
  outer.parts = std::move(parts);
  return outer;
}

TEST(Render, KeepsTheOrderOfMembersAndLeavesOutWhatIsAbsent) {
  EXPECT_EQ(json_text(render(named({{0.5, "x"}}))),
            R"({"on":true,"delta":-1,"count":3,"total":0,"above":1,"name":"n","colour":"red","customer":"",)"
            R"("parts":[{"share":0.5,"note":"x"}],"words":[],"inner":{"share":0.5},"anything":null,"mapping":{}})");
}

TEST(Schema, CarriesDocsDefaultsAndConstraints) {
  const json::object outer = schema<Outer>();
  EXPECT_EQ(json_text(outer.at("required")), R"(["name"])");
  EXPECT_EQ(outer.at("additionalProperties"), json::value(false));
  const auto& properties = outer.at("properties").as_object();
  EXPECT_EQ(json_text(properties.at("delta")),
            R"({"type":"integer","minimum":-5,"description":"A difference.","default":-1})");
  EXPECT_EQ(json_text(properties.at("name")),
            R"({"type":"string","maxLength":10,"pattern":"^[^ ]+$","description":"A name."})");
  EXPECT_EQ(json_text(properties.at("inner").at("properties").at("share")),
            R"({"anyOf":[{"type":"number","minimum":0,"maximum":1},{"type":"string","pattern":)"
            R"("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"}],"description":"A share.","default":0.5})");
  EXPECT_FALSE(schema<Outer>(Unknown::ignore).contains("additionalProperties"));
}

// Values that are right, nearly right and wrong for the members above.
json::value random_value(std::mt19937_64& random, int depth = 0) {
  static const auto scalars = text(
      R"([null, true, false, 0, 1, -1, -5, -6, 0.25, 0.5, 1.5, 3, 9.99, 10, 4294967296, "", "a", "a b", "red", "blue",
          "green", "true", "0.5", "1e2", "abcdefghij", "abcdefghijk", 2.0])");
  if (depth < 2 && random() % 6 == 0) {
    json::array array;
    for (auto n = random() % 5; n > 0; --n) array.push_back(random_value(random, depth + 1));
    return array;
  }
  if (depth < 2 && random() % 6 == 0) {
    json::object object;
    for (const auto* name : {"share", "note", "x"}) {
      if (random() % 3 == 0) object[name] = random_value(random, depth + 1);
    }
    return object;
  }
  return scalars.at(random() % scalars.as_array().size());
}

TEST(Schema, AcceptsExactlyWhatParses) {
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  const json::object outer = schema<Outer>();
  int accepted = 0;
  for (int i = 0; i < 30'000; ++i) {
    json::object document{{"name", "n"}};
    for (auto n = 1 + random() % 2; n > 0; --n) {
      const auto& field = Docs<Outer>::fields[random() % Docs<Outer>::fields.size()];
      document[field.json_name()] = random_value(random);
    }
    if (random() % 20 == 0) document.erase("name");
    // Text that stands for a number is held to its range by parse alone.
    if (json_text(document).find("1e2") != std::string::npos) continue;
    const bool parses = parse<Outer>(document).has_value();
    ASSERT_EQ(tests::schema_accepts(outer, document), parses) << json_text(document) << " seed " << seed;
    accepted += parses;
  }
  EXPECT_GT(accepted, 3'000);
}

TEST(Schema, AcceptsWhatIsRendered) {
  EXPECT_TRUE(tests::schema_accepts(schema<Outer>(), render(named({{}, {}}))));
  EXPECT_TRUE(parse<Outer>(render(named({{}, {}}))));
}

}  // namespace
}  // namespace proffer::document
