// Scoring over HTTP: every case of the error model and of validation, verbatim, and a model from training to answer.
#include <gtest/gtest.h>

#include <atomic>

#include "api/server.h"
#include "base/random.h"

namespace proffer::tests {
namespace {

const std::string base_path = "/api/v1/builtin-agents/ml/lead/scoring/";

// A world with a key of project `shop`, and one of another.
struct Scoring {
  Stores stores;
  Server server{stores};
  Headers headers, others;

  Scoring() {
    server.world.keys.add_in_memory("sk_shop", {"shop", service::Role::admin});
    server.world.keys.add_in_memory("sk_other", {"other", service::Role::admin});
    headers = {{"authorization", "Bearer sk_shop"}, {"host", "127.0.0.1:8091"}};
    others = {{"authorization", "Bearer sk_other"}};
  }
  Answer train(const std::string& body) { return server.post(base_path + "train", body, headers); }
  Answer predict(const std::string& body) { return server.post(base_path + "predict", body, headers); }
};

// A row is 1 when x is above 0, but for one in ten.
std::string rows(std::size_t n, int budget = 1) {
  base::RandomStream chance(1, 1);
  json::array all;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = 2 * chance.uniform() - 1;
    const bool yes = (x > 0) != (chance.below(10) == 0);
    all.push_back({{"features", {{"x", x}, {"tier", i % 3 == 0 ? "gold" : "tin"}}}, {"label", yes ? 1 : 0}});
  }
  return json::serialize(json::object{{"rows", std::move(all)}, {"optimize_budget", budget}});
}

// What stands in an error besides its schema.
std::string told(const Answer& answer) {
  const auto text = answer.body;
  const std::string schema = R"({"$schema":"http://127.0.0.1:8091/api/v1/schemas/ErrorModel.json",)";
  EXPECT_TRUE(text.starts_with(schema)) << text;
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(answer.header("Link"), R"(</api/v1/schemas/ErrorModel.json>; rel="describedBy")");
  return text.substr(schema.size(), text.size() - schema.size() - 1);
}

std::string invalid(const std::string& items) {
  return R"("title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[)" + items + "]}";
}
std::string malformed(const std::string& items) {
  return R"("title":"Bad Request","status":400,"detail":"validation failed","errors":[)" + items + "]}";
}

TEST(ScoringErrors, OfTheWholeBody) {
  Scoring s;
  EXPECT_EQ(told(s.train("")), R"("title":"Bad Request","status":400,"detail":"request body is required"})");
  EXPECT_EQ(told(s.train("{")),
            malformed(R"({"message":"unexpected end of JSON input","location":"body","value":"{"})"));
  EXPECT_EQ(told(s.train("{} x")),
            malformed(R"({"message":"invalid character 'x' after top-level value","location":"body","value":"{} x"})"));
  EXPECT_EQ(
      told(s.train("nope")),
      malformed(
          R"({"message":"invalid character 'n' looking for beginning of value","location":"body","value":"nope"})"));
  EXPECT_EQ(s.train(R"({"rows":[1e999]})").status, 400);
  EXPECT_EQ(told(s.train("[]")), invalid(R"({"message":"expected object","location":"body","value":[]})"));
}

TEST(ScoringErrors, OfTheContentType) {
  Scoring s;
  s.headers["content-type"] = "text/plain";
  EXPECT_EQ(told(s.train("{}")),
            R"("title":"Unsupported Media Type","status":415,"detail":"validation failed","errors":[)"
            R"({"message":"unknown content type: text/plain","location":"body","value":"{}"}]})");
  for (const auto* type : {"application/json", "application/json; charset=utf-8", "application/vnd.x+json"}) {
    s.headers["content-type"] = type;
    EXPECT_EQ(s.train("{}").status, 422) << type;
  }
}

TEST(ScoringErrors, OfBodiesThatNeverArrive) {
  Scoring s;
  http::Request head;
  head.method = "POST";
  head.path = base_path + "predict";
  head.headers = {{"host", "127.0.0.1:8091"}};
  EXPECT_EQ(
      told({s.server.router.refuse(413, "too large", &head)}),
      R"("title":"Request Entity Too Large","status":413,"detail":"request body is too large limit=1048576 bytes"})");
  EXPECT_EQ(told({s.server.router.refuse(408, "too slow", &head)}),
            R"("title":"Request Timeout","status":408,"detail":"request body read timeout"})");
  EXPECT_EQ(s.server.router.body_limit("POST", base_path + "train"), std::size_t{256} << 20);
}

TEST(ScoringErrors, OfMembers) {
  Scoring s;
  const std::pair<std::string, std::string> cases[] = {
      {"{}", R"({"message":"expected required property rows to be present","location":"body","value":{}})"},
      {R"({"rows":[{"features":null,"label":0.5}]})",
       R"({"message":"expected object","location":"body.rows[0].features"},{"message":"expected integer","location":"body.rows[0].label","value":0.5})"},
      {R"({"rows":[{"label":1,"zz":2}]})",
       R"({"message":"expected required property features to be present","location":"body.rows[0]","value":{"label":1,"zz":2}},)"
       R"({"message":"unexpected property","location":"body.rows[0].zz","value":{"label":1,"zz":2}})"},
      {R"({"rows":[],"bogus":1})",
       R"({"message":"unexpected property","location":"body.bogus","value":{"rows":[],"bogus":1}})"},
      {R"({"rows":null})", R"({"message":"expected array length >= 20","location":"body.rows","value":0})"},
      {R"({"ROWS":[{"features":{},"label":1.0}]})",
       R"({"message":"expected array length >= 20","location":"body.rows","value":1})"},
      {R"({"rows":[{"features":{},"label":7}]})",
       R"({"message":"expected value to be one of \"0, 1\"","location":"body.rows[0].label","value":7},)"
       R"({"message":"expected array length >= 20","location":"body.rows","value":1})"},
      {R"({"rows":[],"optimize_budget":0})",
       R"({"message":"expected number >= 1","location":"body.optimize_budget","value":0})"},
      {R"({"rows":[],"optimize_budget":1001})",
       R"({"message":"expected number <= 1000","location":"body.optimize_budget","value":1001})"},
  };
  for (const auto& [body, items] : cases) EXPECT_EQ(told(s.train(body)), invalid(items)) << body;
}

TEST(ScoringErrors, OfOneClass) {
  Scoring s;
  json::array all(25, {{"features", {{"a", 1}}}, {"label", 1}});
  EXPECT_EQ(told(s.train(json::serialize(json::object{{"rows", all}}))),
            invalid(R"({"message":"expected rows of both labels, 0 and 1","location":"body.rows"})"));
}

TEST(ScoringErrors, OfKeys) {
  Scoring s;
  s.headers.erase("authorization");
  const auto none = s.predict(R"({"features":{}})");
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(none.object().at("title"), "Unauthorized");
  s.headers["authorization"] = "Bearer sk_wrong";
  EXPECT_EQ(s.predict(R"({"features":{}})").status, 401) << "even on loopback with no key stored";
  s.server.world.keys.add_in_memory("sk_small", {"shop", service::Role::decide});
  s.headers["authorization"] = "Bearer sk_small";
  EXPECT_EQ(s.train("{}").status, 403);
  EXPECT_EQ(s.predict(R"({"features":{}})").status, 404);
}

TEST(ScoringErrors, OfModelsThatAreNotThere) {
  Scoring s;
  const auto answer = s.predict(R"({"features":{}})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.object().at("detail"), "the use case 'lead' has no model yet; POST …/lead/scoring/train makes one");
  EXPECT_EQ(s.server.post(base_path + "models/1/serve", "", s.headers).status, 404);
  EXPECT_EQ(s.server.post(base_path + "models/x/serve", "", s.headers).locations(), "path.version");
  EXPECT_EQ(s.server.get(base_path + "models/1/export", s.headers).status, 404);
  EXPECT_EQ(s.server.post("/api/v1/builtin-agents/ml/" + std::string(201, 'a') + "/scoring/predict", "{}", s.headers)
                .locations(),
            "path.use_case");
}

TEST(Scoring, TrainsAndAnswersInTheOrderOfTheWire) {
  Scoring s;
  const auto trained = s.train(rows(300));
  ASSERT_EQ(trained.status, 200) << trained.body;
  std::string names;
  for (const auto& member : trained.object()) names += std::string(member.key()) + ' ';
  EXPECT_EQ(names,
            "$schema auc logloss brier brier_uncalibrated brier_baseline ece n importances best_params "
            "calibration_method trials model_version ");
  EXPECT_EQ(trained.object().at("$schema"), "http://127.0.0.1:8091/api/v1/schemas/TrainResponse.json");
  EXPECT_EQ(trained.header("Link"), R"(</api/v1/schemas/TrainResponse.json>; rel="describedBy")");
  EXPECT_TRUE(trained.body.ends_with("}\n"));
  EXPECT_GT(trained.object().at("auc").as_double(), 0.8);
  EXPECT_EQ(trained.object().at("n"), 300);
  EXPECT_EQ(trained.object().at("importances").at(0).at("name"), "x");

  const auto high = s.predict(R"({"features":{"x":0.9,"tier":"gold"}})").object();
  names.clear();
  for (const auto& member : high) names += std::string(member.key()) + ' ';
  EXPECT_EQ(names, "$schema score raw model_version served_from calibration_method ");
  EXPECT_EQ(high.at("served_from"), "tenant");
  EXPECT_EQ(high.at("model_version"), 1);
  const auto low = s.predict(R"({"features":{"x":-0.9,"tier":"gold","new":[1]}})").object();
  EXPECT_GT(high.at("score").as_double(), low.at("score").as_double());
}

TEST(Scoring, ExplainsItsRawScore) {
  Scoring s;
  ASSERT_EQ(s.train(rows(200)).status, 200);
  const auto answer = s.predict(R"({"features":{"x":0.9},"explain":true})").object();
  double sum = answer.at("explanation").at("expected").as_double();
  for (const auto& part : answer.at("explanation").at("contributions").as_array())
    sum += part.at("value").to_number<double>();
  EXPECT_NEAR(sum, answer.at("raw").as_double(), 1e-9);
}

TEST(Scoring, TellsTheRateInTheErrorModel) {
  Stores stores;
  api::Settings settings;
  settings.rate_limit = 1;
  Server limited(stores, {}, settings);
  limited.world.keys.add_in_memory("sk_shop", {"shop", service::Role::admin});
  const Headers headers{{"authorization", "Bearer sk_shop"}, {"host", "127.0.0.1:8091"}};
  Answer answer;
  for (int i = 0; i < 50 && answer.status != 429; ++i) answer = limited.get(base_path + "models", headers);
  EXPECT_EQ(told(answer), R"("title":"Too Many Requests","status":429,"detail":"past the rate limit of this caller"})");
  EXPECT_EQ(std::ranges::count(answer.headers, "Retry-After", &std::pair<std::string, std::string>::first), 1);
}

TEST(Scoring, SeesNoOtherProjectsModels) {
  Scoring s;
  ASSERT_EQ(s.train(rows(60)).status, 200);
  EXPECT_EQ(s.server.post(base_path + "predict", R"({"features":{}})", s.others).status, 404);
  EXPECT_TRUE(s.server.get(base_path + "models", s.others).object().at("models").as_array().empty());
}

TEST(Scoring, ListsServesAndExportsVersions) {
  Scoring s;
  ASSERT_EQ(s.train(rows(60)).status, 200);
  ASSERT_EQ(s.train(rows(90)).status, 200);
  const auto models = s.server.get(base_path + "models", s.headers).object().at("models").as_array();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].at("version"), 2);
  EXPECT_EQ(models[0].at("features").at("tier"), "category");
  EXPECT_EQ(models[0].at("reliability").as_array().size(), 10U);
  EXPECT_EQ(s.server.post(base_path + "models/1/serve", "", s.headers).status, 200);
  EXPECT_EQ(s.predict(R"({"features":{}})").object().at("model_version"), 1);
  const auto bytes = s.server.get(base_path + "models/1/export", s.headers);
  EXPECT_TRUE(scoring::decode(bytes.body));
  EXPECT_EQ(bytes.content_type, "application/octet-stream");
  const auto trees = s.server.get(base_path + "models/1/export?format=catboost_json", s.headers);
  EXPECT_TRUE(trees.object().contains("oblivious_trees"));
  EXPECT_EQ(s.server.get(base_path + "models/1/export?format=onnx", s.headers).locations(), "query.format");
}

TEST(Scoring, ServesTheModelsOfTheStoreAfterARestart) {
  Scoring s;
  ASSERT_EQ(s.train(rows(60)).status, 200);
  Server again(s.stores);
  again.world.keys.add_in_memory("sk_shop", {"shop", service::Role::admin});
  ASSERT_TRUE(again.scoring.load());
  const std::string row = R"({"features":{"x":0.3}})";
  EXPECT_EQ(again.post(base_path + "predict", row, s.headers).body, s.predict(row).body);
}

TEST(Scoring, IsAJobForWhoWouldRatherNotWait) {
  Scoring s;
  s.headers["prefer"] = "respond-async";
  const auto accepted = s.train(rows(60));
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  EXPECT_EQ(accepted.header("Preference-Applied"), "respond-async");
  const auto where = accepted.header("Location");
  for (int i = 0; i < 10'000 && s.server.get(where, s.headers).object().at("status") != "succeeded"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto job = s.server.get(where, s.headers).object();
  EXPECT_EQ(job.at("status"), "succeeded");
  EXPECT_EQ(job.at("type"), "train_scoring");
  EXPECT_EQ(job.at("result").at("model_version"), 1);
  EXPECT_EQ(s.predict(R"({"features":{}})").status, 200);
}

TEST(Scoring, EndsATrainingWhoseCallerHasLeft) {
  Scoring s;
  EXPECT_TRUE(s.server.router.watches("POST", base_path + "train"));
  EXPECT_FALSE(s.server.router.watches("POST", base_path + "predict"));
  http::Request request;
  request.method = "POST";
  request.path = base_path + "train";
  request.headers.assign(s.headers.begin(), s.headers.end());
  request.remote = "127.0.0.1";
  request.body = rows(2'000, 1'000);
  const auto left = std::make_shared<std::atomic<bool>>(false);
  request.left = left;
  std::promise<int> status;
  s.server.router.handle(std::move(request), [&](http::Response response) { status.set_value(response.status); });
  *left = true;
  EXPECT_GE(status.get_future().get(), 400);
  EXPECT_EQ(s.predict(R"({"features":{}})").status, 404) << "nothing was kept";
}

TEST(Scoring, AnswersWhoWaitsWhenItsJobIsCancelled) {
  Scoring s;
  auto waiting = s.server.start("POST", base_path + "train", rows(2'000, 1'000), s.headers);
  std::string id;
  for (int i = 0; i < 10'000 && id.empty(); ++i) {
    const auto jobs = s.server.get("/api/v1/jobs", s.headers).object().at("jobs").as_array();
    if (!jobs.empty()) id = jobs[0].at("job_id").as_string();
  }
  EXPECT_EQ(s.server.post("/api/v1/jobs/" + id + "/cancel", "", s.headers).status, 200);
  EXPECT_GE(waiting.get().status, 400);
}

}  // namespace
}  // namespace proffer::tests
