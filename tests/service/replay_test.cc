#include <gmock/gmock.h>

#include <random>

#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using testing::IsEmpty;

// Campaigns of every kind: context mixtures, both epsilons, decay, caps and windows.
class Traffic {
 public:
  explicit Traffic(std::uint64_t seed) : random_(seed), stores_(seed), world_(std::make_unique<World>(stores_)) {
    define("mixed", R"({"deployment_epsilon": 0.2, "randomisation": {"epsilon": 0.1, "decay_gamma": 1.5}})");
    define("greedy", R"({"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.3, "processing_count": 20}})");
    define("capped", R"({"randomisation": {"interaction_count": 2, "processing_window": 90000, "fail_reward": 1}})");
    define("plain", R"({"propensities": false})");
  }

  void run(int decisions) {
    for (int i = 0; i < decisions; ++i) {
      decide();
      if (random_() % 3 == 0) respond();
      if (random_() % 50 == 0) edit();
      stores_.clock.advance(std::chrono::milliseconds(random_() % 2000));
    }
  }

  void disturb() {
    run(200);
    for (const auto* name : names) world_->define.change_offers("default", name, offers_named({"z"}), {}, {});
    ASSERT_TRUE(world_->learning.recompute_all());
    ASSERT_TRUE(world_->learning.save_checkpoints(1));
    ASSERT_TRUE(world_->define.delete_campaign("default", "mixed", {}));
    world_->campaign("mixed", {"a"});
    world_ = std::make_unique<World>(stores_);
  }

  World& world() { return *world_; }
  std::vector<decision::DecisionRecord> made;

 private:
  static constexpr const char* names[] = {"mixed", "greedy", "capped", "plain"};

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void define(const std::string& name, std::string_view document) {
    ASSERT_TRUE(world_->define.put_campaign("default", name, object_of(document), {}));
    change_offers(name);
  }

  // Offers with options in no, in one and in two contexts; some have two options that fit equally well.
  void change_offers(const std::string& name) {
    std::vector<json::object> rows;
    for (int offer = 0; offer < 6; ++offer) {
      const std::string text = "offer" + std::to_string(offer);
      if (below(5) == 0) continue;
      if (below(3) == 0) rows.push_back({{"offer", text}, {"alpha_zero", 1 + 0.5 * double(below(4))}});
      rows.push_back({{"offer", text}, {"contextual_variable_one", "x"}});
      rows.push_back({{"offer", text}, {"contextual_variable_two", "y"}});
      if (below(2) == 0)
        rows.push_back({{"offer", text}, {"contextual_variable_one", "x"}, {"contextual_variable_two", "y"}});
    }
    ASSERT_TRUE(world_->define.change_offers("default", name, rows, {}, {}));
  }

  void edit() {
    const std::string name = names[below(4)];
    if (below(2) == 0) return change_offers(name);
    auto document = service::show_campaign(*world_->campaigns.find("default", name)->current());
    document.erase("project");
    document["randomisation"].as_object()["decay_gamma"] = 1 + 0.25 * double(below(4));
    document["deployment_epsilon"] = 0.1 * double(below(4));
    const auto stored = world_->define.put_campaign("default", name, document, {});
    ASSERT_TRUE(stored) << stored.error().message;
  }

  void decide() {
    json::object params;
    if (below(2) == 0) params["contextual_variable_one"] = below(2) == 0 ? "x" : "other";
    if (below(2) == 0) params["contextual_variable_two"] = "y";
    if (below(4) == 0) params["eligible_offers"] = {{"offer1", 1}, {"offer2", 1}, {"offer3", 1}, {"gone", 1}};
    if (below(6) == 0) params["mab"] = {{"epsilon", 0.5}};
    service::DecideRequest request;
    request.campaign = names[below(4)];
    request.customer = "customer" + std::to_string(below(5));
    request.asked = static_cast<std::uint32_t>(1 + below(4));
    request.in_params = document::json_text(params);
    ASSERT_TRUE(service::read_parameters(params, request));
    const auto decided = world_->decided(request);
    ASSERT_TRUE(decided) << decided.error().message;
    made.push_back(decided->record);
    last_ = *decided;
  }

  void respond() {
    if (!last_ || last_->record.shown.empty()) return;
    ASSERT_TRUE(world_->responded(last_->record.uuid, {offer_at(*last_, 0)}));
  }

  std::mt19937_64 random_;
  Stores stores_;
  std::unique_ptr<World> world_;
  std::optional<service::Decided> last_;
};

TEST(Replay, ReproducesAThousandDecisionsAfterAllThatCameLater) {
  constexpr std::uint64_t seed = 20241220;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Traffic traffic(seed);
  traffic.run(1000);
  traffic.disturb();
  std::size_t shown = 0, explored = 0, explored_by_model = 0;
  for (std::size_t i = 0; i < 1000 && !testing::Test::HasFailure(); ++i) {
    const auto& record = traffic.made[i];
    const auto replayed = traffic.world().replay.run("default", record.uuid);
    ASSERT_TRUE(replayed) << i << ": " << replayed.error().message;
    EXPECT_THAT(replayed->differences, IsEmpty()) << "decision " << i;
    shown += record.shown.size();
    explored += record.explore ? 1 : 0;
    explored_by_model += record.explore_model ? 1 : 0;
  }
  EXPECT_GT(shown, 1500U);  // the traffic was what it claims to be
  EXPECT_GT(explored, 20U);
  EXPECT_GT(explored_by_model, 20U);
}

TEST(Replay, SaysWhatDiffersWhenTheRecordDoesNotFit) {
  Stores stores;
  World world(stores);
  world.campaign("spring", {"a", "b", "c"});
  auto forged = world.decided("spring", 2).record;
  const auto reservation = stores.log.reserve();
  forged.uuid = base::make_uuid(reservation->time, 7);
  forged.shown[0].score = 2;
  stores.log.append(*reservation, forged, [](const base::Status&) {});
  ASSERT_TRUE(stores.log.flush());
  const auto replayed = world.replay.run("default", forged.uuid);
  ASSERT_TRUE(replayed);
  EXPECT_FALSE(replayed->differences.empty());
}

TEST(Replay, RefusesImportedAndUnknownDecisions) {
  Stores stores;
  World world(stores);
  world.campaign("spring", {"a"});
  const auto rows = rows_of(R"([{"offer": "a", "datetime": "2024-01-01T00:00:00Z"}])");
  ASSERT_TRUE(world.import_decisions.run("default", "spring", rows, std::nullopt));
  const auto last = world.entries().back();
  const auto imported = world.replay.run("default", std::get<decision::DecisionRecord>(last.record).uuid);
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().kind, ErrorKind::invalid);
  EXPECT_THAT(imported.error().message, testing::HasSubstr("imported"));
  EXPECT_EQ(world.replay.run("default", base::make_uuid(stores.clock.now(), 1)).error().kind, ErrorKind::not_found);
}

TEST(Replay, ReadsParametersNestedAsDeeplyAsARequestMay) {
  Stores stores;
  World world(stores);
  world.campaign("spring", {"a"});
  service::DecideRequest request;
  request.in_params = R"({"deep":)" + std::string(60, '[') + std::string(60, ']') + "}";
  const auto made = world.decided(request);
  ASSERT_TRUE(made);
  const auto replayed = world.replay.run("default", made->record.uuid);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_THAT(replayed->differences, IsEmpty());
}

}  // namespace
}  // namespace proffer::tests
