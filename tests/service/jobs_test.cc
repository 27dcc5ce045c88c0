#include "service/jobs.h"

#include <gtest/gtest.h>

#include <future>

#include "base/scoring_limits.h"
#include "service/collections.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using service::Jobs;

struct JobWorld {
  Stores& stores;
  World world{stores};
  Jobs jobs{world.ports, workers};
  base::Workers workers{1, 2};  // ends first

  explicit JobWorld(Stores& s) : stores(s) {}

  std::string start(Jobs::Work work, const std::string& project = "default") {
    auto job = jobs.start(project, "train_scoring", {{"use_case", "churn"}}, std::move(work));
    return job ? std::string(job->at("job_id").as_string()) : "refused: " + job.error().message;
  }
  // Works until it is cancelled; returns once it does.
  std::string start_endless() {
    const auto begun = std::make_shared<std::promise<void>>();
    const auto id = start([begun](Jobs::Run& run) -> base::Result<json::object> {
      begun->set_value();
      while (!run.cancelled()) std::this_thread::yield();
      return base::fail(ErrorKind::unavailable, "cancelled");
    });
    begun->get_future().wait();
    return id;
  }
  json::object job(const std::string& id) {
    auto found = jobs.get("default", id);
    return found ? *found : json::object{{"status", found.error().message}};
  }
  std::string status(const std::string& id) { return std::string(job(id).at("status").as_string()); }
  // The job once it has ended.
  json::object ended(const std::string& id) {
    for (int i = 0; i < 5'000; ++i) {
      if (auto found = job(id); found.at("status") != "queued" && found.at("status") != "running") return found;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return job(id);
  }
};

TEST(Jobs, TellTheirResult) {
  Stores stores;
  JobWorld w(stores);
  const auto id = w.start([](Jobs::Run& run) -> base::Result<json::object> {
    run.tell("searching", 40);
    return json::object{{"auc", 0.8}};
  });
  const auto job = w.ended(id);
  EXPECT_EQ(job.at("status"), "succeeded") << json::serialize(job);
  EXPECT_EQ(job.at("result"), json::value({{"auc", 0.8}}));
  EXPECT_EQ(job.at("progress").at("pct"), 100);
  EXPECT_EQ(job.at("type"), "train_scoring");
  EXPECT_EQ(job.at("params"), json::value({{"use_case", "churn"}}));
  for (const char* hidden : {"_id", "beat", "cancel_asked"}) EXPECT_FALSE(job.contains(hidden)) << hidden;
}

TEST(Jobs, TellWhyTheyFailed) {
  Stores stores;
  JobWorld w(stores);
  const auto id =
      w.start([](Jobs::Run&) -> base::Result<json::object> { return base::fail_field("body.rows", "one class"); });
  const auto job = w.ended(id);
  EXPECT_EQ(job.at("status"), "failed");
  EXPECT_EQ(job.at("error"), "body.rows: one class");
  EXPECT_EQ(w.jobs.cancel("default", id).error().kind, ErrorKind::conflict);
}

TEST(Jobs, EndSoonAfterTheyWereCancelled) {
  Stores stores;
  JobWorld w(stores);
  const auto id = w.start_endless();
  const auto waiting = w.start([](Jobs::Run&) -> base::Result<json::object> { return json::object{}; });
  ASSERT_TRUE(w.jobs.cancel("default", waiting));
  EXPECT_EQ(w.status(id), "running");
  ASSERT_TRUE(w.jobs.cancel("default", id));
  EXPECT_EQ(w.ended(id).at("status"), "cancelled");
  EXPECT_EQ(w.ended(waiting).at("status"), "cancelled");
}

TEST(Jobs, HearThatAnotherNodeCancelledThem) {
  Stores stores;
  JobWorld w(stores);
  JobWorld other(stores);
  const auto id = w.start_endless();
  ASSERT_TRUE(other.jobs.cancel("default", id));
  ASSERT_TRUE(w.jobs.keep());
  EXPECT_EQ(w.ended(id).at("status"), "cancelled");
}

TEST(Jobs, OfAnotherProjectAreNotThere) {
  Stores stores;
  JobWorld w(stores);
  const auto id = w.start([](Jobs::Run&) -> base::Result<json::object> { return json::object{}; }, "shop");
  EXPECT_EQ(w.jobs.get("default", id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(w.jobs.cancel("default", id).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(w.jobs.list("default", "", 10)->empty());
  EXPECT_EQ(w.jobs.list("shop", "", 10)->size(), 1u);
}

TEST(Jobs, AreListedInPagesNewestFirst) {
  Stores stores;
  JobWorld w(stores);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    stores.clock.advance(std::chrono::milliseconds{5});
    ids.push_back(w.start([](Jobs::Run&) -> base::Result<json::object> { return json::object{}; }));
    w.ended(ids.back());
  }
  const auto first = w.jobs.list("default", "", 2);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ((*first)[0].at("job_id"), json::value(ids[4]));
  const auto second = w.jobs.list("default", ids[3], 10);
  ASSERT_EQ(second->size(), 3u);
  EXPECT_EQ((*second)[2].at("job_id"), json::value(ids[0]));
}

TEST(Jobs, PastTheQueueAreRefusedAndLeaveNothing) {
  Stores stores;
  JobWorld w(stores);
  std::promise<void> begun, go_on;
  const auto go = go_on.get_future().share();
  const auto first = w.start([&begun, go](Jobs::Run&) -> base::Result<json::object> {
    begun.set_value();
    go.wait();
    return json::object{};
  });
  begun.get_future().wait();
  const auto quick = [](Jobs::Run&) -> base::Result<json::object> { return json::object{}; };
  w.start(quick);
  w.start(quick);
  EXPECT_EQ(w.jobs.start("default", "t", {}, quick).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(w.jobs.list("default", "", 10)->size(), 3u);
  go_on.set_value();
  EXPECT_EQ(w.ended(first).at("status"), "succeeded");
}

TEST(Jobs, ThatTheEndOfTheProgramCutOffAreToldAsFailed) {
  Stores stores;
  std::string id;
  {
    World world(stores);
    id = "00000000-0000-7000-8000-000000000000";
    ASSERT_TRUE(world.ports.documents.insert(
        service::collections::jobs,
        {{"_id", "default/" + id}, {"job_id", id}, {"type", "t"}, {"status", "running"}, {"beat", 5}}));
  }
  JobWorld w(stores);
  ASSERT_TRUE(w.jobs.keep());
  EXPECT_EQ(w.status(id), "failed");
}

TEST(Jobs, OnlySoManyAreKept) {
  Stores stores;
  JobWorld w(stores);
  for (std::size_t i = 0; i < base::limits::jobs_per_project + 3; ++i) {
    stores.clock.advance(std::chrono::milliseconds{1});
    w.ended(w.start([](Jobs::Run&) -> base::Result<json::object> { return json::object{}; }));
  }
  EXPECT_EQ(w.jobs.list("default", "", 10'000)->size(), base::limits::jobs_per_project);
}

TEST(Jobs, EndWithTheProgram) {
  Stores stores;
  JobWorld w(stores);
  const auto id = w.start_endless();
  w.jobs.stop();
  EXPECT_EQ(w.ended(id).at("status"), "cancelled");
  EXPECT_EQ(w.jobs.start("default", "t", {}, {}).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace proffer::tests
