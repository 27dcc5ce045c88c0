#include "aggregation/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregation/run.h"
#include "base/query_limits.h"

namespace proffer::aggregation {
namespace {

using testing::HasSubstr;

// Each expression in the document, and what it is, as JSON text.
struct Case {
  std::string_view expression, value;
};

void expect_all(std::initializer_list<Case> cases, std::string_view document = "{}") {
  for (const auto& one : cases) EXPECT_EQ(eval(one.expression, document), one.value) << one.expression;
}

TEST(Expression, PathsGoThroughObjectsAndGatherFromArrays) {
  expect_all({{R"("$a")", "1"},
              {R"("$o.p")", "2"},
              {R"("$l.x")", "[1,3]"},  // objects without x, and what is no object, are passed over
              {R"("$l.0")", "[]"},     // digits are names
              {R"("$a.b")", "missing"},
              {R"("$none")", "missing"},
              {R"("$none.x")", "missing"},
              {R"("$d.x")", "missing"},  // a date has no fields
              {R"("$$ROOT.o.p")", "2"},
              {R"("$$CURRENT.a")", "1"},
              {R"("$$REMOVE")", "missing"},
              {R"("$$NOW")", R"({"$date":0})"}},
             R"({"a": 1, "o": {"p": 2}, "l": [{"x": 1}, 5, {"y": 2}, [{"x": 9}], {"x": 3}], "d": {"$date": 5}})");
}

TEST(Expression, ObjectsLeaveOutWhatIsMissingAndArraysHoldNull) {
  expect_all({{R"({"$literal": {"a": "$b"}})", R"({"a":"$b"})"},
              {R"([1, "$none", "$a"])", "[1,null,7]"},
              {R"({"$mergeObjects": [{"x": "$none", "y": "$a"}]})", R"({"y":7})"},
              {R"({"$literal": 1})", "1"},
              {R"({"$date": 5})", R"({"$date":5})"}},
             R"({"a": 7})");
}

TEST(Expression, ArithmeticKeepsIntegersUntilTheyLeave64Bits) {
  expect_all({{R"({"$add": [1, 2, 3]})", "6"},
              {R"({"$add": [1, 0.5]})", "1.5E0"},
              {R"({"$add": []})", "0"},
              {R"({"$add": [9223372036854775807, 1]})", "9.223372036854776E18"},
              {R"({"$add": [9007199254740993, 0]})", "9007199254740993"},
              {R"({"$add": [1, null, "x"]})", "null"},
              {R"({"$add": [1, "$none"]})", "null"},
              {R"({"$add": [{"$date": 1000}, 500]})", R"({"$date":1500})"},
              {R"({"$subtract": [{"$date": 1000}, 400]})", R"({"$date":600})"},
              {R"({"$subtract": [{"$date": 1000}, {"$date": 400}]})", "600"},
              {R"({"$subtract": [3, 5]})", "-2"},
              {R"({"$multiply": [3, 4, 0.5]})", "6E0"},
              {R"({"$multiply": [9223372036854775807, 2]})", "1.8446744073709552E19"},
              {R"({"$multiply": [2, "$none"]})", "null"},
              {R"({"$divide": [6, 3]})", "2E0"},  // always a double
              {R"({"$divide": [1, 4]})", "2.5E-1"},
              {R"({"$mod": [-7, 3]})", "-1"},
              {R"({"$mod": [7.5, 2]})", "1.5E0"},
              {R"({"$mod": [-9223372036854775808, -1]})", "0"},
              {R"({"$abs": -3})", "3"},
              {R"({"$abs": -9223372036854775808})", "9.223372036854776E18"},
              {R"({"$ceil": 1.2})", "2E0"},
              {R"({"$floor": -1.2})", "-2E0"},
              {R"({"$floor": 7})", "7"},
              {R"({"$round": 2.5})", "2E0"},  // half to even
              {R"({"$round": 3.5})", "4E0"},
              {R"({"$round": [1.256, 2]})", "1.26E0"},
              {R"({"$round": [1250, -2]})", "1200"},
              {R"({"$trunc": [-1.99, 1]})", "-1.9E0"},
              {R"({"$sqrt": 9})", "3E0"},
              {R"({"$pow": [2, 10]})", "1024"},
              {R"({"$pow": [2, -1]})", "5E-1"},
              {R"({"$pow": [2, 64]})", "1.8446744073709552E19"},
              {R"({"$exp": 0})", "1E0"},
              {R"({"$ln": 1})", "0E0"},
              {R"({"$log10": 1000})", "3E0"},
              {R"({"$log": [8, 2]})", "3E0"}});
}

TEST(Expression, ArithmeticSaysWhatItCannotTake) {
  EXPECT_EQ(eval(R"({"$add": [1, "x"]})"),
            "pipeline[0].$project.x.$add: expected numbers and at most one date, got a string");
  EXPECT_THAT(eval(R"({"$add": [{"$date": 1}, {"$date": 1}]})"), HasSubstr("at most one date"));
  EXPECT_THAT(eval(R"({"$divide": [1, 0]})"), HasSubstr("division by zero"));
  EXPECT_THAT(eval(R"({"$mod": [1, 0]})"), HasSubstr("division by zero"));
  EXPECT_THAT(eval(R"({"$sqrt": -1})"), HasSubstr("of at least 0"));
  EXPECT_THAT(eval(R"({"$ln": 0})"), HasSubstr("above 0"));
  EXPECT_THAT(eval(R"({"$multiply": [1, true]})"), HasSubstr("expected numbers, got a boolean"));
  EXPECT_THAT(eval(R"({"$pow": [0, -1]})"), HasSubstr("negative exponent"));
}

// Unlike queries, expressions compare values of different types, and tell what is missing from null.
TEST(Expression, ComparisonsKnowTheOrderOfAllTypes) {
  expect_all({{R"({"$eq": [1, 1.0]})", "true"},
              {R"({"$eq": ["$none", null]})", "false"},
              {R"({"$lt": ["$none", null]})", "true"},
              {R"({"$lt": [null, 1]})", "true"},
              {R"({"$lt": [5, "a"]})", "true"},
              {R"({"$lt": ["a", {"x": 1}]})", "true"},
              {R"({"$lt": [{"$literal": {"x": 1}}, [1]]})", "true"},
              {R"({"$lt": [[1], false]})", "true"},
              {R"({"$lt": [true, {"$date": 0}]})", "true"},
              {R"({"$cmp": [2, 1]})", "1"},
              {R"({"$cmp": ["a", "b"]})", "-1"},
              {R"({"$eq": [9007199254740993, 9007199254740992.0]})", "false"},
              {R"({"$gte": [[1, 2], [1]]})", "true"},
              {R"({"$ne": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]})", "true"}});
}

TEST(Expression, LogicTakesNullMissingAndZeroForFalse) {
  expect_all({{R"({"$and": []})", "true"},
              {R"({"$or": []})", "false"},
              {R"({"$and": [1, "", [0]]})", "true"},
              {R"({"$and": [1, 0]})", "false"},
              {R"({"$or": [null, "$none", 0, false]})", "false"},
              {R"({"$not": ["$none"]})", "true"},
              {R"({"$not": "x"})", "false"},
              {R"({"$cond": [true, 1, 2]})", "1"},
              {R"({"$cond": {"if": {"$gt": ["$a", 5]}, "then": "big", "else": "small"}})", R"("small")"},
              {R"({"$cond": [false, {"$divide": [1, 0]}, 2]})", "2"},  // only what is needed
              {R"({"$and": [false, {"$divide": [1, 0]}]})", "false"},
              {R"({"$ifNull": ["$none", null, 3]})", "3"},
              {R"({"$ifNull": ["$none", "$gone"]})", "missing"},
              {R"({"$ifNull": ["$a", {"$divide": [1, 0]}]})", "4"},
              {R"({"$switch": {"branches": [{"case": {"$lt": ["$a", 3]}, "then": "low"},
                                            {"case": {"$lt": ["$a", 9]}, "then": "middle"}], "default": "high"}})",
               R"("middle")"},
              {R"({"$switch": {"branches": [{"case": false, "then": 1}]}})",
               "pipeline[0].$project.x.$switch: no branch holds, and there is no `default`"}},
             R"({"a": 4})");
}

TEST(Expression, TextIsJoinedCutAndChanged) {
  expect_all({{R"({"$concat": ["a", "b", ""]})", R"("ab")"},
              {R"({"$concat": ["a", "$none"]})", "null"},
              {R"({"$toUpper": "größe"})", R"("GRößE")"},  // ASCII only
              {R"({"$toLower": null})", R"("")"},
              {R"({"$toUpper": 15})", R"("15")"},
              {R"({"$substrCP": ["größe", 1, 3]})", R"("röß")"},
              {R"({"$substrCP": ["abc", 5, 3]})", R"("")"},
              {R"({"$substrBytes": ["abcde", 1, 2]})", R"("bc")"},
              {R"({"$substr": ["abcde", 2, -1]})", R"("cde")"},
              {R"({"$substrBytes": ["$none", 0, 1]})", R"("")"},
              {R"({"$strLenCP": "größe"})", "5"},
              {R"({"$strLenBytes": "größe"})", "7"},
              {R"({"$split": ["a,b,,c", ","]})", R"(["a","b","","c"])"},
              {R"({"$split": ["abc", "x"]})", R"(["abc"])"},
              {R"({"$trim": {"input": "  a b\n"}})", R"("a b")"},
              {R"({"$ltrim": {"input": "xxay", "chars": "xy"}})", R"("ay")"},
              {R"({"$rtrim": {"input": "xxay", "chars": "xy"}})", R"("xxa")"},
              {R"({"$replaceOne": {"input": "aXbX", "find": "X", "replacement": "-"}})", R"("a-bX")"},
              {R"({"$replaceAll": {"input": "aXbX", "find": "X", "replacement": "--"}})", R"("a--b--")"},
              {R"({"$replaceAll": {"input": null, "find": "X", "replacement": "-"}})", "null"},
              {R"({"$strcasecmp": ["abc", "ABD"]})", "-1"}});
  EXPECT_THAT(eval(R"({"$concat": ["a", 1]})"), HasSubstr("expected strings, got a number"));
  EXPECT_THAT(eval(R"({"$strLenCP": null})"), HasSubstr("expected a string, got null"));
  EXPECT_THAT(eval(R"({"$substrBytes": ["größe", 0, 3]})"), HasSubstr("through a character"));
}

TEST(Expression, ArraysAreSearchedCutAndJoined) {
  expect_all({{R"({"$size": "$l"})", "3"},
              {R"({"$arrayElemAt": ["$l", 0]})", "5"},
              {R"({"$arrayElemAt": ["$l", -1]})", "7"},
              {R"({"$arrayElemAt": ["$l", 3]})", "missing"},
              {R"({"$arrayElemAt": ["$none", 0]})", "null"},
              {R"({"$first": "$l"})", "5"},
              {R"({"$last": "$l"})", "7"},
              {R"({"$in": [6.0, "$l"]})", "true"},
              {R"({"$in": ["6", "$l"]})", "false"},
              {R"({"$indexOfArray": ["$l", 6]})", "1"},
              {R"({"$indexOfArray": ["$l", 9]})", "-1"},
              {R"({"$concatArrays": ["$l", [1]]})", "[5,6,7,1]"},
              {R"({"$concatArrays": ["$l", null]})", "null"},
              {R"({"$reverseArray": "$l"})", "[7,6,5]"},
              {R"({"$slice": ["$l", 2]})", "[5,6]"},
              {R"({"$slice": ["$l", -2]})", "[6,7]"},
              {R"({"$slice": ["$l", 1, 5]})", "[6,7]"},
              {R"({"$slice": ["$l", -2, 1]})", "[6]"},
              {R"({"$range": [0, 6, 2]})", "[0,2,4]"},
              {R"({"$range": [3, 0, -1]})", "[3,2,1]"},
              {R"({"$setUnion": [[1, 2], [2.0, 3]]})", "[1,2,3]"},
              {R"({"$isArray": ["$l"]})", "true"},
              {R"({"$isArray": "$none"})", "false"},
              {R"({"$map": {"input": "$l", "as": "n", "in": {"$multiply": ["$$n", 2]}}})", "[10,12,14]"},
              {R"({"$map": {"input": "$l", "in": {"$add": ["$$this", "$k"]}}})", "[6,7,8]"},
              {R"({"$filter": {"input": "$l", "cond": {"$gt": ["$$this", 5]}}})", "[6,7]"},
              {R"({"$filter": {"input": null, "cond": true}})", "null"},
              {R"({"$reduce": {"input": "$l", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}})", "18"},
              {R"({"$let": {"vars": {"x": 2, "y": "$k"}, "in": {"$add": ["$$x", "$$y"]}}})", "3"},
              {R"({"$sum": "$l"})", "18"},
              {R"({"$sum": ["$k", 1, "x", "$l"]})", "2"},  // in a list, what is no number does not count
              {R"({"$avg": "$l"})", "6E0"},
              {R"({"$max": "$l"})", "7"},
              {R"({"$min": ["$none", 3, null]})", "3"},
              {R"({"$stdDevPop": [1, 3]})", "1E0"}},
             R"({"l": [5, 6, 7], "k": 1})");
  EXPECT_THAT(eval(R"({"$size": "$none"})"), HasSubstr("expected an array, got nothing"));
  EXPECT_THAT(eval(R"({"$in": [1, 2]})"), HasSubstr("expected an array, got a number"));
}

TEST(Expression, ObjectsAreMergedAndTakenApart) {
  expect_all({{R"({"$mergeObjects": ["$o", {"b": 3}, null]})", R"({"a":1,"b":3})"},
              {R"({"$objectToArray": "$o"})", R"([{"k":"a","v":1},{"k":"b","v":2}])"},
              {R"({"$arrayToObject": [[["x", 1], ["y", 2]]]})", R"({"x":1,"y":2})"},
              {R"({"$arrayToObject": {"$objectToArray": "$o"}})", R"({"a":1,"b":2})"}},
             R"({"o": {"a": 1, "b": 2}})");
}

TEST(Expression, ConvertsTypes) {
  expect_all({{R"({"$toString": 1.5})", R"("1.5")"},
              {R"({"$toString": true})", R"("true")"},
              {R"({"$toString": {"$date": 1734699883000}})", R"("2024-12-20T13:04:43.000Z")"},
              {R"({"$toDouble": "2.5"})", "2.5E0"},
              {R"({"$toDouble": true})", "1E0"},
              {R"({"$toInt": 2.9})", "2"},
              {R"({"$toInt": "-7"})", "-7"},
              {R"({"$toLong": {"$date": 5}})", "5"},
              {R"({"$toLong": null})", "null"},
              {R"({"$toBool": 0})", "false"},
              {R"({"$toBool": "false"})", "true"},
              {R"({"$toDate": "2024-12-20T13:04:43Z"})", R"({"$date":1734699883000})"},
              {R"({"$toDate": 5})", R"({"$date":5})"},
              {R"({"$convert": {"input": "x", "to": "int", "onError": -1}})", "-1"},
              {R"({"$convert": {"input": "$none", "to": "int", "onNull": 0}})", "0"},
              {R"({"$convert": {"input": "12", "to": 18}})", "12"},
              {R"({"$type": "$none"})", R"("missing")"},
              {R"({"$type": 1})", R"("long")"},
              {R"({"$type": [[1]]})", R"("array")"},
              {R"({"$isNumber": 1})", "true"}});
  EXPECT_THAT(eval(R"({"$toInt": 3000000000})"), HasSubstr("cannot make an integer of 32 bits of 3000000000"));
  EXPECT_THAT(eval(R"({"$toInt": "1.5"})"), HasSubstr(R"(cannot make an integer of "1.5")"));
  EXPECT_THAT(eval(R"({"$convert": {"input": 1, "to": "decimal"}})"), HasSubstr("`to` is one of"));
}

// 20 December 2024 was a Friday, the 355th day of a leap year, in ISO week 51; 1 January 2023 a Sunday in week 52 of
// 2022.
TEST(Expression, DatesHaveParts) {
  expect_all({{R"({"$year": "$d"})", "2024"},
              {R"({"$month": "$d"})", "12"},
              {R"({"$dayOfMonth": "$d"})", "20"},
              {R"({"$hour": "$d"})", "13"},
              {R"({"$minute": "$d"})", "4"},
              {R"({"$second": "$d"})", "43"},
              {R"({"$millisecond": "$d"})", "7"},
              {R"({"$dayOfWeek": "$d"})", "6"},
              {R"({"$isoDayOfWeek": "$d"})", "5"},
              {R"({"$dayOfYear": "$d"})", "355"},
              {R"({"$isoWeek": "$d"})", "51"},
              {R"({"$week": "$d"})", "50"},
              {R"({"$week": "$s"})", "1"},
              {R"({"$isoWeek": "$s"})", "52"},
              {R"({"$isoWeekYear": "$s"})", "2022"},
              {R"({"$hour": {"date": "$d", "timezone": "Africa/Johannesburg"}})", "15"},
              {R"({"$hour": {"date": "$d", "timezone": "-03:30"}})", "9"},
              {R"({"$minute": {"date": "$d", "timezone": "-0330"}})", "34"},
              {R"({"$year": "$none"})", "null"},
              {R"({"$year": {"$date": -1}})", "1969"},
              {R"({"$dateToString": {"date": "$d"}})", R"("2024-12-20T13:04:43.007Z")"},
              {R"({"$dateToString": {"date": "$d", "format": "%G-W%V-%u %j %H:%M %z %%", "timezone": "+02"}})",
               R"("2024-W51-5 355 15:04 +0200 %")"},
              {R"({"$dateToString": {"date": "$none", "onNull": "-"}})", R"("-")"},
              {R"({"$dateFromString": {"dateString": "2024-12-20T13:04:43.007Z"}})", R"({"$date":1734699883007})"},
              {R"({"$dateFromString": {"dateString": "2024-12-20T15:04:43.007", "timezone": "+02"}})",
               R"({"$date":1734699883007})"},
              {R"({"$dateFromString": {"dateString": "soon", "onError": 0}})", "0"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "hour"}})", R"({"$date":1734699600000})"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "hour", "binSize": 6}})", R"({"$date":1734696000000})"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "month"}})", R"({"$date":1733011200000})"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "week"}})", R"({"$date":1734220800000})"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "quarter"}})", R"({"$date":1727740800000})"},
              {R"({"$dateTrunc": {"date": "$d", "unit": "day", "timezone": "+02"}})", R"({"$date":1734645600000})"}},
             R"({"d": {"$date": 1734699883007}, "s": {"$date": "2023-01-01T00:00:00Z"}})");
  EXPECT_THAT(eval(R"({"$year": 5})"), HasSubstr("expected a date, got a number"));
  EXPECT_THAT(eval(R"({"$year": {"date": {"$date": 1}, "timezone": "Mars/Base"}})"), HasSubstr("`timezone`"));
  EXPECT_THAT(eval(R"({"$dateToString": {"date": {"$date": 1}, "format": "%Q"}})"), HasSubstr("`format` knows"));
  EXPECT_THAT(eval(R"({"$dateTrunc": {"date": {"$date": 1}, "unit": "moon"}})"), HasSubstr("`unit`"));
}

TEST(Expression, NamesWhatIsWrongAndWhatThereIs) {
  EXPECT_THAT(
      eval(R"({"$frobnicate": 1})"),
      testing::StartsWith("pipeline[0].$project.x.$frobnicate: is no operator of expressions here; there are $abs, "));
  EXPECT_THAT(eval(R"({"$eq": [1]})"), HasSubstr("x.$eq: expected 2 arguments"));
  EXPECT_THAT(eval(R"({"$cond": [1, 2]})"), HasSubstr("x.$cond: expected 3 arguments"));
  EXPECT_THAT(eval(R"({"$cond": {"if": 1, "then": 2}})"), HasSubstr("x.$cond.else: is required"));
  EXPECT_THAT(eval(R"({"$trim": {"input": "x", "char": "y"}})"), HasSubstr("x.$trim.char: is no argument here"));
  EXPECT_THAT(eval(R"("$$nobody")"), HasSubstr("is no variable here; there are $$ROOT"));
  EXPECT_THAT(eval(R"("$a..b")"), HasSubstr("expected a path"));
  EXPECT_THAT(eval(R"({"$add": [1], "$sum": [2]})"), HasSubstr("an operator alone in its object"));
  EXPECT_THAT(eval(R"({"$map": {"input": [], "as": "N", "in": 1}})"), HasSubstr("$map.as: expected a name"));
  EXPECT_THAT(eval(R"({"$map": {"input": []}})"), HasSubstr("expected an object with input, in"));
}

TEST(Expression, IsBounded) {
  std::string many = "1";
  for (std::size_t i = 0; i <= base::limits::pipeline_operators; ++i) many += R"(,{"$abs":1})";
  EXPECT_THAT(eval("[" + many + "]"), HasSubstr("expected at most 1000 operators"));
  // 3^14 copies of 100 bytes.
  std::string copies = R"({"$concatArrays": [["$a"]]})";
  for (int i = 0; i < 14; ++i)
    copies = R"({"$let": {"vars": {"v": )" + copies + R"(}, "in": {"$concatArrays": ["$$v", "$$v", "$$v"]}}})";
  EXPECT_THAT(eval(copies, R"({"a": ")" + std::string(100, 'x') + "\"}"), HasSubstr("make too much"));
  EXPECT_THAT(eval(R"({"$map": {"input": {"$range": [0, 1000000]}, "in": {"$range": [0, 1000000]}}})"),
              HasSubstr("make too much"));
  std::string path = "$a";
  for (std::size_t i = 1; i < base::limits::path_components; ++i) path += ".a";
  EXPECT_EQ(eval('"' + path + '"'), "missing");
  EXPECT_THAT(eval('"' + path + ".a\""), HasSubstr("at most 100 names"));
  EXPECT_THAT(eval(R"({"$reduce": {"input": {"$range": [0, 1000]}, "initialValue": [], "in": ["$$value"]}})"),
              HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace proffer::aggregation
