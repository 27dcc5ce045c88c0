#include <gtest/gtest.h>

#include "api/job_routes.h"
#include "api/server.h"

namespace proffer::tests {
namespace {

std::string quick_job(Server& server, const std::string& project = "default") {
  const auto job = server.jobs.start(project, "train_scoring", {{"use_case", "churn"}},
                                     [](service::Jobs::Run&) -> base::Result<json::object> { return json::object{}; });
  return std::string(job->at("job_id").as_string());
}

TEST(JobRoutes, TellOfAJob) {
  Stores stores;
  Server server(stores);
  const auto id = quick_job(server);
  const auto answer = server.get("/api/v1/jobs/" + id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.object().at("type"), "train_scoring");
  EXPECT_EQ(server.get("/api/v1/jobs/none").status, 404);
}

TEST(JobRoutes, ListJobsInPages) {
  Stores stores;
  Server server(stores);
  for (int i = 0; i < 3; ++i) quick_job(server);
  quick_job(server, "shop");
  const auto first = server.get("/api/v1/jobs?limit=2").object();
  EXPECT_EQ(first.at("jobs").as_array().size(), 2u);
  const std::string cursor(first.at("next_cursor").as_string());
  const auto second = server.get("/api/v1/jobs?limit=2&cursor=" + cursor).object();
  EXPECT_EQ(second.at("jobs").as_array().size(), 1u);
  EXPECT_FALSE(second.contains("next_cursor"));
  EXPECT_EQ(server.get("/api/v1/jobs?limit=0").status, 422);
  EXPECT_EQ(server.get("/api/v1/jobs?limit=201").locations(), "query.limit");
}

TEST(JobRoutes, CancelAJobThatRuns) {
  Stores stores;
  Server server(stores);
  const auto job = server.jobs.start("default", "t", {}, [](service::Jobs::Run& run) -> base::Result<json::object> {
    while (!run.cancelled()) std::this_thread::yield();
    return base::fail(base::ErrorKind::unavailable, "cancelled");
  });
  const std::string path = "/api/v1/jobs/" + std::string(job->at("job_id").as_string());
  EXPECT_EQ(server.post(path + "/cancel", "").status, 200);
  for (int i = 0; i < 5'000 && server.get(path).object().at("status") != "cancelled"; ++i) std::this_thread::yield();
  EXPECT_EQ(server.get(path).object().at("status"), "cancelled");
  EXPECT_EQ(server.post(path + "/cancel", "").status, 409);
}

bool prefers(std::string_view value) {
  http::Request request;
  request.headers = {{"prefer", std::string(value)}};
  return api::prefers_async(request);
}

TEST(JobRoutes, HearWhoWouldRatherNotWait) {
  EXPECT_TRUE(prefers("respond-async"));
  EXPECT_TRUE(prefers("wait=10, respond-async"));
  EXPECT_TRUE(prefers("respond-async ; x=1"));
  EXPECT_FALSE(prefers(""));
  EXPECT_FALSE(prefers("wait=10"));
  EXPECT_FALSE(prefers("respond-asynchronously"));
}

}  // namespace
}  // namespace proffer::tests
