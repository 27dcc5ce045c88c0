// Our pipelines beside the test server's: the same documents, the same stages, the same results.
#include "aggregation/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "components/mongo_server.h"
#include "document/json.h"
#include "mongodb/random_pipelines.h"
#include "mongodb/server_pipelines.h"

namespace proffer::tests {
namespace {

namespace json = boost::json;

constexpr std::uint64_t seeds = 2;
constexpr int pipelines = 40;  // of one kind and seed

// Members by name, and the elements of sets by value: orders that MongoDB leaves open.
json::value in_any_order(const json::value& value, bool is_set = false) {
  if (const auto* array = value.if_array()) {
    json::array out;
    for (const auto& element : *array) out.push_back(in_any_order(element));
    if (is_set) std::ranges::sort(out, document::ValueLess());
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<std::string> names;
  for (const auto& member : *object) names.emplace_back(member.key());
  std::ranges::sort(names);
  json::object out;
  for (const auto& name : names) out[name] = in_any_order(object->at(name), name == "set");
  return out;
}

bool is_close(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.to_number<double>(), y = b.to_number<double>();
    return std::abs(x - y) <= 1e-12 * std::max({1.0, std::abs(x), std::abs(y)});
  }
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) {
    return std::ranges::equal(a.get_array(), b.get_array(), is_close);
  }
  if (!a.is_object()) return a == b;
  return std::ranges::equal(a.get_object(), b.get_object(), [](const auto& x, const auto& y) {
    return x.key() == y.key() && is_close(x.value(), y.value());
  });
}

std::vector<json::value> comparable(const std::vector<json::object>& documents, bool ordered) {
  std::vector<json::value> out;
  for (const auto& document : documents) out.push_back(in_any_order(document));
  if (!ordered) std::ranges::sort(out, document::ValueLess());
  return out;
}

// Empty when both agree: equal results, or both refuse.
std::string difference(ServerPipelines& server, const std::vector<json::object>& documents, const json::array& stages,
                       bool ordered) {
  const auto theirs = server.run(stages);
  const auto pipeline = aggregation::parse_pipeline(stages);
  const auto ours = pipeline ? aggregation::run_pipeline(*pipeline, documents)
                             : base::Result<std::vector<json::object>>(tl::unexpected(pipeline.error()));
  if (!theirs && !ours) return {};
  if (!theirs) return "the server refuses: " + server.says();
  if (!ours) return "we refuse: " + ours.error().message;
  const auto a = comparable(*ours, ordered), b = comparable(*theirs, ordered);
  if (std::ranges::equal(a, b, is_close)) return {};
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size() && i < b.size() && is_close(a[i], b[i])) continue;
    return "ours:   " + (i < a.size() ? document::json_text(a[i]) : "nothing") +
           "\ntheirs: " + (i < b.size() ? document::json_text(b[i]) : "nothing");
  }
  return {};
}

class SideBySide : public testing::TestWithParam<const char*> {};

TEST_P(SideBySide, GivesWhatTheServerGives) {
  ServerPipelines server(shared_mongo_server().address());
  const std::string kind = GetParam();
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    RandomPipelines random(seed);
    const auto documents = random.documents(30);
    server.fill(documents);
    for (int i = 0; i < pipelines; ++i) {
      const auto stages = random.pipeline(kind);
      refused += server.run(stages) ? 0 : 1;
      EXPECT_EQ(difference(server, documents, stages, kind == "$sort"), "")
          << "seed " << seed << ", pipeline " << i << ": " << document::json_text(stages);
    }
  }
  EXPECT_LE(refused, pipelines * static_cast<int>(seeds) / 20) << "too few are compared";
}

INSTANTIATE_TEST_SUITE_P(Stages, SideBySide,
                         testing::Values("$match", "$expr", "$project", "$set", "$unset", "$sort", "$group", "$unwind",
                                         "$count", "together"),
                         [](const auto& one) { return std::string(one.param).substr(one.param[0] == '$'); });

// Where the test server departs from MongoDB's manual, the manual wins.
struct Departure {
  std::string_view manual;  // what it says, in our words
  std::string_view documents, stages, result;
};

constexpr Departure departures[] = {
    {"$exists false finds documents without the field, also behind an empty array", R"([{"_id": 1, "l": []}])",
     R"([{"$match": {"l.x": {"$exists": false}}}])", R"([{"_id":1,"l":[]}])"},
    {"a comparison with null that allows equality finds null and missing", R"([{"_id": 1, "a": null}, {"_id": 2}])",
     R"([{"$match": {"a": {"$lte": null}}}])", R"([{"_id":1,"a":null},{"_id":2}])"},
    {"conditions on an array may be met by different elements", R"([{"_id": 1, "l": [3, "a"]}])",
     R"([{"$match": {"l": {"$gte": 3, "$lte": "b"}}}])", R"([{"_id":1,"l":[3,"a"]}])"},
    {"$in and $nin look into an array, not into arrays within it", R"([{"_id": 1, "l": [[1]]}])",
     R"([{"$match": {"l": {"$nin": [1]}}}])", R"([{"_id":1,"l":[[1]]}])"},
    {"$regex finds strings only", R"([{"_id": 1, "l": [false]}])", R"([{"$match": {"l": {"$regex": "a"}}}])", "[]"},
    {"conditions of $elemMatch on fields need an element with fields", R"([{"_id": 1, "l": ["a"]}])",
     R"([{"$match": {"l": {"$elemMatch": {"x": {"$ne": 1}}}}}])", "[]"},
    {"$all of one value is equality with it", R"([{"_id": 1, "a": null}])", R"([{"$match": {"a": {"$all": [null]}}}])",
     R"([{"_id":1,"a":null}])"},
    {"a field within an object is kept as an object, even when the object has it not", R"([{"_id": 1, "o": {"y": 1}}])",
     R"([{"$project": {"o.x": 1}}])", R"([{"_id":1,"o":{}}])"},
    {"a path with a dot sets a field within an object", R"([{"_id": 1, "o": {"y": 1}}])",
     R"([{"$addFields": {"o.x": 2}}])", R"([{"_id":1,"o":{"y":1,"x":2}}])"},
    {"days of the week count from 1, Sunday (20 December 2024 was a Friday)",
     R"([{"_id": 1, "d": {"$date": 1734699883007}}])", R"([{"$project": {"_id": 0, "w": {"$dayOfWeek": "$d"}}}])",
     R"([{"w":6}])"},
    {"$toLower of null is the empty string", R"([{"_id": 1}])",
     R"([{"$project": {"_id": 0, "t": {"$toLower": null}}}])", R"([{"t":""}])"},
    {"$cmp is -1, 0 or 1", R"([{"_id": 1}])", R"([{"$project": {"_id": 0, "c": {"$cmp": ["a", "z"]}}}])",
     R"([{"c":-1}])"},
    {"an array literal evaluates its elements, also in $map", R"([{"_id": 1}])",
     R"([{"$project": {"_id": 0, "m": {"$map": {"input": [5], "as": "e", "in": ["$$e"]}}}}])", R"([{"m":[[5]]}])"},
    {"$push and $addToSet keep null", R"([{"_id": 1, "a": null}])",
     R"([{"$group": {"_id": null, "p": {"$push": "$a"}, "s": {"$addToSet": "$a"}}}])",
     R"([{"_id":null,"p":[null],"s":[null]}])"},
    {"groups are told apart by the value of _id, an array being one value",
     R"([{"_id": 1, "a": [0, 4]}, {"_id": 2, "a": 0}])", R"([{"$group": {"_id": "$a", "n": {"$sum": 1}}}])",
     R"([{"_id":[0,4],"n":1},{"_id":0,"n":1}])"},
    {"$sort goes by an array's elements, of which one may be an array, greater than any number",
     R"([{"_id": 1, "a": [[1]]}, {"_id": 2, "a": [5]}])", R"([{"$sort": {"a": 1}}])",
     R"([{"_id":2,"a":[5]},{"_id":1,"a":[[1]]}])"},
    {"a path through an array gives the array of what its objects have", R"([{"_id": 1, "l": [{"x": 1}, 5]}])",
     R"([{"$project": {"_id": 0, "z": "$l.x"}}])", R"([{"z":[1]}])"},
    {"an object that is computed replaces the field's value", R"([{"_id": 1, "o": {"x": 1}, "p": {"y": 2}}])",
     R"([{"$addFields": {"o": {"$ifNull": ["$p", 0]}}}])", R"([{"_id":1,"o":{"y":2},"p":{"y":2}}])"},
    {"$set is another name of $addFields", R"([{"_id": 1}])", R"([{"$set": {"a": 1}}])", R"([{"_id":1,"a":1}])"},
};

TEST(Departures, AreDecidedByTheManual) {
  ServerPipelines server(shared_mongo_server().address());
  for (const auto& one : departures) {
    std::vector<json::object> documents;
    const auto all = document::parse_json(one.documents).value();
    for (const auto& document : all.as_array()) documents.push_back(document.as_object());
    const auto stages = document::parse_json(one.stages).value().as_array();
    const auto ours = aggregation::run_pipeline(*aggregation::parse_pipeline(stages), documents).value();
    EXPECT_EQ(document::json_text(json::array(ours.begin(), ours.end())), one.result) << one.manual;
    server.fill(documents);
    EXPECT_NE(difference(server, documents, stages, true), "") << "departs no more: " << one.manual;
  }
}

}  // namespace
}  // namespace proffer::tests
