#include "document/pipeline.h"

#include <gtest/gtest.h>

#include "document/json.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

json::value value_of(std::string_view text) { return parse_json(text).value(); }

// What comes out, as JSON text; else what is wrong.
std::string run(std::string_view pipeline, std::string_view documents, std::size_t limit = 1000) {
  const auto parsed = parse_pipeline(value_of(pipeline));
  if (!parsed) return parsed.error().message;
  std::vector<json::object> in;
  const auto value = value_of(documents);
  for (const auto& document : value.as_array()) in.push_back(document.as_object());
  const auto out = run_pipeline(*parsed, std::move(in), limit);
  if (!out) return out.error().message;
  return json_text(json::value(json::array(out->begin(), out->end())));
}

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
                R"([{"segment": "a"}, {"segment": 1}, {"segment": "a"}, {}, {"segment": null}])"),
            R"([{"_id":"None","values":["a",1,null]}])");
}

TEST(Pipeline, CountsAndTakesTheFirstOfEachGroup) {
  EXPECT_EQ(run(R"([{"$match": {"shop": 1}}, {"$group": {"_id": "$a", "n": {"$sum": 1}, "x": {"$first": "$x"}}}])",
                R"([{"shop": 1, "a": "p", "x": 5}, {"shop": 2, "a": "p"}, {"shop": 1, "a": "p", "x": 6},
                    {"shop": 1}])"),
            R"([{"_id":"p","n":2,"x":5},{"_id":null,"n":1,"x":null}])");
}

TEST(Pipeline, ProjectsByNamingWhatStaysOrWhatGoes) {
  const std::string_view documents = R"([{"_id": "1", "a": 1, "b": {"c": 2}, "d": 3}])";
  EXPECT_EQ(run(R"([{"$project": {"a": 1}}])", documents), R"([{"_id":"1","a":1}])");
  EXPECT_EQ(run(R"([{"$project": {"a": true, "_id": 0, "e": "$b.c", "f": "x"}}])", documents),
            R"([{"a":1,"e":2,"f":"x"}])");
  EXPECT_EQ(run(R"([{"$project": {"a": 0, "b": false}}])", documents), R"([{"_id":"1","d":3}])");
}

TEST(Pipeline, CutsAndUnsets) {
  EXPECT_EQ(run(R"([{"$skip": 1}, {"$limit": 1}, {"$unset": ["a"]}, {"$set": {"c": "$b"}}])",
                R"([{"a": 1}, {"a": 2, "b": 3}, {"a": 4}])"),
            R"([{"b":3,"c":3}])");
  EXPECT_EQ(run(R"([{"$skip": 9}, {"$limit": 9}])", R"([{"a": 1}])"), "[]");
}

TEST(Pipeline, UnwindsAValueThatIsNoListAndDropsWhatIsNotThere) {
  EXPECT_EQ(run(R"([{"$unwind": "$a"}])", R"([{"a": 1}, {"a": []}, {"b": 1}, {"a": null}, {"a": [2]}])"),
            R"([{"a":1},{"a":2}])");
}

TEST(Pipeline, SaysWhereItGoes) {
  const auto named = parse_pipeline(value_of(R"([{"$out": "x"}])"));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->out->database, "");
  EXPECT_EQ(named->out->collection, "x");
  EXPECT_FALSE(parse_pipeline(value_of("[]"))->out);
}

TEST(Pipeline, RefusesWhatItDoesNotKnowNamingThePlace) {
  const std::pair<std::string, std::string> wrong[] = {
      {"{}", "pipeline"},
      {"[1]", "pipeline[0]"},
      {R"([{"$limit": 1, "$skip": 1}])", "pipeline[0]"},
      {R"([{"$limit": 1}, {"$lookup": {}}])", "pipeline[1]"},
      {R"([{"$out": "x"}, {"$limit": 1}])", "pipeline[0].$out"},
      {R"([{"$out": {"db": "x"}}])", "pipeline[0].$out"},
      {R"([{"$group": {"values": {"$addToSet": "$a"}}}])", "pipeline[0].$group"},
      {R"([{"$group": {"_id": null, "n": {"$avg": "$a"}}}])", "pipeline[0].$group"},
      {R"([{"$addFields": {"a": {"$concat": []}}}])", "pipeline[0].$addFields"},
      {R"([{"$match": {"a": {"$gt": 1}}}])", "pipeline[0].$match"},
      {R"([{"$unwind": "a"}])", "pipeline[0].$unwind"},
      {R"([{"$limit": -1}])", "pipeline[0].$limit"},
      {R"([{"$unset": 1}])", "pipeline[0].$unset"}};
  for (const auto& [pipeline, place] : wrong) {
    const auto parsed = parse_pipeline(value_of(pipeline));
    ASSERT_FALSE(parsed) << pipeline;
    EXPECT_EQ(parsed.error().fields.at(0).location, place) << pipeline;
  }
}

TEST(Pipeline, StopsBeforeItGrowsTooLarge) {
  const std::string_view pipeline = R"([{"$addFields": {"a": [1, 2, 3]}}, {"$unwind": "$a"}])";
  EXPECT_EQ(run(pipeline, R"([{}])", 3), R"([{"a":1},{"a":2},{"a":3}])");
  EXPECT_EQ(run(pipeline, R"([{}])", 2), "a pipeline works on at most 2 documents");
}

}  // namespace
}  // namespace proffer::document
