#include "aggregation/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "aggregation/run.h"

namespace proffer::aggregation {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

// The pipeline with which the original's client sets a campaign up from a list of offers.
TEST(Pipeline, MakesEveryOfferInEveryCombinationOfContexts) {
  EXPECT_EQ(run(R"([{"$group": {"_id": "$offer"}}, {"$project": {"offer": "$_id", "_id": 0}},
                    {"$addFields": {"segment": ["young", "old"]}}, {"$unwind": "$segment"},
                    {"$addFields": {"day": [1, 2]}}, {"$unset": "_id"}, {"$unwind": "$day"},
                    {"$out": {"db": "shop", "coll": "set_up"}}])",
                R"([{"_id": "1", "offer": "a", "price": 3}, {"_id": "2", "offer": "b"}, {"_id": "3", "offer": "a"}])"),
            R"([{"offer":"a","segment":"young","day":1},{"offer":"a","segment":"young","day":2},)"
            R"({"offer":"a","segment":"old","day":1},{"offer":"a","segment":"old","day":2},)"
            R"({"offer":"b","segment":"young","day":1},{"offer":"b","segment":"young","day":2},)"
            R"({"offer":"b","segment":"old","day":1},{"offer":"b","segment":"old","day":2}])");
}

// Its question for the values of a contextual variable.
TEST(Pipeline, CollectsTheDistinctValuesOfAColumn) {
  EXPECT_EQ(run(R"([{"$group": {"_id": "None", "values": {"$addToSet": "$segment"}}}])",
                R"([{"segment": "a"}, {"segment": 1}, {"segment": "a"}, {}, {"segment": null}, {"segment": 1.0}])"),
            R"([{"_id":"None","values":["a",1,null]}])");
}

TEST(Match, LetsThroughWhatFulfilsTheQuery) {
  EXPECT_EQ(run(R"([{"$match": {"a": {"$gt": 1}, "$expr": {"$lt": ["$a", "$b"]}}}])",
                R"([{"a": 1, "b": 9}, {"a": 2, "b": 9}, {"a": 2, "b": 1}])"),
            R"([{"a":2,"b":9}])");
}

TEST(Project, KeepsWhatItNamesInTheDocumentsOrderThenWhatItComputes) {
  const std::string_view documents = R"([{"_id": "1", "a": 1, "b": {"c": 2, "e": 5}, "d": 3}])";
  EXPECT_EQ(run(R"([{"$project": {"a": 1}}])", documents), R"([{"_id":"1","a":1}])");
  EXPECT_EQ(run(R"([{"$project": {"d": 1, "a": true, "_id": 0}}])", documents), R"([{"a":1,"d":3}])");
  EXPECT_EQ(run(R"([{"$project": {"e": "$b.c", "f": "x", "a": true, "_id": 0}}])", documents),
            R"([{"a":1,"e":2,"f":"x"}])");
  EXPECT_EQ(run(R"([{"$project": {"b.c": 1}}])", documents), R"([{"_id":"1","b":{"c":2}}])");
  EXPECT_EQ(run(R"([{"$project": {"b": {"c": 1, "g": {"$add": ["$a", "$d"]}}}}])", documents),
            R"([{"_id":"1","b":{"c":2,"g":4}}])");
  EXPECT_EQ(run(R"([{"$project": {"_id": "$a", "x": "$$REMOVE", "y": "$none"}}])", documents), R"([{"_id":1}])");
  EXPECT_EQ(run(R"([{"$project": {"n": {"$literal": 1}, "_id": 0}}])", documents), R"([{"n":1}])");
  EXPECT_EQ(run(R"([{"$project": {"_id": 1}}])", documents), R"([{"_id":"1"}])");
}

TEST(Project, LeavesOutWhatItNames) {
  const std::string_view documents = R"([{"_id": "1", "a": 1, "b": {"c": 2, "e": 5}, "d": 3}])";
  EXPECT_EQ(run(R"([{"$project": {"a": 0, "b": false}}])", documents), R"([{"_id":"1","d":3}])");
  EXPECT_EQ(run(R"([{"$project": {"_id": 0}}])", documents), R"([{"a":1,"b":{"c":2,"e":5},"d":3}])");
  EXPECT_EQ(run(R"([{"$project": {"_id": 0, "b.c": 0, "d": 0}}])", documents), R"([{"a":1,"b":{"e":5}}])");
  EXPECT_EQ(run(R"([{"$project": {"_id": 1, "b": 0, "d": 0}}])", documents), R"([{"_id":"1","a":1}])");
}

TEST(Project, GoesThroughArrays) {
  const std::string_view documents = R"([{"a": [{"b": 1, "c": 2}, 5, [{"b": 3, "c": 4}]], "s": 1}])";
  EXPECT_EQ(run(R"([{"$project": {"a.b": 1, "s.x": 1}}])", documents), R"([{"a":[{"b":1},[{"b":3}]]}])");
  EXPECT_EQ(run(R"([{"$project": {"a.b": 0, "s.x": 0}}])", documents), R"([{"a":[{"c":2},5,[{"c":4}]],"s":1}])");
}

TEST(Set, ReplacesInPlaceAndAddsBehind) {
  EXPECT_EQ(run(R"([{"$set": {"a": "$b", "b": "$a", "c": 1}}])", R"([{"a": 1, "b": 2}])"),
            R"([{"a":2,"b":1,"c":1}])");  // all from the document as it came
  EXPECT_EQ(run(R"([{"$addFields": {"o.x": 1, "o": 2}}])", R"([{"o": {"z": 0}}])"),
            "pipeline[0].$addFields.o: names a field that is named already, or one within or around it");
  EXPECT_EQ(run(R"([{"$addFields": {"o": {"x": 1, "y": "$a"}}}])", R"([{"a": 7, "o": {"z": 0}}, {"o": 5}, {}])"),
            R"([{"a":7,"o":{"z":0,"x":1,"y":7}},{"o":{"x":1}},{"o":{"x":1}}])");
  EXPECT_EQ(run(R"([{"$set": {"l.x": 1}}])", R"([{"l": [{"y": 2}, 5, []]}])"), R"([{"l":[{"y":2,"x":1},{"x":1},[]]}])");
  EXPECT_EQ(run(R"([{"$set": {"a": "$$REMOVE", "b": "$none"}}])", R"([{"a": 1, "b": 2, "c": 3, "d": 4}])"),
            R"([{"c":3,"d":4}])");
  EXPECT_EQ(run(R"([{"$set": {"n": {"$add": ["$n", 1]}}}])", R"([{"n": 1, "m": 0}])"), R"([{"n":2,"m":0}])");
}

TEST(Unset, RemovesFieldsAndKeepsTheOrderOfOthers) {
  EXPECT_EQ(run(R"([{"$unset": ["a", "o.x", "l.x"]}])",
                R"([{"a": 1, "b": 2, "o": {"x": 1, "y": 2}, "l": [{"x": 1, "y": 2}], "c": 3}])"),
            R"([{"b":2,"o":{"y":2},"l":[{"y":2}],"c":3}])");
}

TEST(ReplaceRoot, MakesAnObjectTheDocument) {
  EXPECT_EQ(run(R"([{"$replaceRoot": {"newRoot": "$o"}}])", R"([{"o": {"a": 1}}])"), R"([{"a":1}])");
  EXPECT_EQ(run(R"([{"$replaceWith": {"b": "$o.a"}}])", R"([{"o": {"a": 1}}])"), R"([{"b":1}])");
  EXPECT_EQ(run(R"([{"$replaceWith": "$o"}])", R"([{"o": 1}])"),
            "pipeline[0].$replaceWith: expected an object, got a number");
}

TEST(Sort, KnowsTheOrderOfTypesWithMissingAsNull) {
  EXPECT_EQ(
      run(R"([{"$sort": {"a": 1}}, {"$project": {"_id": 1}}])",
          R"([{"_id": 1, "a": {"$date": 0}}, {"_id": 2, "a": true}, {"_id": 3, "a": {"x": 1}}, {"_id": 4, "a": "s"},
                    {"_id": 5, "a": 7}, {"_id": 6, "a": null}, {"_id": 7}, {"_id": 8, "a": []}, {"_id": 9, "a": -1.5}])"),
      R"([{"_id":8},{"_id":6},{"_id":7},{"_id":9},{"_id":5},{"_id":4},{"_id":3},{"_id":2},{"_id":1}])");
}

TEST(Sort, TakesTheLeastElementUpwardsAndTheLargestDownwards) {
  const std::string_view documents = R"([{"_id": 1, "a": [5, 1]}, {"_id": 2, "a": 3}, {"_id": 3, "a": [2, 4]}])";
  EXPECT_EQ(run(R"([{"$sort": {"a": 1}}, {"$project": {"_id": 1}}])", documents), R"([{"_id":1},{"_id":3},{"_id":2}])");
  EXPECT_EQ(run(R"([{"$sort": {"a": -1}}, {"$project": {"_id": 1}}])", documents),
            R"([{"_id":1},{"_id":3},{"_id":2}])");
  EXPECT_EQ(run(R"([{"$sort": {"a.b": -1}}, {"$project": {"_id": 1}}])",
                R"([{"_id": 1, "a": [{"b": 1}, {"c": 9}]}, {"_id": 2, "a": {"b": 0}}, {"_id": 3, "a": [{"b": 5}]}])"),
            R"([{"_id":3},{"_id":1},{"_id":2}])");
  EXPECT_EQ(run(R"([{"$sort": {"a.1": 1}}, {"$project": {"_id": 1}}])",
                R"([{"_id": 1, "a": [0, 9]}, {"_id": 2, "a": [5, 3]}])"),
            R"([{"_id":2},{"_id":1}])");
}

TEST(Sort, GoesByOneFieldAfterTheOtherAndKeepsEqualOnesInOrder) {
  EXPECT_EQ(run(R"([{"$sort": {"a": -1, "b": 1}}])",
                R"([{"a": 1, "b": 2, "n": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 1}, {"a": 1, "b": 2, "n": 0}])"),
            R"([{"a":2,"b":2},{"a":1,"b":1},{"a":1,"b":2,"n":1},{"a":1,"b":2,"n":0}])");
}

// More documents than may be held, of which a limit keeps few.
TEST(Sort, HoldsNoMoreThanALimitBehindItNeeds) {
  const auto pipeline = parse_pipeline(value_of(R"([{"$sort": {"n": -1}}, {"$limit": 2}])")).value();
  PipelineOptions options;
  options.documents = 15'000;
  PipelineRun bounded(pipeline, options);
  for (int i = 0; i < 40'000; ++i) ASSERT_TRUE(bounded.take({{"n", (i * 7919) % 40'000}}));
  const auto found = bounded.finish().value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].at("n"), json::value(39'999));
  EXPECT_EQ(found[1].at("n"), json::value(39'998));
}

TEST(LimitAndSkip, Cut) {
  const std::string_view documents = R"([{"a": 1}, {"a": 2}, {"a": 3}])";
  EXPECT_EQ(run(R"([{"$skip": 1}, {"$limit": 1}])", documents), R"([{"a":2}])");
  EXPECT_EQ(run(R"([{"$limit": 2}, {"$skip": 1}])", documents), R"([{"a":2}])");
  EXPECT_EQ(run(R"([{"$skip": 9}, {"$limit": 9}])", documents), "[]");
}

TEST(Limit, EndsTheReading) {
  const auto pipeline =
      parse_pipeline(value_of(R"([{"$match": {"a": 1}}, {"$limit": 1}, {"$set": {"b": 2}}])")).value();
  PipelineRun run(pipeline, {});
  ASSERT_TRUE(run.take({{"a", 2}}));
  EXPECT_FALSE(run.is_full());
  ASSERT_TRUE(run.take({{"a", 1}}));
  EXPECT_TRUE(run.is_full());
  EXPECT_EQ(run.finish()->size(), 1U);
}

TEST(Count, CountsAndSaysNothingOfNothing) {
  EXPECT_EQ(run(R"([{"$count": "n"}])", R"([{"a": 1}, {"a": 2}])"), R"([{"n":2}])");
  EXPECT_EQ(run(R"([{"$count": "n"}])", "[]"), "[]");
}

TEST(Sample, TakesEachDocumentEquallyOftenAndOnce) {
  const auto pipeline = parse_pipeline(value_of(R"([{"$sample": {"size": 3}}])")).value();
  std::map<std::int64_t, int> taken;
  std::map<std::int64_t, int> first;
  constexpr int repeats = 4'000;
  for (int seed = 0; seed < repeats; ++seed) {
    PipelineOptions options;
    options.seed = static_cast<std::uint64_t>(seed);
    std::vector<json::object> documents;
    for (int i = 0; i < 10; ++i) documents.push_back({{"i", i}});
    const auto found = run_pipeline(pipeline, documents, options).value();
    ASSERT_EQ(found.size(), 3U);
    for (const auto& document : found) ++taken[document.at("i").as_int64()];
    ++first[found[0].at("i").as_int64()];
  }
  // Binomial: 1200 +- 29 and 400 +- 19; 5 deviations are missed once in 10^5 runs of the 20 counts.
  for (int i = 0; i < 10; ++i) {
    EXPECT_NEAR(taken[i], 1'200, 145);
    EXPECT_NEAR(first[i], 400, 95);
  }
  EXPECT_EQ(run(R"([{"$sample": {"size": 5}}, {"$count": "n"}])", R"([{}, {}])"), R"([{"n":2}])");
}

TEST(Group, AccumulatesByAnyExpression) {
  EXPECT_EQ(run(R"([{"$group": {"_id": {"shop": "$shop", "even": {"$eq": [{"$mod": ["$n", 2]}, 0]}},
                                "n": {"$sum": "$n"}}}])",
                R"([{"shop": "x", "n": 1}, {"shop": "x", "n": 2}, {"shop": "x", "n": 3}, {"n": 4}])"),
            R"([{"_id":{"shop":"x","even":false},"n":4},{"_id":{"shop":"x","even":true},"n":2},)"
            R"({"_id":{"even":true},"n":4}])");
}

// 1 and 1.0 are one value; null and missing are one as a whole `_id`, but not as members of one.
TEST(Group, TellsGroupsApartByValue) {
  EXPECT_EQ(
      run(R"([{"$group": {"_id": "$a", "n": {"$sum": 1}}}])", R"([{"a": 1}, {"a": null}, {"a": 1.0}, {}, {"a": "1"}])"),
      R"([{"_id":1,"n":2},{"_id":null,"n":2},{"_id":"1","n":1}])");
  EXPECT_EQ(run(R"([{"$group": {"_id": {"x": "$a"}, "n": {"$sum": 1}}}])", R"([{"a": null}, {}])"),
            R"([{"_id":{"x":null},"n":1},{"_id":{},"n":1}])");
}

TEST(Group, EveryAccumulatorSkipsWhatItDoesNotCount) {
  const std::string_view documents = R"([{"x": 4}, {"x": "a"}, {}, {"x": null}, {"x": 1.5}, {"x": 4}])";
  const auto of = [&](std::string accumulator) {
    const auto out = run(R"([{"$group": {"_id": 0, "y": )" + accumulator + "}}]", documents);
    return out.substr(14, out.size() - 16);  // [{"_id":0,"y":…}]
  };
  EXPECT_EQ(of(R"({"$sum": "$x"})"), "9.5");
  EXPECT_EQ(of(R"({"$sum": 1})"), "6");
  EXPECT_EQ(of(R"({"$avg": "$x"})").substr(0, 8), "3.166666");
  EXPECT_EQ(of(R"({"$avg": "$none"})"), "null");
  EXPECT_EQ(of(R"({"$min": "$x"})"), "1.5");
  EXPECT_EQ(of(R"({"$max": "$x"})"), R"("a")");
  EXPECT_EQ(of(R"({"$max": "$none"})"), "null");
  EXPECT_EQ(of(R"({"$first": "$x"})"), "4");
  EXPECT_EQ(of(R"({"$last": "$none"})"), "null");
  EXPECT_EQ(of(R"({"$push": "$x"})"), R"([4,"a",null,1.5,4])");
  EXPECT_EQ(of(R"({"$addToSet": "$x"})"), R"([4,"a",null,1.5])");
  EXPECT_EQ(of(R"({"$count": {}})"), "6");
  EXPECT_EQ(of(R"({"$mergeObjects": {"v": "$x"}})"), R"({"v":4})");
  // The mean of 4, 1.5, 4 is 19/6; the squared distances sum to 25/6.
  EXPECT_EQ(of(R"({"$stdDevPop": "$x"})").substr(0, 8), "1.178511");   // sqrt(25/18)
  EXPECT_EQ(of(R"({"$stdDevSamp": "$x"})").substr(0, 8), "1.443375");  // sqrt(25/12)
  EXPECT_EQ(of(R"({"$stdDevSamp": {"$cond": [{"$eq": ["$x", 1.5]}, 1, null]}})"), "null");
}

TEST(Group, SumsIntegersExactlyUntilTheyLeave64Bits) {
  const std::string sum =
      R"([{"$group": {"_id": 0, "s": {"$sum": "$x"}}}, {"$project": {"_id": 0, "t": {"$type": "$s"}, "s": 1}}])";
  EXPECT_EQ(run(sum, R"([{"x": 9007199254740993}, {"x": 1}])"), R"([{"s":9007199254740994,"t":"long"}])");
  EXPECT_EQ(run(sum, R"([{"x": 9223372036854775807}, {"x": 1}, {"x": -1}])"),
            R"([{"s":9223372036854775807,"t":"long"}])");
  EXPECT_THAT(run(sum, R"([{"x": 9223372036854775807}, {"x": 1}])"), HasSubstr(R"("t":"double")"));
  EXPECT_EQ(run(sum, R"([{"x": 1e16}, {"x": 1.0}, {"x": -1e16}])"), R"([{"s":1,"t":"double"}])");  // compensated
}

TEST(Unwind, MakesADocumentOfEachElement) {
  EXPECT_EQ(
      run(R"([{"$unwind": "$a"}])", R"([{"a": 1}, {"a": []}, {"b": 1}, {"a": null}, {"a": [2, null, [3]], "b": 4}])"),
      R"([{"a":1},{"a":2,"b":4},{"a":null,"b":4},{"a":[3],"b":4}])");
  EXPECT_EQ(run(R"([{"$unwind": {"path": "$a", "includeArrayIndex": "i", "preserveNullAndEmptyArrays": true}}])",
                R"([{"a": 1}, {"a": [], "c": 1}, {"b": 1}, {"a": null}, {"a": [2, 3]}])"),
            R"([{"a":1,"i":null},{"c":1,"i":null},{"b":1,"i":null},{"a":null,"i":null},{"a":2,"i":0},{"a":3,"i":1}])");
  EXPECT_EQ(run(R"([{"$unwind": "$o.l"}])", R"([{"o": {"l": [1, 2]}}, {"o": [{"l": [3]}]}])"),
            R"([{"o":{"l":1}},{"o":{"l":2}}])");  // an array on the way is not entered
}

TEST(Pipeline, SaysWhereItGoes) {
  const auto named = parse_pipeline(value_of(R"([{"$out": "x"}])"));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->out->database, "");
  EXPECT_EQ(named->out->collection, "x");
  EXPECT_FALSE(parse_pipeline(value_of("[]"))->out);
}

TEST(Pipeline, SaysNumbersThatJsonHasNotAsExtendedJson) {
  EXPECT_EQ(run(R"([{"$set": {"x": [{"$multiply": ["$a", -1e300]}, {"$toDouble": "NaN"}]}}, {"$unset": "a"}])",
                R"([{"a": 1e300}])"),
            R"([{"x":[{"$numberDouble":"-Infinity"},{"$numberDouble":"NaN"}]}])");
}

TEST(Pipeline, RefusesWhatItDoesNotKnowNamingThePlace) {
  const std::pair<std::string, std::string> wrong[] = {
      {"{}", "pipeline"},
      {"[1]", "pipeline[0]"},
      {R"([{"$limit": 1, "$skip": 1}])", "pipeline[0]"},
      {R"([{"$limit": 1}, {"$lookup": {}}])", "pipeline[1].$lookup"},
      {R"([{"$out": "x"}, {"$limit": 1}])", "pipeline[0].$out"},
      {R"([{"$out": {"db": "x"}}])", "pipeline[0].$out"},
      {R"([{"$group": {"values": {"$addToSet": "$a"}}}])", "pipeline[0].$group"},
      {R"([{"$group": {"_id": null, "n": {"$median": "$a"}}}])", "pipeline[0].$group.n.$median"},
      {R"([{"$group": {"_id": null, "n": {"$sum": {"$foo": 1}}}}])", "pipeline[0].$group.n.$sum.$foo"},
      {R"([{"$group": {"_id": null, "n": 1}}])", "pipeline[0].$group.n"},
      {R"([{"$group": {"_id": null, "a.b": {"$sum": 1}}}])", "pipeline[0].$group.a.b"},
      {R"([{"$group": {"_id": null, "n": {"$count": 1}}}])", "pipeline[0].$group.n.$count"},
      {R"([{"$addFields": {"a": {"$concatenate": []}}}])", "pipeline[0].$addFields.a.$concatenate"},
      {R"([{"$addFields": {}}])", "pipeline[0].$addFields"},
      {R"([{"$match": {"a": {"$near": 1}}}])", "pipeline[0].$match.a.$near"},
      {R"([{"$match": 1}])", "pipeline[0].$match"},
      {R"([{"$project": {"a": 1, "b": 0}}])", "pipeline[0].$project"},
      {R"([{"$project": {"a": 0, "b": "$c"}}])", "pipeline[0].$project"},
      {R"([{"$project": {"a": 1, "a.b": 1}}])", "pipeline[0].$project.a.b"},
      {R"([{"$project": {"a.b": 1, "a": 1}}])", "pipeline[0].$project.a"},
      {R"([{"$project": {"a..b": 1}}])", "pipeline[0].$project.a..b"},
      {R"([{"$project": {}}])", "pipeline[0].$project"},
      {R"([{"$unwind": "a"}])", "pipeline[0].$unwind"},
      {R"([{"$unwind": {"path": "$a", "indexInto": "i"}}])", "pipeline[0].$unwind.indexInto"},
      {R"([{"$limit": -1}])", "pipeline[0].$limit"},
      {R"([{"$limit": 0}])", "pipeline[0].$limit"},
      {R"([{"$skip": 1.5}])", "pipeline[0].$skip"},
      {R"([{"$sample": {"size": 0}}])", "pipeline[0].$sample"},
      {R"([{"$sort": {"a": 2}}])", "pipeline[0].$sort.a"},
      {R"([{"$sort": {}}])", "pipeline[0].$sort"},
      {R"([{"$count": "a.b"}])", "pipeline[0].$count"},
      {R"([{"$replaceRoot": "$a"}])", "pipeline[0].$replaceRoot"},
      {R"([{"$unset": 1}])", "pipeline[0].$unset"}};
  for (const auto& [pipeline, place] : wrong) {
    const auto parsed = parse_pipeline(value_of(pipeline));
    ASSERT_FALSE(parsed) << pipeline;
    EXPECT_EQ(parsed.error().fields.at(0).location, place) << pipeline;
  }
  EXPECT_THAT(parse_pipeline(value_of(R"([{"$lookup": {}}])")).error().message,
              HasSubstr("is no stage here; there are $addFields, $count, $group"));
}

TEST(Pipeline, StopsBeforeItGrowsTooLarge) {
  const std::string_view pipeline = R"([{"$addFields": {"a": [1, 2, 3]}}, {"$unwind": "$a"}])";
  PipelineOptions options;
  options.documents = 3;
  EXPECT_EQ(run(pipeline, R"([{}])", options), R"([{"a":1},{"a":2},{"a":3}])");
  options.documents = 2;
  EXPECT_EQ(run(pipeline, R"([{}])", options), "a pipeline works on at most 2 documents at a time");
  options = {};
  options.bytes = 1'000;
  EXPECT_EQ(run(R"([{"$group": {"_id": 0, "all": {"$push": "$a"}}}])",
                R"([{"a": ")" + std::string(400, 'x') + R"("}, {"a": ")" + std::string(400, 'x') + R"("}])", options),
            "a pipeline holds at most 1000 bytes at a time");
  std::string doubling = R"({"$set": {"a": ["$a", "$a"]}})";
  std::string stages = doubling;
  for (int i = 0; i < 40; ++i) stages += "," + doubling;
  EXPECT_THAT(run("[" + stages + "]", R"([{"a": 1}])"), HasSubstr("is limited to 16777216 bytes"));
  std::string growing = R"({"$set": {"a": {"$range": [0, 1000]}}},{"$unwind": "$a"})";
  EXPECT_THAT(run("[" + growing + "," + growing + "," + growing + R"(,{"$count": "n"}])", R"([{}])"),
              HasSubstr("documents through its stages"));
}

}  // namespace
}  // namespace proffer::aggregation
