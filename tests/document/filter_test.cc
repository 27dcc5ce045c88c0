#include "document/filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace proffer::document {
namespace {

namespace json = boost::json;
using enum Compare;

json::value parse(std::string_view text) { return json::parse(text); }

// Whether a document, as JSON, matches one condition, its operand as JSON.
bool matches(std::string_view document, std::string path, Compare compare, std::string_view operand) {
  return Filter{{{std::move(path), compare, parse(operand)}}}.matches(parse(document).as_object());
}

TEST(Filter, WithoutConditionsMatchesEverything) { EXPECT_TRUE(Filter{}.matches({})); }

TEST(Filter, NeedsEveryCondition) {
  const Filter filter{{{"a", equal, 1}, {"b", greater, 2}}};
  EXPECT_TRUE(filter.matches({{"a", 1}, {"b", 3}}));
  EXPECT_FALSE(filter.matches({{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(filter.matches({{"b", 3}}));
}

TEST(Filter, ComparesNumbersByValueWhateverTheirType) {
  EXPECT_TRUE(matches(R"({"a": 1})", "a", equal, "1.0"));
  EXPECT_TRUE(matches(R"({"a": 1.5})", "a", greater, "1"));
  EXPECT_TRUE(matches(R"({"a": 18446744073709551615})", "a", greater, "9223372036854775807"));
  EXPECT_TRUE(matches(R"({"a": -1})", "a", less, "18446744073709551615"));
  // 2^53 + 1 is no double: a comparison that rounds would call these equal.
  EXPECT_FALSE(matches(R"({"a": 9007199254740993})", "a", equal, "9007199254740992.0"));
  EXPECT_TRUE(matches(R"({"a": 9007199254740993})", "a", greater, "9007199254740992.0"));
  EXPECT_TRUE(matches(R"({"a": 9223372036854775807})", "a", less, "9223372036854775808.0"));
  EXPECT_TRUE(matches(R"({"a": -9223372036854775808})", "a", equal, "-9223372036854775808.0"));
  EXPECT_TRUE(matches(R"({"a": -3})", "a", less, "-2.5"));
  EXPECT_TRUE(matches(R"({"a": -2})", "a", greater, "-2.5"));
}

TEST(Filter, OrdersOnlyValuesOfOneType) {
  EXPECT_FALSE(matches(R"({"a": "5"})", "a", greater, "1"));
  EXPECT_FALSE(matches(R"({"a": "5"})", "a", less, "1"));
  EXPECT_FALSE(matches(R"({"a": true})", "a", greater_or_equal, "1"));
  EXPECT_TRUE(matches(R"({"a": "b"})", "a", greater, R"("a")"));
  EXPECT_TRUE(matches(R"({"a": true})", "a", greater, "false"));
  EXPECT_TRUE(matches(R"({"a": {"x": 2}})", "a", greater, R"({"x": 1})"));
}

TEST(Filter, NullMatchesWhatIsMissingToo) {
  EXPECT_TRUE(matches(R"({"a": null})", "a", equal, "null"));
  EXPECT_TRUE(matches("{}", "a", equal, "null"));
  EXPECT_TRUE(matches(R"({"a": 1})", "a.b", equal, "null"));
  EXPECT_TRUE(matches(R"({"a": {}})", "a.b", equal, "null"));
  EXPECT_TRUE(matches(R"({"a": [{}]})", "a.b", equal, "null"));
  EXPECT_FALSE(matches(R"({"a": [1, 2]})", "a.b", equal, "null"));
  EXPECT_FALSE(matches(R"({"a": []})", "a.b", equal, "null"));
  EXPECT_FALSE(matches(R"({"a": 0})", "a", equal, "null"));
  EXPECT_TRUE(matches("{}", "a", in, "[1, null]"));
  EXPECT_TRUE(matches("{}", "a", less_or_equal, "null"));
  EXPECT_FALSE(matches("{}", "a", less, "null"));
  EXPECT_FALSE(matches("{}", "a", less, "5"));
}

TEST(Filter, NotEqualIsTheOppositeOfEqual) {
  EXPECT_TRUE(matches("{}", "a", not_equal, "1"));
  EXPECT_FALSE(matches("{}", "a", not_equal, "null"));
  EXPECT_TRUE(matches(R"({"a": [2, 3]})", "a", not_equal, "1"));
  EXPECT_FALSE(matches(R"({"a": [1, 2]})", "a", not_equal, "1"));
}

TEST(Filter, ExistsTellsNullFromMissing) {
  EXPECT_TRUE(matches(R"({"a": null})", "a", exists, "true"));
  EXPECT_FALSE(matches("{}", "a", exists, "true"));
  EXPECT_TRUE(matches("{}", "a", exists, "false"));
  EXPECT_FALSE(matches(R"({"a": null})", "a", exists, "false"));
  EXPECT_TRUE(matches(R"({"a": [{"b": 1}, {}]})", "a.b", exists, "true"));
  EXPECT_FALSE(matches(R"({"a": [{"b": 1}, {}]})", "a.b", exists, "false"));
}

TEST(Filter, AnArrayMatchesWholeOrByAnyElement) {
  EXPECT_TRUE(matches(R"({"a": [1, 2]})", "a", equal, "2"));
  EXPECT_TRUE(matches(R"({"a": [1, 2]})", "a", equal, "[1, 2]"));
  EXPECT_FALSE(matches(R"({"a": [1, 2]})", "a", equal, "[2, 1]"));
  EXPECT_TRUE(matches(R"({"a": [[1], 5]})", "a", equal, "[1]"));
  EXPECT_TRUE(matches(R"({"a": [1, 9]})", "a", greater, "5"));
  EXPECT_FALSE(matches(R"({"a": [[9]]})", "a", greater, "5"));  // elements of elements do not count
  EXPECT_TRUE(matches(R"({"a": [1, 2]})", "a", in, "[7, 2]"));
  EXPECT_FALSE(matches(R"({"a": [1, 2]})", "a", in, "[]"));
}

TEST(Filter, PathsGoThroughObjectsAndArrays) {
  constexpr auto document = R"({"a": {"b": [{"c": 1}, {"c": 2}, 7]}})";
  EXPECT_TRUE(matches(document, "a.b.c", equal, "2"));
  EXPECT_FALSE(matches(document, "a.b.c", equal, "3"));
  EXPECT_TRUE(matches(document, "a.b.1.c", equal, "2"));
  EXPECT_FALSE(matches(document, "a.b.1.c", equal, "1"));
  EXPECT_TRUE(matches(document, "a.b.2", equal, "7"));
  EXPECT_FALSE(matches(document, "a.b.3", exists, "true"));
  EXPECT_TRUE(matches(R"({"a": {"0": 5}})", "a.0", equal, "5"));
  EXPECT_TRUE(matches(R"({"a": [{"0": 5}]})", "a.0", equal, "5"));
}

TEST(Filter, ObjectsAreEqualWithTheirMembersInOrder) {
  EXPECT_TRUE(matches(R"({"a": {"x": 1, "y": 2}})", "a", equal, R"({"x": 1.0, "y": 2})"));
  EXPECT_FALSE(matches(R"({"a": {"x": 1, "y": 2}})", "a", equal, R"({"y": 2, "x": 1})"));
}

TEST(Filter, DatesCompareAsMomentsInEitherForm) {
  constexpr auto document = R"({"a": {"$date": "2024-12-20T13:04:43.000Z"}})";
  EXPECT_TRUE(matches(document, "a", equal, R"({"$date": 1734699883000})"));
  EXPECT_TRUE(matches(document, "a", equal, R"({"$date": "2024-12-20T15:04:43+02:00"})"));
  EXPECT_TRUE(matches(document, "a", less, R"({"$date": 1734699883001})"));
  EXPECT_TRUE(matches(R"({"a": {"$date": -1}})", "a", less, R"({"$date": 0})"));
  EXPECT_FALSE(matches(document, "a", greater, "1")) << "a date is no number";
  EXPECT_FALSE(matches(R"({"a": {"$date": "soon"}})", "a", less, R"({"$date": 0})")) << "nor is this a date";
}

TEST(Filter, NanEqualsOnlyNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto found = [](double value, Compare compare, double operand) {
    return Filter{{{"a", compare, operand}}}.matches({{"a", value}});
  };
  EXPECT_TRUE(found(nan, equal, nan));
  EXPECT_TRUE(found(nan, less_or_equal, nan));
  EXPECT_FALSE(found(nan, less, 1));
  EXPECT_FALSE(found(1, greater, nan));
  EXPECT_FALSE(found(1, greater_or_equal, nan));
}

TEST(CompareValues, OrdersTypesAsTheManualDoes) {
  const json::value nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<json::value> ascending;
  for (const auto* text : {"null",
                           "-1e400",
                           "-9223372036854775808",
                           "-1.5",
                           "-1",
                           "0",
                           "0.5",
                           "9223372036854775807",
                           "18446744073709551615",
                           "1e300",
                           R"("")",
                           R"("a")",
                           R"("a\u0000")",
                           R"("b")",
                           R"("é")",
                           "{}",
                           R"({"a": 1})",
                           R"({"a": 1, "b": 1})",
                           R"({"b": 0})",
                           R"({"a": "x"})",
                           "[]",
                           "[1]",
                           "[1, 0]",
                           "[2]",
                           "false",
                           "true",
                           R"({"$date": -5})",
                           R"({"$date": "2024-01-01T00:00:00Z"})"}) {
    ascending.push_back(std::string_view(text) == "-1e400" ? nan : parse(text));
  }
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const int order = compare_values(ascending[i], ascending[j]);
      EXPECT_EQ(order < 0, i < j) << json::serialize(ascending[i]) << " and " << json::serialize(ascending[j]);
      EXPECT_EQ(order == 0, i == j) << json::serialize(ascending[i]) << " and " << json::serialize(ascending[j]);
    }
  }
}

}  // namespace
}  // namespace proffer::document
