#include "document/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/number_text.h"

namespace proffer::document {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> suite_files(char first_letter) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(PROFFER_SOURCE_DIR "/tests/document/data/json_test_suite")) {
    const std::string name = entry.path().filename().string();
    if (name[0] == first_letter && name[1] == '_') files.push_back(entry.path());
  }
  return files;
}

std::string error_of(std::string_view text) {
  const auto result = parse_json(text);
  if (result) return "accepted: " + std::string(text);
  EXPECT_EQ(result.error().kind, base::ErrorKind::malformed);
  return result.error().message;
}

TEST(ParseJson, AcceptsWhatTheTestSuiteSaysMustBeAcceptedExceptNamesGivenTwice) {
  const auto files = suite_files('y');
  EXPECT_EQ(files.size(), 95u);
  for (const auto& file : files) {
    // RFC 8259 leaves names that are not unique to the parser; here one of them would be lost unseen.
    const bool name_twice = file.filename().string().starts_with("y_object_duplicated_key");
    EXPECT_EQ(parse_json(read_file(file)).has_value(), !name_twice) << file;
  }
}

TEST(ParseJson, RejectsWhatTheTestSuiteSaysMustBeRejected) {
  const auto files = suite_files('n');
  EXPECT_EQ(files.size(), 188u);
  for (const auto& file : files) {
    const auto result = parse_json(read_file(file));
    ASSERT_FALSE(result) << file;
    EXPECT_EQ(result.error().kind, base::ErrorKind::malformed) << file;
  }
}

TEST(ParseJson, DecidesOnEveryFileThatTheTestSuiteLeavesFree) {
  const auto files = suite_files('i');
  EXPECT_EQ(files.size(), 35u);
  for (const auto& file : files) {
    const auto result = parse_json(read_file(file));
    if (result) {
      EXPECT_TRUE(parse_json(json_text(*result))) << file;
    }
  }
}

TEST(ParseJson, SaysLineAndColumn) {
  EXPECT_THAT(error_of("{\n  \"a\": 1,\n  \"b\": x\n}"), HasSubstr("line 3, column 8"));
  EXPECT_THAT(error_of("{\"a\": 1} x"), HasSubstr("line 1, column 10"));
  EXPECT_THAT(error_of("[1, 2"), HasSubstr("ends before the value does"));
}

TEST(ParseJson, SaysThatThereWasNothing) {
  EXPECT_EQ(error_of(""), "body is empty; JSON was expected");
  EXPECT_EQ(error_of(" \r\n\t"), "body is empty; JSON was expected");
  EXPECT_EQ(parse_json("", "params").error().fields[0].location, "params");
}

TEST(ParseJson, SaysWhereAByteIsNotUtf8) {
  EXPECT_THAT(error_of("{\"a\":\n\"\xff\"}"), HasSubstr("a byte that is not UTF-8 at line 2, column 2"));
  EXPECT_THAT(error_of("\"\xc3\""), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of("\"\xed\xa0\x80\""), HasSubstr("not UTF-8"));  // a surrogate
}

TEST(ParseJson, RefusesANameGivenTwiceAtAnyDepth) {
  EXPECT_THAT(error_of(R"({"a": 1, "b": {}, "a": 2})"), HasSubstr("the member \"a\" stands twice in one object"));
  EXPECT_THAT(error_of(R"({"x": [{"k": {"q": 1, "q": 1}}]})"), HasSubstr("\"q\""));
  EXPECT_THAT(error_of(R"({"ab": 1, "\u0061b": 2})"), HasSubstr("\"ab\""));  // equal after unescaping
  EXPECT_TRUE(parse_json(R"({"a": {"a": {"a": 1}}, "b": {"a": 2}})"));
  EXPECT_TRUE(parse_json(R"({"z": {}, "y": {"z": 1}, "x": {"y": 2, "z": 3}, "": 0})"));
}

TEST(ParseJson, RefusesANameGivenTwiceAmongMany) {
  for (const int members : {2, 15, 16, 17, 500}) {
    std::string text = "{\"inner\": {";
    for (int i = 0; i < members; ++i) text += "\"m" + std::to_string(i) + "\": 0, ";
    EXPECT_TRUE(parse_json(text + "\"last\": 1}, \"m0\": 1}")) << members;
    EXPECT_THAT(error_of(text + "\"m1\": 1}}"), HasSubstr("\"m1\"")) << members;
  }
}

TEST(ParseJson, AllowsExactlyTheDepthThatWasAsked) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_THAT(error_of(nested(65)), HasSubstr("deeper than 64 levels"));
  EXPECT_TRUE(parse_json(nested(3), "body", 3));
  EXPECT_FALSE(parse_json(nested(4), "body", 3));
}

TEST(ParseJson, RefusesNumbersBeyondADouble) {
  EXPECT_THAT(error_of("[1e400]"), HasSubstr("too large"));
  EXPECT_THAT(error_of("-1e99999999999"), HasSubstr("too large"));
  EXPECT_EQ(parse_json("1e-400")->as_double(), 0.0);
  EXPECT_EQ(parse_json("1.7976931348623157e308")->as_double(), 1.7976931348623157e308);
}

TEST(ParseJson, ReadsEveryDoubleToTheNearest) {
  const std::uint64_t seed = 20240607;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const auto read = parse_json(base::number_text(value));
    ASSERT_TRUE(read) << value << " seed " << seed;
    ASSERT_EQ(read->to_number<double>(), value) << "seed " << seed;
  }
}

TEST(ParseJson, KeepsIntegersWhole) {
  EXPECT_EQ(parse_json("9223372036854775807")->as_int64(), INT64_MAX);
  EXPECT_EQ(parse_json("18446744073709551615")->as_uint64(), UINT64_MAX);
  EXPECT_EQ(parse_json("-9223372036854775808")->as_int64(), INT64_MIN);
}

TEST(JsonText, PrintsNumbersWithoutNeedlessFractionOrExponent) {
  EXPECT_EQ(json_text(json::value{1.0, 2.5, 1e-6, 1e14, 1e300, -0.5, 7, UINT64_MAX}),
            "[1,2.5,0.000001,100000000000000,1e+300,-0.5,7,18446744073709551615]");
  EXPECT_EQ(json_text(json::value(std::nan(""))), "null");
}

TEST(JsonText, EscapesAsLittleAsItMay) {
  EXPECT_EQ(json_text(json::value("a\"b\\c/\n\r\t\b\f\x01 é\x7f")), "\"a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0001 é\x7f\"");
  EXPECT_EQ(json_text(json::value(std::string("\0", 1))), "\"\\u0000\"");
}

TEST(JsonText, ReadsBackAsTheSameValue) {
  for (const auto& file : suite_files('y')) {
    const auto value = parse_json(read_file(file));
    if (value) {
      EXPECT_EQ(json_text(*parse_json(json_text(*value))), json_text(*value)) << file;
    }
  }
  EXPECT_EQ(json_text(*parse_json(R"({"b":[],"a":{"x":null,"":true}})")), R"({"b":[],"a":{"x":null,"":true}})");
}

TEST(JsonExcerpt, CutsAtTwoHundredBytesAndStaysJson) {
  EXPECT_EQ(json_excerpt({1, 2}), "[1,2]");
  const std::string long_text(500, 'x');
  EXPECT_EQ(json_excerpt(json::value(long_text)), "\"" + std::string(200, 'x') + "…\"");
  json::array numbers(400, 7);
  EXPECT_EQ(parse_json(json_excerpt(numbers))->as_string().subview(0, 4), "[7,7");
  std::string umlauts = "x";
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  EXPECT_TRUE(parse_json(json_excerpt(json::value(umlauts))));
}

TEST(NumberFromText, ReadsOnlyWhatIsWhollyANumber) {
  EXPECT_EQ(number_from_text("12"), json::value(12));
  EXPECT_EQ(number_from_text("-2.50"), json::value(-2.5));
  EXPECT_EQ(number_from_text("1e3"), json::value(1000.0));
  for (const auto* text :
       {"", " 1", "1 ", "+1", "01", "1.", ".5", "0x1", "1e", "nan", "inf", "1,5", "1e999", "--1", "true"}) {
    EXPECT_TRUE(number_from_text(text).is_null()) << text;
  }
}

}  // namespace
}  // namespace proffer::document
