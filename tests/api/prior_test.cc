// The global prior over HTTP: projects that trained answer for one that has not.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "api/server.h"
#include "base/random.h"
#include "calibration/metrics.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

const std::string lead_path = "/api/v1/builtin-agents/ml/lead/scoring/";

// People of one occupation, in the manner of UCI Adult: who earns much depends on age, hours and schooling, and a
// little on the occupation, which also moves all of them.
struct People {
  std::vector<json::object> features;
  std::vector<std::uint8_t> labels;
};
People people_of(int occupation, std::size_t n) {
  base::RandomStream chance(static_cast<std::uint64_t>(occupation), 7);
  constexpr const char* schools[] = {"HS-grad", "Some-college", "Bachelors", "Masters"};
  People out;
  for (std::size_t i = 0; i < n; ++i) {
    const auto school = chance.below(4);
    const double age = 20 + 45 * chance.uniform();
    const double hours = 25 + 3 * occupation + 30 * chance.uniform();
    const double z =
        0.06 * (age - 40) + 0.08 * (hours - 45) + 0.9 * static_cast<double>(school) - 1.5 + 0.1 * occupation;
    out.labels.push_back(chance.uniform() < 1 / (1 + std::exp(-z)));
    out.features.push_back({{"age", age},
                            {"hours", hours},
                            {"school", schools[school]},
                            {"desk", "desk " + std::to_string(occupation)},
                            {"field_" + std::to_string(occupation), 1}});
  }
  return out;
}

std::string training_of(const People& people) {
  json::array rows;
  for (std::size_t i = 0; i < people.labels.size(); ++i)
    rows.push_back({{"features", people.features[i]}, {"label", people.labels[i]}});
  return json::serialize(json::object{{"rows", std::move(rows)}, {"optimize_budget", 1}});
}

struct Projects {
  Stores stores;
  Server server{stores};

  Projects() {
    for (int i = 0; i < 8; ++i)
      server.world.keys.add_in_memory(key(i), {"project " + std::to_string(i), service::Role::admin});
  }
  static std::string key(int project) { return "sk_" + std::to_string(project); }
  static Headers headers(int project) { return {{"authorization", "Bearer " + key(project)}}; }

  void train(int project, const People& people) {
    const auto answer = server.post(lead_path + "train", training_of(people), headers(project));
    ASSERT_EQ(answer.status, 200) << answer.body;
    settle();
  }
  // Waits until no job is on its way.
  void settle() {
    using namespace std::chrono_literals;
    const auto end = std::chrono::steady_clock::now() + 120s;
    const auto busy = [&](const std::string& project) {
      const auto jobs = server.jobs.list(project, "", 100);
      return std::ranges::any_of(
          *jobs, [](const auto& job) { return job.at("status") == "queued" || job.at("status") == "running"; });
    };
    const auto any_busy = [&] {
      for (int i = 0; i < 8; ++i)
        if (busy("project " + std::to_string(i))) return true;
      return busy(store::every_project);
    };
    while (any_busy() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(5ms);
  }
  Answer predict(int project, const json::object& features) {
    return server.post(lead_path + "predict", json::serialize(json::object{{"features", features}}), headers(project));
  }
  double auc_of(int project, const People& people) {
    std::vector<double> scores;
    for (const auto& features : people.features)
      scores.push_back(predict(project, features).object().at("raw").as_double());
    return calibration::auc(scores, people.labels).value();
  }
};

// Decision 31's own test, on generated people: five projects, each of one occupation, and a sixth that trained nothing.
TEST(Prior, AnswersAnUnseenProjectNearlyAsWellAsAModelOfAllRows) {
  Projects projects;
  People all;
  for (int i = 0; i < 5; ++i) {
    const auto people = people_of(i, 400);
    projects.train(i, people);
    all.features.insert(all.features.end(), people.features.begin(), people.features.end());
    all.labels.insert(all.labels.end(), people.labels.begin(), people.labels.end());
  }
  const auto unseen = people_of(5, 500);
  const auto own = people_of(6, 400);
  all.features.insert(all.features.end(), own.features.begin(), own.features.end());
  all.labels.insert(all.labels.end(), own.labels.begin(), own.labels.end());

  EXPECT_EQ(projects.predict(5, unseen.features[0]).object().at("served_from"), "global");
  const double by_prior = projects.auc_of(5, unseen);
  projects.train(6, all);
  EXPECT_EQ(projects.predict(6, unseen.features[0]).object().at("served_from"), "tenant");
  EXPECT_GT(by_prior, projects.auc_of(6, unseen) - 0.02);
}

TEST(Prior, KnowsNothingThatFewProjectsKnow) {
  Projects projects;
  for (int i = 0; i < 3; ++i) projects.train(i, people_of(i, 60));
  const auto served = projects.server.scoring.find({store::every_project, "lead"});
  ASSERT_TRUE(served);
  std::vector<std::string> names;
  for (const auto& feature : served->scorer.model().schema) names.push_back(feature.name);
  EXPECT_EQ(names, (std::vector<std::string>{"age", "hours", "school"}));
}

TEST(Prior, ServesOnceEnoughProjectsTrained) {
  Projects projects;
  const auto someone = people_of(0, 1).features[0];
  for (int i = 0; i < 2; ++i) projects.train(i, people_of(i, 60));
  EXPECT_EQ(projects.predict(7, someone).status, 404);
  projects.train(0, people_of(0, 80));  // one of them again
  EXPECT_EQ(projects.predict(7, someone).status, 404);
  projects.train(2, people_of(2, 60));
  EXPECT_EQ(projects.predict(7, someone).status, 200);
  EXPECT_EQ(projects.predict(0, someone).object().at("served_from"), "tenant");
}

TEST(Prior, EndsWhenAProjectKeepsItsRowsOut) {
  Projects projects;
  const auto someone = people_of(0, 1).features[0];
  for (int i = 0; i < 3; ++i) projects.train(i, people_of(i, 60));
  EXPECT_EQ(projects.predict(7, someone).status, 200);
  const std::string path = "/api/v1/builtin-agents/ml/prior";
  const auto put = [&](const std::string& body) {
    return projects.server.call("PUT", path, body, Projects::headers(1));
  };
  EXPECT_EQ(projects.server.get(path, Projects::headers(1)).object().at("contributes"), true);
  EXPECT_EQ(put(R"({"contributes":"no"})").status, 422);
  EXPECT_EQ(put(R"({})").status, 422);
  EXPECT_EQ(put(R"({"contributes":false})").status, 200);
  projects.settle();
  EXPECT_EQ(projects.server.get(path, Projects::headers(1)).object().at("contributes"), false);
  EXPECT_EQ(projects.server.get(path, Projects::headers(0)).object().at("contributes"), true);
  EXPECT_EQ(projects.predict(7, someone).status, 404);
  projects.train(1, people_of(1, 60));  // still out
  EXPECT_EQ(projects.predict(7, someone).status, 404);
  EXPECT_EQ(put(R"({"contributes":true})").status, 200);
  projects.train(1, people_of(1, 60));
  EXPECT_EQ(projects.predict(7, someone).status, 200);
}

// As when another node withdraws it.
TEST(Prior, EndsInMemoryWhenItNoLongerServesInTheStore) {
  Projects projects;
  const auto someone = people_of(0, 1).features[0];
  for (int i = 0; i < 3; ++i) projects.train(i, people_of(i, 60));
  ASSERT_TRUE(store::ModelStore(projects.stores.documents).withdraw({store::every_project, "lead"}));
  EXPECT_EQ(projects.predict(7, someone).status, 200);
  ASSERT_TRUE(projects.server.scoring.load());
  EXPECT_EQ(projects.predict(7, someone).status, 404);
  EXPECT_EQ(projects.predict(0, someone).object().at("served_from"), "tenant");
}

TEST(Prior, ShowsNobodyItsVersions) {
  Projects projects;
  for (int i = 0; i < 3; ++i) projects.train(i, people_of(i, 60));
  const auto models = projects.server.get(lead_path + "models", Projects::headers(7)).object();
  EXPECT_TRUE(models.at("models").as_array().empty());
  EXPECT_EQ(projects.server.get(lead_path + "models/1/export", Projects::headers(7)).status, 404);
}

}  // namespace
}  // namespace proffer::tests
