#include "aggregation/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregation/run.h"
#include "base/query_limits.h"

namespace proffer::aggregation {
namespace {

namespace json = boost::json;

Query query_of(std::string_view text) {
  document::Violations violations;
  auto query = parse_query(value_of(text).as_object(), document::Place("filter"), violations);
  EXPECT_TRUE(violations.empty()) << violations.error().message;
  return query;
}

bool matches(std::string_view query, std::string_view document) {
  const auto result = query_of(query).matches(value_of(document).as_object());
  EXPECT_TRUE(result) << result.error().message;
  return result && *result;
}

std::vector<std::string> wrong(const json::object& query) {
  document::Violations violations;
  parse_query(query, document::Place("filter"), violations);
  std::vector<std::string> locations;
  if (violations.empty()) return locations;
  for (const auto& field : violations.error().fields) locations.push_back(field.location);
  return locations;
}

TEST(Query, ComparisonsMeanWhatTheySay) {
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
  EXPECT_TRUE(matches(R"({"a": {"$in": [1, "x"]}})", R"({"a": ["x", 2]})"));
  EXPECT_FALSE(matches(R"({"a": {"$nin": [1, "x"]}})", R"({"a": "x"})"));
  EXPECT_FALSE(matches(R"({"a": {"$nin": [1, "x"]}})", R"({"a": [3, 1]})"));
  EXPECT_TRUE(matches(R"({"a": {"$nin": [1, "x"]}})", R"({"a": "y"})"));
  EXPECT_TRUE(matches(R"({"a": {"$nin": [1, "x"]}})", "{}"));
  EXPECT_TRUE(matches(R"({"a": {"$exists": false}})", R"({"b": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$exists": true}})", R"({"a": null})"));
}

TEST(Query, ObjectsAndDatesAreValues) {
  EXPECT_TRUE(matches(R"({"a": {"b": 1}})", R"({"a": {"b": 1}})"));
  EXPECT_FALSE(matches(R"({"a": {"b": 1}})", R"({"a": {"b": 1, "c": 2}})"));
  EXPECT_FALSE(matches(R"({"a": {"b": 1, "c": 2}})", R"({"a": {"c": 2, "b": 1}})"));  // the order counts
  EXPECT_TRUE(matches(R"({"a": {}})", R"({"a": {}})"));
  EXPECT_TRUE(matches(R"({"a": {"$date": "1970-01-01T00:00:01Z"}})", R"({"a": {"$date": 1000}})"));
  EXPECT_TRUE(matches(R"({"a": {"$gt": {"$date": 999}}})", R"({"a": {"$date": 1000}})"));
  EXPECT_FALSE(matches(R"({"a": {"$gt": 999}})", R"({"a": {"$date": 1000}})"));
}

TEST(Query, NullMatchesWhatIsMissingButTypeNullDoesNot) {
  EXPECT_TRUE(matches(R"({"a": null})", "{}"));
  EXPECT_TRUE(matches(R"({"a": {"$in": [null]}})", "{}"));
  EXPECT_FALSE(matches(R"({"a": {"$ne": null}})", "{}"));
  EXPECT_TRUE(matches(R"({"a": {"$type": "null"}})", R"({"a": null})"));
  EXPECT_FALSE(matches(R"({"a": {"$type": "null"}})", "{}"));
  EXPECT_FALSE(matches(R"({"a.b": null})", R"({"a": [{"$date": 5}]})"));  // a date has no fields
}

TEST(Query, TypesGoByNameNumberAndList) {
  EXPECT_TRUE(matches(R"({"a": {"$type": "number"}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$type": "long"}})", R"({"a": 1})"));
  EXPECT_FALSE(matches(R"({"a": {"$type": "double"}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$type": 1}})", R"({"a": 1.5})"));
  EXPECT_TRUE(matches(R"({"a": {"$type": ["string", "date"]}})", R"({"a": {"$date": 1}})"));
  EXPECT_FALSE(matches(R"({"a": {"$type": "object"}})", R"({"a": {"$date": 1}})"));
  EXPECT_TRUE(matches(R"({"a": {"$type": "string"}})", R"({"a": [1, "x"]})"));  // any element
  EXPECT_TRUE(matches(R"({"a": {"$type": "array"}})", R"({"a": []})"));         // and the array itself
  EXPECT_FALSE(matches(R"({"a": {"$type": "objectId"}})", R"({"a": "5f"})"));
}

TEST(Query, LogicCombinesQueries) {
  EXPECT_TRUE(matches(R"({"$or": [{"a": 1}, {"b": 2}]})", R"({"b": 2})"));
  EXPECT_FALSE(matches(R"({"$or": [{"a": 1}, {"b": 2}]})", R"({"b": 3})"));
  EXPECT_TRUE(matches(R"({"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 3}}], "b": 1})", R"({"a": 2, "b": 1})"));
  EXPECT_FALSE(matches(R"({"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 3}}], "b": 1})", R"({"a": 2})"));
  EXPECT_TRUE(matches(R"({"$nor": [{"a": 1}, {"b": 2}]})", "{}"));
  EXPECT_FALSE(matches(R"({"$nor": [{"a": 1}, {"b": 2}]})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$not": {"$gt": 5}}})", R"({"a": "x"})"));  // not greater, as it is no number
  EXPECT_TRUE(matches(R"({"a": {"$not": {"$gt": 5}}})", "{}"));
  EXPECT_FALSE(matches(R"({"a": {"$not": {"$gt": 5}}})", R"({"a": [1, 9]})"));
}

// {"$gt": 1, "$lt": 3} may be met by two elements, each by one; $elemMatch wants one that meets both.
TEST(Query, ElemMatchWantsOneElementToMeetEverything) {
  EXPECT_TRUE(matches(R"({"a": {"$gt": 1, "$lt": 3}})", R"({"a": [0, 5]})"));
  EXPECT_FALSE(matches(R"({"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}})", R"({"a": [0, 5]})"));
  EXPECT_TRUE(matches(R"({"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}})", R"({"a": [0, 2]})"));
  EXPECT_FALSE(matches(R"({"a": {"$elemMatch": {"$gt": 1}}})", R"({"a": 2})"));      // no array
  EXPECT_FALSE(matches(R"({"a": {"$elemMatch": {"$gt": 1}}})", R"({"a": [[2]]})"));  // elements are not opened
  EXPECT_TRUE(matches(R"({"a": {"$elemMatch": {"b": 1, "c": 2}}})", R"({"a": [{"b": 1, "c": 2}]})"));
  EXPECT_FALSE(matches(R"({"a": {"$elemMatch": {"b": 1, "c": 2}}})", R"({"a": [{"b": 1}, {"c": 2}]})"));
  EXPECT_TRUE(matches(R"({"a.b": 1, "a.c": 2})", R"({"a": [{"b": 1}, {"c": 2}]})"));
  EXPECT_TRUE(matches(R"({"a": {"$elemMatch": {"$or": [{"b": 1}, {"b": 2}]}}})", R"({"a": [{"b": 2}]})"));
  EXPECT_TRUE(matches(R"({"a": {"$elemMatch": {"$ne": 1}}})", R"({"a": [1, 2]})"));
  EXPECT_FALSE(matches(R"({"a": {"$not": {"$elemMatch": {"$gt": 1}}}})", R"({"a": [2]})"));
}

TEST(Query, ArraysByContentAndSize) {
  EXPECT_TRUE(matches(R"({"a": {"$all": [1, 2]}})", R"({"a": [3, 2, 1]})"));
  EXPECT_FALSE(matches(R"({"a": {"$all": [1, 2]}})", R"({"a": [1]})"));
  EXPECT_TRUE(matches(R"({"a": {"$all": [1]}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"$all": [[1, 2]]}})", R"({"a": [1, 2]})"));
  EXPECT_FALSE(matches(R"({"a": {"$all": []}})", R"({"a": []})"));
  EXPECT_TRUE(matches(R"({"a": {"$all": [{"$elemMatch": {"b": 1}}, {"$elemMatch": {"b": 2}}]}})",
                      R"({"a": [{"b": 1}, {"b": 2}]})"));
  EXPECT_TRUE(matches(R"({"a": {"$size": 2}})", R"({"a": [1, 2]})"));
  EXPECT_FALSE(matches(R"({"a": {"$size": 2}})", R"({"a": [[1, 2]]})"));
  EXPECT_FALSE(matches(R"({"a": {"$size": 1}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": [1, 2]})", R"({"a": [1, 2]})"));
  EXPECT_TRUE(matches(R"({"a": [1, 2]})", R"({"a": [[1, 2], 3]})"));
  EXPECT_FALSE(matches(R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
  EXPECT_TRUE(matches(R"({"a.1": 5})", R"({"a": [4, 5]})"));
  EXPECT_TRUE(matches(R"({"a.1.b": 5})", R"({"a": [4, {"b": 5}]})"));
}

TEST(Query, ModTakesTheIntegerPart) {
  EXPECT_TRUE(matches(R"({"a": {"$mod": [4, 1]}})", R"({"a": 5})"));
  EXPECT_TRUE(matches(R"({"a": {"$mod": [4, 1]}})", R"({"a": 5.9})"));
  EXPECT_TRUE(matches(R"({"a": {"$mod": [4, -1]}})", R"({"a": -5})"));  // the sign of what is divided
  EXPECT_FALSE(matches(R"({"a": {"$mod": [4, 1]}})", R"({"a": "5"})"));
  EXPECT_TRUE(matches(R"({"a": {"$mod": [-1, 0]}})", R"({"a": -9223372036854775808})"));
}

TEST(Query, RegularExpressionsWithOptions) {
  EXPECT_TRUE(matches(R"({"a": {"$regex": "^b.n"}})", R"({"a": "bonn"})"));
  EXPECT_FALSE(matches(R"({"a": {"$regex": "^B"}})", R"({"a": "bonn"})"));
  EXPECT_TRUE(matches(R"({"a": {"$regex": "^B", "$options": "i"}})", R"({"a": "bonn"})"));
  EXPECT_TRUE(matches(R"({"a": {"$regex": "n"}})", R"({"a": [1, "bonn"]})"));
  EXPECT_FALSE(matches(R"({"a": {"$regex": "1"}})", R"({"a": 1})"));
  EXPECT_FALSE(matches(R"({"a": {"$regex": "^y"}})", R"({"a": "x\ny"})"));
  EXPECT_TRUE(matches(R"({"a": {"$regex": "^y", "$options": "m"}})", R"({"a": "x\ny"})"));
  EXPECT_FALSE(matches(R"({"a": {"$regex": "x.y"}})", R"({"a": "x\ny"})"));
  EXPECT_TRUE(matches(R"({"a": {"$regex": "x.y", "$options": "s"}})", R"({"a": "x\ny"})"));
  EXPECT_TRUE(matches(R"({"a": {"$regex": "x y # note", "$options": "x"}})", R"({"a": "xy"})"));
  EXPECT_TRUE(matches(R"({"a": {"$not": {"$regex": "^b"}}})", R"({"a": "c"})"));
}

TEST(Query, ARegularExpressionThatGivesUpIsAnError) {
  const auto query = query_of(R"({"a": {"$regex": "^(a+)+(b+)+(a+)+(a|aa)+c$"}})");
  const auto result = query.matches({{"a", std::string(5'000, 'a') + std::string(5'000, 'b')}});
  if (!result) {
    EXPECT_THAT(result.error().message, testing::HasSubstr("too many steps"));
  } else {
    EXPECT_FALSE(*result);
  }
}

TEST(Query, ExprComparesFieldsWithEachOther) {
  EXPECT_TRUE(matches(R"({"$expr": {"$gt": ["$a", "$b"]}})", R"({"a": 2, "b": 1})"));
  EXPECT_FALSE(matches(R"({"$expr": {"$gt": ["$a", "$b"]}})", R"({"a": 1, "b": 1})"));
  EXPECT_EQ(query_of(R"({"$expr": {"$divide": [1, "$a"]}})").matches({{"a", 0}}).error().message,
            "filter.$expr.$divide: division by zero");
}

TEST(Query, TellsAStoreWhatItCanCompare) {
  const auto query = query_of(R"({"a": 1, "b": {"$gt": 2, "$size": 1}, "$or": [{"c": 1}], "d": {"$ne": 3}})");
  const auto& needed = query.needed().conditions;
  ASSERT_EQ(needed.size(), 3U);
  EXPECT_EQ(needed[0].path, "a");
  EXPECT_EQ(needed[1].compare, document::Compare::greater);
  EXPECT_EQ(needed[2].compare, document::Compare::not_equal);
}

TEST(Query, NamesEverythingThatIsWrong) {
  EXPECT_EQ(
      wrong(value_of(R"({"a": {"$gte": 1, "$near": "x"}, "$or": [], "b": {"$in": 1}, "c": {"$exists": "x"},
                               "d": {"$nin": {}}, "$where": "x", "e": {"$size": -1}, "f": {"$mod": [0, 1]},
                               "g": {"$regex": "("}, "h": {"$type": "text"}, "i": {"$not": 1}, "j": {"$options": "i"},
                               "$and": [{"k": {"$all": 1}}, 2], "l": {"$elemMatch": 1},
                               "m": {"$regex": "x", "$options": "q"}, "$expr": {"$foo": 1}})")
                .as_object()),
      (std::vector<std::string>{"filter.a.$near", "filter.$or", "filter.b.$in", "filter.c.$exists", "filter.d.$nin",
                                "filter.$where", "filter.e.$size", "filter.f.$mod", "filter.g.$regex", "filter.h.$type",
                                "filter.i.$not", "filter.j.$options", "filter.$and[0].k.$all", "filter.$and[1]",
                                "filter.l.$elemMatch", "filter.m.$regex", "filter.$expr.$foo"}));
}

TEST(Query, TakesComparisonsAndValuesUpToTheLimitOnly) {
  json::object query;
  for (std::size_t i = 0; i < base::limits::filter_conditions; ++i) query["f" + std::to_string(i)] = 1;
  EXPECT_TRUE(wrong(query).empty());
  query["one more"] = 1;
  EXPECT_EQ(wrong(query), (std::vector<std::string>{"filter.one more"}));
  json::array values(base::limits::filter_values, 1);
  EXPECT_TRUE(wrong({{"a", {{"$in", values}}}}).empty());
  values.push_back(1);
  EXPECT_EQ(wrong({{"a", {{"$in", values}}}}), (std::vector<std::string>{"filter.a.$in"}));
}

}  // namespace
}  // namespace proffer::aggregation
