// What store::aggregate makes of every DocumentStore: the same, wherever the documents lie.
#pragma once

#include "base/query_limits.h"
#include "conformance/document_store_suite.h"
#include "document/json.h"
#include "store/aggregate.h"

namespace proffer::tests {

class AggregateSuite : public testing::TestWithParam<DocumentsFactory> {
 protected:
  void put_all(std::string_view documents) {
    std::vector<store::Document> all;
    const auto value = document::parse_json(documents).value();
    for (const auto& document : value.as_array()) all.push_back(document.as_object());
    ASSERT_TRUE(harness_->documents().put_all(here_, std::move(all)));
  }

  // What comes out, as JSON text; else what is wrong.
  std::string aggregate(std::string_view stages, std::size_t most = base::limits::pipeline_documents) {
    const auto pipeline = aggregation::parse_pipeline(document::parse_json(stages).value());
    if (!pipeline) return pipeline.error().message;
    aggregation::PipelineOptions options;
    options.documents = most;
    const auto out = store::aggregate(harness_->documents(), here_, *pipeline, options);
    if (!out) return out.error().message;
    return document::json_text(boost::json::array(out->begin(), out->end()));
  }

  std::unique_ptr<DocumentsHarness> harness_{GetParam().make()};
  store::Collection here_{"shop", "sales"};
};

TEST_P(AggregateSuite, GroupsWhatTheFirstStageLetsThrough) {
  put_all(R"([{"_id": "1", "item": "a", "n": 2, "on": {"$date": 1734699883000}},
              {"_id": "2", "item": "b", "n": 1.5, "on": {"$date": 1734786283000}},
              {"_id": "3", "item": "a", "n": 40, "tags": ["x", "y"], "on": {"$date": 1734872683000}},
              {"_id": "4", "n": null}])");
  EXPECT_EQ(aggregate(R"([{"$match": {"on": {"$gte": {"$date": "2024-12-21T00:00:00Z"}}}},
                          {"$group": {"_id": {"$dayOfMonth": "$on"}, "n": {"$sum": "$n"}}}])"),
            R"([{"_id":21,"n":1.5},{"_id":22,"n":40}])");
  EXPECT_EQ(aggregate(R"([{"$match": {"$or": [{"tags": "y"}, {"item": "b"}]}}, {"$project": {"item": 1}}])"),
            R"([{"_id":"2","item":"b"},{"_id":"3","item":"a"}])");
  EXPECT_EQ(aggregate(R"([{"$sort": {"item": -1, "n": -1}}, {"$limit": 2}, {"$project": {"n": 1}}])"),
            R"([{"_id":"2","n":1.5},{"_id":"3","n":40}])");
  EXPECT_EQ(aggregate(R"([{"$group": {"_id": {"$type": "$n"}}}])"),
            R"([{"_id":"long"},{"_id":"double"},{"_id":"null"}])");
}

TEST_P(AggregateSuite, ReadsCollectionsOfSeveralPages) {
  std::string documents = "[";
  for (int i = 0; i < 1'200; ++i) {
    documents += (i > 0 ? "," : "") + std::string(R"({"_id": ")") + std::to_string(10'000 + i) + R"(", "n": )" +
                 std::to_string(i) + "}";
  }
  put_all(documents + "]");
  EXPECT_EQ(aggregate(R"([{"$group": {"_id": null, "sum": {"$sum": "$n"}, "count": {"$count": {}}}}])"),
            R"([{"_id":null,"sum":719400,"count":1200}])");
  EXPECT_EQ(aggregate(R"([{"$match": {"n": {"$gte": 700}}}, {"$count": "n"}])"), R"([{"n":500}])");
  EXPECT_EQ(aggregate(R"([{"$skip": 1199}])"), R"([{"_id":"11199","n":1199}])");
  EXPECT_EQ(aggregate(R"([{"$limit": 1}])", 1), R"([{"_id":"10000","n":0}])");
  EXPECT_EQ(aggregate("[]", 1'199), "a pipeline works on at most 1199 documents at a time");
}

TEST_P(AggregateSuite, OfNothingMakesNothing) {
  EXPECT_EQ(aggregate("[]"), "[]");
  EXPECT_EQ(aggregate(R"([{"$group": {"_id": null}}])"), "[]");
}

TEST_P(AggregateSuite, SaysWhereADocumentDoesNotFit) {
  put_all(R"([{"_id": "1", "n": "x"}])");
  EXPECT_EQ(aggregate(R"([{"$match": {}}, {"$set": {"m": {"$add": ["$n", 1]}}}])"),
            "pipeline[1].$set.m.$add: expected numbers and at most one date, got a string");
}

}  // namespace proffer::tests
