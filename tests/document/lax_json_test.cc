#include "document/lax_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "document/json.h"

namespace proffer::document {
namespace {

std::string read(std::string_view text) {
  const auto value = parse_lax_json(text, "x");
  return value ? json_text(*value) : value.error().message;
}

TEST(LaxJson, IsJson) {
  EXPECT_EQ(read(R"({"a": [1, -2.5, true, null, "t\u00e9\"\n"], "b": {}})"),
            R"({"a":[1,-2.5,true,null,"té\"\n"],"b":{}})");
  EXPECT_EQ(read("[]"), "[]");
  EXPECT_EQ(read(" 7 "), "7");
}

TEST(LaxJson, ReadsALookupAsPropertiesWriteIt) {
  EXPECT_EQ(read("[{predictor:'p', database:'mongodb', db:master, table: customers, "
                 "lookup:{key:'customer',value:123}, url: http://localhost:8091/x,}]"),
            R"([{"predictor":"p","database":"mongodb","db":"master","table":"customers",)"
            R"("lookup":{"key":"customer","value":123},"url":"http://localhost:8091/x"}])");
}

TEST(LaxJson, KeepsTheTypeThatQuotesSay) {
  EXPECT_EQ(read("{a: 123, b: '123', c: 007, d: 1.2.3, e: true, f: 'true', g: two words }"),
            R"({"a":123,"b":"123","c":"007","d":"1.2.3","e":true,"f":"true","g":"two words"})");
}

TEST(LaxJson, KnowsBothQuotes) {
  EXPECT_EQ(read(R"(['say "x"', "it's", 'it\'s', 'a\\b', 'tab\t', "é"])"),
            R"(["say \"x\"","it's","it's","a\\b","tab\t","é"])");
}

TEST(LaxJson, SaysWhereItIsWrong) {
  EXPECT_EQ(read("{a: 1\n b: 2}"), "x is not JSON: expected ',' or '}' at line 2, column 2");
  EXPECT_EQ(read("{a 1}"), "x is not JSON: expected ':' behind the name \"a\" at line 1, column 4");
  EXPECT_EQ(read("{a: 'b}"), "x is not JSON: this quote is not closed at line 1, column 5");
  EXPECT_EQ(read("{a: 1, a: 2}"), "x is not JSON: the member \"a\" stands twice in one object at line 1, column 8");
  EXPECT_EQ(read("{a: ,}"), "x is not JSON: expected a value at line 1, column 5");
  EXPECT_EQ(read(""), "x is not JSON: expected a value, found the end at line 1, column 1");
  EXPECT_EQ(read("{} {}"), "x is not JSON: something follows the value at line 1, column 4");
  EXPECT_EQ(read("{"), "x is not JSON: expected a name or '}', found the end at line 1, column 2");
  EXPECT_EQ(read("['\\x']"),
            "x is not JSON: text with an escape or a control character that JSON does not have at line 1, column 2");
  EXPECT_EQ(read("a\xff"), "x is not JSON: a byte that is not UTF-8 at line 1, column 2");
}

TEST(LaxJson, IsNoDeeperThanAllowed) {
  EXPECT_TRUE(parse_lax_json("[[1]]", "x", 2));
  EXPECT_FALSE(parse_lax_json("[[[1]]]", "x", 2));
  EXPECT_FALSE(parse_lax_json(std::string(100'000, '['), "x"));
}

TEST(LaxJson, SurvivesAnyText) {
  const std::uint64_t seed = 11;
  std::mt19937_64 random(seed);
  const std::string alphabet = "{}[]:,'\"\\ \nab1.-u0\xc3\xa9\xff";
  int parsed = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text(random() % 20, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto value = parse_lax_json(text, "x");
    if (!value) continue;
    ++parsed;
    const std::string strict = json_text(*value);
    EXPECT_EQ(json_text(parse_json(strict).value()), strict) << text << " seed " << seed;
  }
  EXPECT_GT(parsed, 100);
}

}  // namespace
}  // namespace proffer::document
