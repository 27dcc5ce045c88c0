// The collections of users over the API: filling, finding, emptying, who may see what.
#include <gmock/gmock.h>

#include "api/server.h"
#include "base/limits.h"

namespace proffer::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string customers = "/api/v1/collections/shop/customers";

// A body sent in pieces, as the server's connections do.
class Sending {
 public:
  Sending(Server& server, const std::string& target, const Headers& headers = {}) {
    http::Request request;
    request.method = "POST";
    http::Target read;
    EXPECT_TRUE(http::read_target("POST", target, read));
    request.path = read.path;
    request.query = read.query;
    request.headers.assign(headers.begin(), headers.end());
    request.remote = "127.0.0.1";
    EXPECT_TRUE(server.router.streams("POST", request.path));
    sink_ = server.router.stream(
        std::move(request), [answer = answer_](http::Response response) { answer->set_value({std::move(response)}); });
  }

  bool open() const { return sink_ != nullptr; }
  // False when the request was answered instead of wanting more.
  bool send(const std::string& piece) {
    std::promise<void> more;
    auto wanted = more.get_future();
    sink_->take(piece, [&more] { more.set_value(); });
    while (wanted.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready) {
      if (future_.wait_for(std::chrono::milliseconds{0}) == std::future_status::ready) return false;
    }
    return true;
  }
  Answer end() {
    sink_->end();
    return future_.get();
  }
  Answer answer() { return future_.get(); }

 private:
  std::shared_ptr<std::promise<Answer>> answer_ = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future_ = answer_->get_future();
  std::shared_ptr<http::BodySink> sink_;
};

class Collections : public testing::Test {
 protected:
  Answer put(const std::string& body, const std::string& type = "application/json", const std::string& query = "",
             Headers headers = {}) {
    headers["content-type"] = type;
    return server.post(customers + "/documents" + query, body, headers);
  }
  json::object find(const std::string& body = "") { return server.post(customers + "/find", body).object(); }
  std::vector<std::string> found(const std::string& body = "") {
    std::vector<std::string> ids;
    const auto answer = find(body);
    for (const auto& one : answer.at("documents").as_array()) ids.emplace_back(one.at("_id").as_string());
    return ids;
  }

  Stores stores;
  Server server{stores};
};

TEST_F(Collections, TellIntegralDoublesFromIntegersWhenAsked) {
  put(R"([{"_id":"a","i":44,"d":44.0,"l":9007199254740993}])");
  EXPECT_EQ(server.post(customers + "/find", "{}").body,
            R"({"documents":[{"_id":"a","i":44,"d":44,"l":9007199254740993}],"next":null})");
  EXPECT_EQ(server.post(customers + "/find", R"({"exact":true})").body,
            R"({"documents":[{"_id":"a","i":44,"d":44.0,"l":9007199254740993}],"next":null})");
}

TEST_F(Collections, SkipRowsThatWerePutBefore) {
  EXPECT_EQ(put(R"([{"_id":"a"},{"_id":"b"},{"_id":"c"}])", "application/json", "?skip=2").body,
            R"({"inserted":1,"replaced":0})");
  EXPECT_THAT(found(), ElementsAre("c"));
  EXPECT_EQ(put("[]", "application/json", "?skip=-1").status, 422);
}

TEST_F(Collections, TakeDocumentsInEveryForm) {
  EXPECT_EQ(put(R"([{"_id":"a","age":44},{"_id":2}])").body, R"({"inserted":2,"replaced":0})");
  EXPECT_EQ(put("{\"_id\":\"a\",\"age\":45}\n{\"_id\":\"b\"}", "application/x-ndjson").body,
            R"({"inserted":1,"replaced":1})");
  EXPECT_EQ(put("customer,code,age\n007,0010,3\n", "text/csv", "?id_column=customer&text=customer,code").body,
            R"({"inserted":1,"replaced":0})");
  EXPECT_EQ(find().at("documents"),
            document::parse_json(R"([{"_id":"007","customer":"007","code":"0010","age":3},{"_id":"2"},
                                     {"_id":"a","age":45},{"_id":"b"}])")
                .value());
  EXPECT_EQ(server.get("/api/v1/collections").body, R"([{"database":"shop","collection":"customers"}])");
}

TEST_F(Collections, ArePagedFilteredAndProjected) {
  put(R"([{"_id":"a","n":1,"o":{"p":1,"q":2}},{"_id":"b","n":2},{"_id":"c","n":3,"o":{"p":3}},{"_id":"d","n":4}])");
  EXPECT_THAT(found(R"({"filter":{"n":{"$gte":2,"$ne":3}}})"), ElementsAre("b", "d"));
  const auto page = find(R"({"limit":2})");
  EXPECT_EQ(page.at("next"), json::value("b"));
  EXPECT_THAT(found(R"({"limit":2,"after":"b"})"), ElementsAre("c", "d"));
  EXPECT_TRUE(find(R"({"limit":2,"after":"d"})").at("next").is_null());
  EXPECT_TRUE(find(R"({"limit":3,"after":"b"})").at("next").is_null());
  EXPECT_EQ(find(R"({"projection":["o.p","x"],"limit":1})").at("documents"),
            document::parse_json(R"([{"_id":"a","o":{"p":1}}])").value());
}

TEST_F(Collections, AreSearchedWithTheWholeQueryLanguage) {
  put(R"([{"_id":"a","n":[1,5],"t":"Bonn"},{"_id":"b","n":[3]},{"_id":"c","t":"bern","d":{"$date":1734699883000}}])");
  EXPECT_THAT(
      found(R"({"filter":{"$or":[{"n":{"$elemMatch":{"$gt":2,"$lt":4}}},{"t":{"$regex":"^b","$options":"i"}}]}})"),
      ElementsAre("a", "b", "c"));
  EXPECT_THAT(found(R"({"filter":{"$expr":{"$eq":[{"$year":"$d"},2024]}}})"), ElementsAre("c"));
  EXPECT_THAT(found(R"({"filter":{"$expr":{"$gt":["$$NOW",{"$date":0}]}}})"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(server.post(customers + "/find", R"({"filter":{"$expr":{"$size":"$n"}}})").locations(),
            "body.filter.$expr.$size");  // where n is missing
}

TEST_F(Collections, AreAggregated) {
  put(R"([{"_id":"a","s":"x","n":1},{"_id":"b","s":"y","n":2},{"_id":"c","s":"x","n":3.5},{"_id":"d","n":7}])");
  const std::string aggregate = customers + "/aggregate";
  EXPECT_EQ(server
                .post(aggregate, R"({"pipeline":[{"$match":{"s":{"$exists":true}}},
                                     {"$group":{"_id":"$s","n":{"$sum":"$n"}}},{"$sort":{"n":-1}}]})")
                .body,
            R"({"documents":[{"_id":"x","n":4.5},{"_id":"y","n":2}]})");
  EXPECT_EQ(server.post(aggregate, R"({"pipeline":[{"$sample":{"size":2}},{"$count":"n"}]})").body,
            R"({"documents":[{"n":2}]})");
  EXPECT_EQ(
      server.post(aggregate, R"({"pipeline":[{"$project":{"_id":0,"y":{"$gt":["$$NOW",{"$date":0}]}}},{"$limit":1}]})")
          .body,
      R"({"documents":[{"y":true}]})");
  const std::pair<std::string, std::string> wrong[] = {
      {"{}", "body.pipeline"},
      {R"({"pipeline":[{"$match":{}},{"$lookup":{}}]})", "body.pipeline[1].$lookup"},
      {R"({"pipeline":[{"$group":{"_id":0,"m":{"$median":"$n"}}}]})", "body.pipeline[0].$group.m.$median"},
      {R"({"pipeline":[{"$out":"there"}]})", "body.pipeline"},
      {R"({"pipeline":[{"$set":{"m":{"$add":["$s",1]}}}]})", "body.pipeline[0].$set.m.$add"},
      {R"({"pipeline":[],"cursor":{}})", "body.cursor"}};
  for (const auto& [body, location] : wrong) {
    const auto answer = server.post(aggregate, body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_EQ(answer.locations(), location) << body;
  }
  EXPECT_EQ(server.post("/api/v1/collections/proffer/keys/aggregate", R"({"pipeline":[]})").status, 422);
}

TEST_F(Collections, FindTellsEverythingThatIsWrong) {
  const auto answer =
      server.post(customers + "/find", R"({"filter":{"$or":[],"n":{"$like":1}},"limit":0,"sort":{},"projection":[1]})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.locations(), HasSubstr("body.filter.$or"));
  EXPECT_THAT(answer.locations(), HasSubstr("body.filter.n.$like"));
  EXPECT_THAT(answer.locations(), HasSubstr("body.limit"));
  EXPECT_THAT(answer.locations(), HasSubstr("body.sort"));
  EXPECT_THAT(answer.locations(), HasSubstr("body.projection[0]"));
  EXPECT_EQ(server.post(customers + "/find", "[").status, 400);
  EXPECT_EQ(server.post(customers + "/find", R"({"limit":1001})").status, 422);
}

TEST_F(Collections, PagesAreBoundInBytes) {
  std::string rows;
  const std::size_t count = base::limits::find_bytes / 1'000'000 + 3;
  for (std::size_t i = 0; i < count; ++i) {
    rows += R"({"_id":")" + std::to_string(i) + R"(","v":")" + std::string(1'000'000, 'x') + "\"}\n";
  }
  ASSERT_EQ(put(rows, "application/x-ndjson").status, 200);
  const auto first = find();
  const std::size_t in_first = first.at("documents").as_array().size();
  EXPECT_LT(in_first, count);
  const auto rest = find(json::serialize(json::object{{"after", first.at("next")}}));
  EXPECT_EQ(in_first + rest.at("documents").as_array().size(), count);
}

TEST_F(Collections, LoseOneDocumentOrAll) {
  put(R"([{"_id":"a"},{"_id":"b c"}])");
  EXPECT_EQ(server.call("DELETE", customers + "/documents/b%20c").status, 204);
  EXPECT_EQ(server.call("DELETE", customers + "/documents/b%20c").status, 404);
  EXPECT_THAT(found(), ElementsAre("a"));
  std::string many;
  for (int i = 0; i < 1'500; ++i) many += R"({"_id":)" + std::to_string(i) + "}\n";
  put(many, "application/x-ndjson");
  EXPECT_EQ(server.call("DELETE", customers).body, R"({"deleted":1501})");
  EXPECT_EQ(server.call("DELETE", customers).status, 404);
  EXPECT_EQ(server.get("/api/v1/collections").body, "[]");
}

TEST_F(Collections, RefuseWhatIsWrongBeforeTheBody) {
  for (const auto& target :
       {"/api/v1/collections/proffer/keys/documents", "/api/v1/collections/d.e/c/documents",
        "/api/v1/collections/ecosystem_meta/dynamic_engagement/documents", "/api/v1/collections/d/p:c/documents"}) {
    Sending refused(server, target);
    EXPECT_FALSE(refused.open()) << target;
    EXPECT_EQ(refused.answer().status, 422) << target;
  }
  EXPECT_EQ(Sending(server, customers + "/documents", {{"content-type", "text/html"}}).answer().status, 415);
  EXPECT_EQ(Sending(server, customers + "/documents?upsert=1").answer().locations(), "query.upsert");
  for (const auto* route : {"find", "documents/x"}) {
    const std::string method = route == std::string("find") ? "POST" : "DELETE";
    EXPECT_EQ(server.call(method, std::string("/api/v1/collections/proffer/keys/") + route).status, 422);
  }
  EXPECT_EQ(server.call("DELETE", "/api/v1/collections/proffer/keys").status, 422);
}

TEST_F(Collections, TheOptionsStoreOfACampaignIsItsOwn) {
  server.call("PUT", "/api/v1/campaigns/spring",
              R"({"options_store_database":"shop","options_store_collection":"options"})");
  server.call("PUT", "/api/v1/campaigns/spring/offers", R"([{"offer":"a"}])", {{"content-type", "application/json"}});
  EXPECT_EQ(server.post("/api/v1/collections/shop/options/find", "").status, 422);
  EXPECT_EQ(server.call("DELETE", "/api/v1/collections/shop/options").status, 422);
  EXPECT_EQ(server.get("/api/v1/collections").body, "[]");
}

TEST_F(Collections, TakeABodyInPiecesCutAnywhere) {
  std::string rows;
  for (int i = 0; i < 2'000; ++i) rows += R"({"_id":)" + std::to_string(i) + "}\n";
  Sending sending(server, customers + "/documents", {{"content-type", "application/x-ndjson"}});
  for (std::size_t at = 0; at < rows.size(); at += 777) ASSERT_TRUE(sending.send(rows.substr(at, 777)));
  EXPECT_EQ(sending.end().body, R"({"inserted":2000,"replaced":0})");
}

TEST_F(Collections, AnAbortedBodyLeavesTheBatchesBefore) {
  {
    Sending sending(server, customers + "/documents", {{"content-type", "application/x-ndjson"}});
    std::string rows;
    for (int i = 1'000; i < 1'700; ++i) rows += R"({"_id":)" + std::to_string(i) + "}\n";
    ASSERT_TRUE(sending.send(rows));
  }
  EXPECT_EQ(server.call("DELETE", customers).body, R"({"deleted":500})");
}

TEST_F(Collections, ABadRowEndsTheBodyAtOnceAndSaysWhatStays) {
  Sending sending(server, customers + "/documents", {{"content-type", "application/x-ndjson"}});
  std::string rows;
  for (int i = 0; i < 700; ++i) rows += R"({"_id":)" + std::to_string(i) + "}\n";
  ASSERT_TRUE(sending.send(rows));
  EXPECT_FALSE(sending.send("{\"_id\":\n"));
  const auto answer = sending.answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.locations(), "body[700]");
  EXPECT_THAT(answer.body, HasSubstr("row 701 (line 701)"));
  EXPECT_THAT(answer.body, HasSubstr("rows 1 to 500 were put before"));
}

TEST_F(Collections, ARowThatIsTooLongIsRefusedBeforeItsEnd) {
  Sending sending(server, customers + "/documents", {{"content-type", "application/x-ndjson"}});
  const std::string piece(64 << 10, 'x');
  std::size_t sent = 0;
  while (sent < 2 * base::limits::row_bytes && sending.send(piece)) sent += piece.size();
  EXPECT_LE(sent, base::limits::row_bytes);
  EXPECT_EQ(sending.answer().status, 413);
}

TEST_F(Collections, OnlySoManyBodiesAreTakenAtATime) {
  std::vector<std::unique_ptr<Sending>> open;
  for (std::size_t i = 0; i < base::limits::bodies_streamed; ++i) {
    open.push_back(std::make_unique<Sending>(server, customers + "/documents"));
    ASSERT_TRUE(open.back()->open());
  }
  EXPECT_EQ(Sending(server, customers + "/documents").answer().status, 503);
  open.pop_back();
  EXPECT_TRUE(Sending(server, customers + "/documents").open());
}

TEST_F(Collections, AnIdempotencyKeyMakesTheIdsOfARepeat) {
  const Headers key{{"idempotency-key", "k"}};
  EXPECT_EQ(put(R"([{"n":1},{"n":2}])", "application/json", "", key).body, R"({"inserted":2,"replaced":0})");
  EXPECT_EQ(put(R"([{"n":1},{"n":2}])", "application/json", "", key).body, R"({"inserted":0,"replaced":2})");
  EXPECT_EQ(put(R"([{"n":1},{"n":2}])").body, R"({"inserted":2,"replaced":0})");
}

// Two projects and a key of each role.
class GuardedCollections : public Collections {
 protected:
  std::string key(const std::string& project, service::Role role) {
    return server.world.keys.create("", {project, role})->secret;
  }
  Answer as(const std::string& secret, const std::string& method, const std::string& target,
            const std::string& body = "") {
    return server.call(method, target, body, {{"x-api-key", secret}});
  }
};

TEST_F(GuardedCollections, NeverShowTheDocumentsOfAnotherProject) {
  const auto ours = key("ours", service::Role::manage);
  const auto theirs = key("theirs", service::Role::manage);
  const auto of_default = key("default", service::Role::manage);
  EXPECT_EQ(as(ours, "POST", customers + "/documents", R"([{"_id":"a","n":1}])").status, 200);
  for (const auto& other : {theirs, of_default}) {
    EXPECT_EQ(as(other, "POST", customers + "/find").body, R"({"documents":[],"next":null})");
    EXPECT_EQ(as(other, "GET", "/api/v1/collections").body, "[]");
    EXPECT_EQ(as(other, "DELETE", customers + "/documents/a").status, 404);
    EXPECT_EQ(as(other, "DELETE", customers).status, 404);
    EXPECT_EQ(as(other, "POST", "/api/v1/collections/shop/ours:customers/find").status, 422);
    EXPECT_EQ(as(other, "POST", customers + "/documents", R"([{"_id":"a","n":2}])").body,
              R"({"inserted":1,"replaced":0})");
  }
  EXPECT_THAT(as(ours, "POST", customers + "/find").body, HasSubstr(R"("n":1)"));
  EXPECT_EQ(as(ours, "GET", "/api/v1/collections").body, R"([{"database":"shop","collection":"customers"}])");
}

// The original's server routes reach the same collections, each project its own.
TEST_F(GuardedCollections, AreThoseOfTheOriginalsServerRoutesToo) {
  const auto ours = key("ours", service::Role::manage);
  const auto of_default = key("default", service::Role::manage);
  const std::string find = "/api/getMongoDBFind?database=shop&collection=customers";
  EXPECT_EQ(as(of_default, "POST", customers + "/documents", R"([{"_id":"a","n":1}])").status, 200);
  EXPECT_EQ(as(of_default, "GET", find).body, R"({"data":[{"_id":"a","n":1}]})");
  EXPECT_EQ(as(ours, "GET", find).body, R"({"data":[]})");

  EXPECT_EQ(as(ours, "POST", "/api/addMongoDocuments",
               R"({"database":"shop","collection":"customers","document":{"_id":"b","n":2}})")
                .status,
            200);
  EXPECT_THAT(as(ours, "POST", customers + "/find").body, HasSubstr(R"("_id":"b")"));
  EXPECT_THAT(as(of_default, "POST", customers + "/find").body, Not(HasSubstr(R"("_id":"b")")));
  EXPECT_EQ(as(of_default, "GET", "/api/getMongoDBFind?database=shop&collection=ours:customers").status, 422);
  EXPECT_EQ(as(ours, "POST", "/api/deleteAllMongoDocuments", R"({"database":"shop","collection":"customers"})").status,
            200);
  EXPECT_EQ(as(of_default, "DELETE", customers).body, R"({"deleted":1})");
}

TEST_F(GuardedCollections, NeedTheRoleManage) {
  const auto decide = key("default", service::Role::decide);
  for (const auto& [method, target] : {std::pair<std::string, std::string>{"GET", "/api/v1/collections"},
                                       {"POST", customers + "/documents"},
                                       {"POST", customers + "/find"},
                                       {"POST", customers + "/aggregate"},
                                       {"DELETE", customers + "/documents/a"},
                                       {"DELETE", customers}}) {
    EXPECT_EQ(as(decide, method, target).status, 403) << target;
    EXPECT_EQ(server.call(method, target).status, 401) << target;
  }
  Sending refused(server, customers + "/documents", {{"x-api-key", decide}});
  EXPECT_FALSE(refused.open());
  EXPECT_EQ(refused.answer().status, 403);
}

}  // namespace
}  // namespace proffer::tests
