// Hooks, business functions and custom endpoints over the API.
#include "api/server.h"
#include "support.h"

namespace proffer::tests {
namespace {

class HookRoutes : public testing::Test {
 protected:
  HookRoutes() {
    stores.hooks = engine.get();
    server = std::make_unique<Server>(stores);
    server->world.campaign("c", {"a", "b"});
  }

  Answer put(const std::string& path, const std::string& source, const Headers& headers = {}) {
    return server->call("PUT", path, source, headers);
  }

  base::SystemClock clock;
  std::unique_ptr<service::HookEngine> engine = adapters::make_lua_engine(clock);
  Stores stores;
  std::unique_ptr<Server> server;
};

const std::string hooks_path = "/api/v1/campaigns/c/hooks";

TEST_F(HookRoutes, KeepTheHooksOfACampaignWithTheirVersions) {
  EXPECT_EQ(server->get(hooks_path).status, 404);
  const std::string source = "function pre_score() end function business.margin() end";
  const auto made = put(hooks_path, source);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.object().at("functions"), (json::array{"business.margin", "pre_score"}));
  EXPECT_EQ(made.object().at("version"), 3);
  const auto got = server->get(hooks_path);
  EXPECT_EQ(got.body, source);
  EXPECT_EQ(got.content_type, "text/x-lua; charset=utf-8");
  EXPECT_EQ(got.header("ETag"), made.header("ETag"));
  EXPECT_EQ(put(hooks_path, "function reward() end", {{"if-match", "\"other\""}}).status, 412);
  EXPECT_EQ(put(hooks_path, "function reward() end", {{"if-match", got.header("ETag")}}).status, 200);
  const auto versions = server->get(hooks_path + "/versions").body_json().as_array();
  ASSERT_EQ(versions.size(), 2);
  EXPECT_EQ(versions[0].at("bytes"), json::value(source.size()));
  EXPECT_EQ(server->get(hooks_path + "/versions?version=3").body, source);
  EXPECT_EQ(server->get(hooks_path + "/versions?version=9").status, 404);
  EXPECT_EQ(server->call("DELETE", hooks_path).status, 204);
  EXPECT_EQ(server->call("DELETE", hooks_path).status, 404);
  EXPECT_EQ(server->get(hooks_path).status, 404);
}

TEST_F(HookRoutes, RefuseASourceThatDoesNotCompile) {
  const auto refused = put(hooks_path, "function pre_score()\n x = = 1\nend");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.locations(), "body");
  EXPECT_EQ(refused.object().at("detail"), "body: line 2: unexpected symbol near '='");
  EXPECT_EQ(put(hooks_path, "").status, 422);
  EXPECT_EQ(put(hooks_path, "-- \xff").status, 400);
  EXPECT_EQ(put(hooks_path, std::string(base::limits::hook_source_bytes + 1, ' ')).status, 413);
  EXPECT_EQ(put("/api/v1/campaigns/none/hooks", "x = 1").status, 404);
}

TEST_F(HookRoutes, AnswerWhatTheHooksMadeOfADecision) {
  put(hooks_path,
      "function pre_score(r) return {eligible_offers = {'b'}} end "
      "function post_score(r) r.final_result[1].result_full.note = 'hello' return r end");
  const auto answer = server->post("/invocations", R"({"campaign": "c", "numberoffers": 2})").object();
  ASSERT_EQ(answer.at("final_result").as_array().size(), 1);
  EXPECT_EQ(answer.at("final_result").as_array()[0].at("result_full").at("note"), "hello");
  const auto logged = server->get("/api/v1/decisions/" + std::string(answer.at("uuid").as_string())).object();
  EXPECT_EQ(logged.at("decision").at("final_result"), answer.at("final_result"));
}

TEST_F(HookRoutes, TellWhyARequestFailedAndTellItAgain) {
  put(hooks_path, "function post_score(r)\n return r.none.none end");
  const std::string why =
      "a hook of campaign 'c' failed: post_score, line 2: attempt to index a nil value (field 'none')";
  for (int i = 0; i < 2; ++i) {
    const auto answer = server->post("/invocations", R"({"campaign": "c"})", {{"idempotency-key", "k"}});
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.object().at("ErrorMessage"), json::value(why));
  }
}

TEST_F(HookRoutes, TellWhichHookACampaignWentOnWithout) {
  server->world.campaign("c", {"a"}, R"({"hook_failure": "continue"})");
  put(hooks_path, "function pre_score() error('x') end");
  const auto answer = server->post("/invocations", R"({"campaign": "c"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.object().at("hook_errors"), json::array{"pre_score, line 1: x"});
}

TEST_F(HookRoutes, RunBusinessFunctions) {
  put(hooks_path,
      "function business.margin(r) return {margin = r.params.price - r.params.cost, who = r.customer} end "
      "function business.nothing() end function business.bad() error('no') end function business.echo(r) return r end");
  const auto run = [&](const std::string& name) {
    return server->post("/business", R"({"campaign": "c", "customer": 7, "params": {"price": 10, "cost": 4},
                                         "business_logic": ")" +
                                         name + "\"}");
  };
  EXPECT_EQ(run("margin").body, R"({"margin":6,"who":"7"})");
  EXPECT_EQ(run("nothing").body, "{}");
  EXPECT_EQ(run("echo").object().at("campaign"), "c");
  EXPECT_EQ(run("none").status, 404);
  EXPECT_EQ(run("bad").status, 500);
  EXPECT_EQ(run("bad").object().at("ErrorMessage"), "a hook of campaign 'c' failed: business.bad, line 1: no");
  EXPECT_EQ(server->post("/business", R"({"campaign": "c"})").locations(), "body.business_logic");
  EXPECT_NE(server->world.metrics.text().find(R"(proffer_hook_errors_total{campaign="c",hook="business"} 2)"),
            std::string::npos);
}

TEST_F(HookRoutes, KeepCustomEndpointsWithTheirVersions) {
  const std::string path = "/api/v1/custom/hello";
  const std::string source = "function handle(request) return {hello = request.query.name} end";
  EXPECT_EQ(server->get("/custom/hello").status, 404);
  const auto made = put(path, source);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("ETag"), "\"hello-1\"");
  EXPECT_EQ(server->get("/custom/hello?name=you").body, R"({"hello":"you"})");
  EXPECT_EQ(server->get(path).body, source);
  EXPECT_EQ(put(path, source, {{"if-match", "\"hello-9\""}}).status, 412);
  EXPECT_EQ(put(path, source, {{"if-none-match", "*"}}).status, 412);
  EXPECT_EQ(put(path, "function handle() return 2 end", {{"if-match", "\"hello-1\""}}).status, 200);
  EXPECT_EQ(server->get("/custom/hello").body, "2");
  EXPECT_EQ(server->get("/api/v1/custom").body_json().as_array().size(), 1);
  EXPECT_EQ(server->get(path + "/versions").body_json().as_array().size(), 2);
  EXPECT_EQ(server->get(path + "/versions?version=1").body, source);
  EXPECT_EQ(server->call("DELETE", path).status, 204);
  EXPECT_EQ(server->get("/custom/hello").status, 404);
  EXPECT_EQ(put(path, source).header("ETag"), "\"hello-4\"") << "versions are not given twice";
  Server restarted(stores);
  EXPECT_EQ(restarted.get("/custom/hello?name=me").body, R"({"hello":"me"})");
}

TEST_F(HookRoutes, RefuseACustomEndpointWithoutAHandle) {
  EXPECT_EQ(put("/api/v1/custom/x", "function other() end").locations(), "body");
  EXPECT_EQ(put("/api/v1/custom/x", "function handle(").status, 422);
  EXPECT_EQ(put("/api/v1/custom/a%20b", "function handle() end").status, 422);
}

TEST_F(HookRoutes, TellACustomEndpointOfTheRequestWithoutItsSecrets) {
  put("/api/v1/custom/echo", "function handle(request) return request end");
  const auto echoed =
      server
          ->post("/custom/echo?a=1&b=two", R"({"x": [1, null]})",
                 {{"authorization", "Bearer sk_secret"}, {"x-api-key", "sk_secret"}, {"accept", "text/html"}})
          .object();
  EXPECT_EQ(document::json_text(echoed),
            R"({"method":"POST","name":"echo","project":"default","query":{"a":"1","b":"two"},)"
            R"("headers":{"accept":"text/html"},"body":{"x":[1,null]}})");
  EXPECT_EQ(server->get("/custom/echo").object().at("body"), nullptr);
  EXPECT_EQ(server->post("/custom/echo", "no JSON").object().at("body"), "no JSON");
}

TEST_F(HookRoutes, LetACustomEndpointChooseItsStatus) {
  const auto answer = [&](const std::string& returned) {
    put("/api/v1/custom/x", "function handle() return " + returned + " end");
    return server->get("/custom/x");
  };
  EXPECT_EQ(answer("201, {made = true}").status, 201);
  EXPECT_EQ(answer("201, {made = true}").body, R"({"made":true})");
  EXPECT_EQ(answer("").status, 204);
  EXPECT_EQ(answer("'text'").body, "\"text\"");
  for (const auto* wrong : {"99, {}", "600, {}", "'x', {}", "2.5, {}"}) EXPECT_EQ(answer(wrong).status, 500) << wrong;
}

TEST_F(HookRoutes, LetACustomEndpointDecideAndLearn) {
  put("/api/v1/custom/sell", R"(
    function handle(request)
      local decision, status = invocations({campaign = 'c', customer = request.body.customer, numberoffers = 2})
      local best = decision.final_result[1].result.offer
      local accepted = response({uuid = decision.uuid, offers_accepted = {{offer_name = best}}})
      local missing, bad = invocations({campaign = 'none'})
      return {uuid = decision.uuid, best = best, status = status, message = accepted.message, bad = bad,
              why = missing.ErrorMessage}
    end)");
  const auto sold = server->post("/custom/sell", R"({"customer": "anna"})");
  ASSERT_EQ(sold.status, 200) << sold.body;
  const auto answer = sold.object();
  EXPECT_EQ(answer.at("status"), 200);
  EXPECT_EQ(answer.at("message"), "Success");
  EXPECT_EQ(answer.at("bad"), 404);
  EXPECT_EQ(answer.at("why"), "there is no campaign 'none'");
  const auto logged = server->get("/api/v1/decisions/" + std::string(answer.at("uuid").as_string())).object();
  EXPECT_EQ(logged.at("responses").as_array().size(), 1);
  const auto arms = ArmValues(server->world.campaigns.find("default", "c")->learned.arms);
  EXPECT_EQ(arms.accepted[0] + arms.accepted[1], 1);
}

TEST_F(HookRoutes, BoundTheCallsOfACustomEndpoint) {
  put("/api/v1/custom/x", "function handle() for i = 1, 101 do invocations({campaign = 'none'}) end end");
  EXPECT_EQ(server->get("/custom/x").object().at("detail"),
            "the custom endpoint 'x' failed: handle, line 1: more than 100 calls of use cases");
  put("/api/v1/custom/x", "function handle() return invocations('text') end");
  EXPECT_EQ(server->get("/custom/x").object().at("detail"),
            "the custom endpoint 'x' failed: handle, line 1: expected a table with names");
}

// As many at once as there are threads for it, each waiting for decisions of a campaign with hooks of its own.
TEST_F(HookRoutes, CustomEndpointsAtOnceDoNotWaitForEachOther) {
  put(hooks_path, "function post_score(r) r.final_result[1].result_full.x = 1 return r end");
  put("/api/v1/custom/x",
      "function handle() local d = invocations({campaign = 'c'}) return d.final_result[1].rank end");
  std::vector<std::future<Answer>> answers;
  for (int i = 0; i < 8; ++i) answers.push_back(server->start("GET", "/custom/x", ""));
  for (auto& answer : answers) EXPECT_EQ(answer.get().body, "1");
}

TEST_F(HookRoutes, StayWithinTheirProject) {
  const auto key = server->world.keys.create("other", {"other", service::Role::manage}).value().secret;
  const auto own = server->world.keys.create("own", {"default", service::Role::manage}).value().secret;
  const Headers mine{{"x-api-key", own}};
  const Headers foreign{{"x-api-key", key}};
  EXPECT_EQ(put("/api/v1/custom/x", "function handle() return {invocations({campaign = 'c'})} end", mine).status, 201);
  EXPECT_EQ(server->get("/custom/x", foreign).status, 404);
  EXPECT_EQ(put("/api/v1/custom/x", "function handle() return (invocations({campaign = 'c'})) end", foreign).status,
            201);
  EXPECT_EQ(server->get("/custom/x", foreign).object().at("ErrorMessage"), "there is no campaign 'c'");
  EXPECT_EQ(server->get("/custom/x", mine).status, 200);
  EXPECT_EQ(server->call("PUT", hooks_path, "x = 1", foreign).status, 404);
}

}  // namespace
}  // namespace proffer::tests
