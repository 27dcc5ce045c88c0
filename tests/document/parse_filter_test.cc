#include "document/parse_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::document {
namespace {

boost::json::object object_of(std::string_view text) { return parse_json(text)->as_object(); }

bool matches(std::string_view filter, std::string_view document) {
  Violations violations;
  const auto parsed = parse_filter(object_of(filter), Place("filter"), violations);
  EXPECT_TRUE(violations.empty()) << violations.error().message;
  return parsed.matches(object_of(document));
}

std::vector<std::string> wrong(const boost::json::object& filter) {
  Violations violations;
  parse_filter(filter, Place("filter"), violations);
  std::vector<std::string> locations;
  if (violations.empty()) return locations;
  for (const auto& field : violations.error().fields) locations.push_back(field.location);
  return locations;
}

TEST(ParseFilter, EveryOperatorMeansWhatItSays) {
  EXPECT_TRUE(matches("{}", "{}"));
  EXPECT_TRUE(matches(R"({"a": 1, "b.c": "x"})", R"({"a": 1.0, "b": {"c": "x"}})"));
  EXPECT_FALSE(matches(R"({"a": 1, "b.c": "x"})", R"({"a": 1, "b": {"c": "y"}})"));
  EXPECT_TRUE(matches(R"({"a": {"$eq": 1}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$ne": 1}})", R"({"a": 2})"));
  EXPECT_TRUE(matches(R"({"a": {"$gte": 18, "$lt": 65}})", R"({"a": 18})"));
  EXPECT_FALSE(matches(R"({"a": {"$gte": 18, "$lt": 65}})", R"({"a": 65})"));
  EXPECT_FALSE(matches(R"({"a": {"$gt": 18}})", R"({"a": 18})"));
  EXPECT_TRUE(matches(R"({"a": {"$lte": 18}})", R"({"a": 18})"));
  EXPECT_TRUE(matches(R"({"a": {"$in": [1, "x"]}})", R"({"a": "x"})"));
  EXPECT_FALSE(matches(R"({"a": {"$nin": [1, "x"]}})", R"({"a": "x"})"));
  EXPECT_TRUE(matches(R"({"a": {"$nin": [1, "x"]}})", R"({"a": "y"})"));
  EXPECT_TRUE(matches(R"({"a": {"$exists": false}})", R"({"b": 1})"));
}

TEST(ParseFilter, ObjectsAndDatesAreValues) {
  EXPECT_TRUE(matches(R"({"a": {"b": 1}})", R"({"a": {"b": 1}})"));
  EXPECT_FALSE(matches(R"({"a": {"b": 1}})", R"({"a": {"b": 1, "c": 2}})"));
  EXPECT_TRUE(matches(R"({"a": {}})", R"({"a": {}})"));
  EXPECT_TRUE(matches(R"({"a": {"$date": "1970-01-01T00:00:01Z"}})", R"({"a": {"$date": 1000}})"));
}

TEST(ParseFilter, NamesEverythingThatIsWrong) {
  EXPECT_EQ(
      wrong(object_of(R"({"a": {"$gte": 1, "$regex": "x"}, "$or": [], "b": {"$in": 1}, "c": {"$exists": 1},
                                 "d": {"$nin": {}}})")),
      (std::vector<std::string>{"filter.a.$regex", "filter.$or", "filter.b.$in", "filter.c.$exists", "filter.d.$nin"}));
}

TEST(ParseFilter, TakesComparisonsUpToTheLimitOnly) {
  boost::json::object filter;
  for (std::size_t i = 0; i < base::limits::filter_conditions; ++i) filter["f" + std::to_string(i)] = 1;
  EXPECT_TRUE(wrong(filter).empty());
  filter["one more"] = 1;
  EXPECT_EQ(wrong(filter), (std::vector<std::string>{"filter"}));
  boost::json::array values(base::limits::filter_conditions, 1);
  EXPECT_TRUE(wrong({{"a", {{"$in", values}}}}).empty());
  values.push_back(1);
  EXPECT_EQ(wrong({{"a", {{"$in", values}}}}), (std::vector<std::string>{"filter.a.$in"}));
}

}  // namespace
}  // namespace proffer::document
