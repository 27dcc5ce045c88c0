// Several nodes on one database: each folds its own records at once and takes in the others' between them.
#include "service/merging.h"

#include <gmock/gmock.h>

#include <random>

#include "service/world.h"
#include "store/merged_read.h"

namespace proffer::tests {
namespace {

using base::Micros;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Nodes {
 public:
  explicit Nodes(std::size_t count) {
    for (std::uint32_t node = 1; node <= count; ++node) {
      stores.push_back(std::make_unique<Stores>(shared, node));
      worlds.push_back(std::make_unique<World>(*stores.back()));
    }
  }
  World& operator[](std::size_t node) { return *worlds[node]; }

  void advance(Micros by) {
    for (const auto& one : stores) one->clock.advance(by);
  }
  void merge(std::size_t node) {
    const auto merged = worlds[node]->merging.run();
    EXPECT_TRUE(merged) << merged.error().message;
  }
  void merge_all() {
    for (std::size_t node = 0; node < worlds.size(); ++node) merge(node);
  }
  // Until every clock has passed every record, and nothing is recent any more.
  void settle() {
    for (int i = 0; i < 4; ++i) {
      advance(seconds{30});
      merge_all();
    }
  }
  // Sets all clocks to the time of the latest.
  base::Time synchronize() {
    base::Time latest;
    for (const auto& one : stores) latest = std::max(latest, one->clock.now());
    for (const auto& one : stores) one->clock.advance(latest - one->clock.now());
    return latest;
  }
  void restart(std::size_t node) {
    worlds[node].reset();
    worlds[node] = std::make_unique<World>(*stores[node]);
  }

  std::vector<decision::LogEntry> entries() {
    std::vector<decision::LogEntry> out;
    auto& log = stores.front()->log;
    EXPECT_TRUE(log.refresh());
    EXPECT_TRUE(store::read_merged(log, {}, log.ends(), [&](const decision::LogEntry& entry) {
      out.push_back(entry);
      return true;
    }));
    return out;
  }

  ArmValues arms(std::size_t node, const std::string& campaign, base::Time now) {
    const auto live = worlds[node]->campaigns.find("default", campaign);
    EXPECT_TRUE(live);
    const std::lock_guard lock(live->mutex);
    live->learned.arms.advance(now);
    return ArmValues(live->learned.arms);
  }
  ArmValues folded(std::size_t node, const std::string& campaign, base::Time now) {
    const auto definition = worlds[node]->campaigns.find("default", campaign)->current();
    auto state = service::nothing_folded(*definition);
    auto& log = stores[node]->log;
    EXPECT_TRUE(log.refresh());
    EXPECT_TRUE(service::fold_log(log, *definition, state, log.ends()));
    state.learned.arms.advance(now);
    return ArmValues(state.learned.arms);
  }

  SharedStores shared;
  std::vector<std::unique_ptr<Stores>> stores;
  std::vector<std::unique_ptr<World>> worlds;
};

TEST(Merging, AnotherNodesCampaignIsServed) {
  Nodes nodes(2);
  nodes[0].campaign("shop", {"a", "b"});
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  EXPECT_TRUE(nodes[1].campaigns.find("default", "shop"));
  EXPECT_EQ(nodes[1].decided("shop").record.shown.size(), 1u);
}

TEST(Merging, AnotherNodesChangeTakesEffect) {
  Nodes nodes(2);
  nodes[0].campaign("shop", {"a", "b"});
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  ASSERT_TRUE(
      nodes[1].define.change_offers("default", "shop", offers_named({"c"}), {.replace = false, .call = {}}, {}));
  nodes.advance(milliseconds{1});
  nodes.merge(0);
  EXPECT_EQ(nodes[0].decided("shop", 3).record.shown.size(), 3u);
  ASSERT_TRUE(nodes[0].define.put_campaign("default", "shop", object_of(R"({"randomisation":{"decay_gamma":2}})"), {}));
  nodes.advance(milliseconds{1});
  nodes.merge(1);
  EXPECT_EQ(nodes[1].campaigns.find("default", "shop")->current()->campaign.learning.decay_gamma, 2);
  ASSERT_TRUE(nodes[0].define.delete_campaign("default", "shop", {}));
  nodes.advance(milliseconds{1});
  nodes.merge(1);
  EXPECT_FALSE(nodes[1].campaigns.find("default", "shop"));
}

TEST(Merging, ADecisionOfOneNodeIsAnsweredOnAnother) {
  Nodes nodes(2);
  nodes[0].campaign("shop", {"a"});
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  const auto made = nodes[0].decided("shop");
  ASSERT_TRUE(nodes[1].responded(made.record.uuid, {"a"}));
  // Node 2 has not heard of the contact yet: its outcome waits for it.
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  const auto now = nodes.stores.front()->clock.now();
  EXPECT_EQ(nodes.arms(0, "shop", now).accepted[0], 1);
  EXPECT_EQ(nodes.arms(1, "shop", now).accepted[0], 1);
  EXPECT_EQ(nodes.arms(1, "shop", now).contacts[0], 1);
  // The same once more, on the other node.
  ASSERT_TRUE(nodes[0].responded(made.record.uuid, {"a"}));
  EXPECT_EQ(nodes.arms(0, "shop", now).accepted[0], 1);
}

TEST(Merging, AnOutcomeComesBehindItsDecisionWhateverTheClocksSay) {
  Nodes nodes(2);
  nodes[0].campaign("shop", {"a"});
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  nodes.stores[0]->clock.advance(seconds{1});
  const auto made = nodes[0].decided("shop");
  ASSERT_TRUE(nodes[1].responded(made.record.uuid, {"a"}));
  const auto entries = nodes.entries();
  EXPECT_TRUE(std::holds_alternative<decision::OutcomeRecord>(entries.back().record));
  EXPECT_GT(entries.back().time, made.time);
}

TEST(Merging, ACallIsKnownToEveryNode) {
  Nodes nodes(2);
  nodes[0].campaign("shop", {"a"});
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  service::DecideRequest request;
  request.campaign = "shop";
  request.call = decision::CallKey{"POST /invocations default", "key", 7};
  const auto made = nodes[0].decided(request);
  ASSERT_TRUE(made);
  const auto again = nodes[1].calls.begin(*request.call);
  ASSERT_TRUE(again && *again);
  EXPECT_EQ(std::get<decision::DecisionRecord>((*again)->record).uuid, made->record.uuid);
}

// Decision 19, counted by hand from all records: the window; of those the newest `count`; of those the newest `cap` of
// each customer; then decay along each customer's.
ArmValues counted(const std::vector<decision::LogEntry>& entries, std::size_t options, base::Time now, Micros window,
                  std::size_t count, std::size_t cap, double gamma) {
  struct Contact {
    std::string customer;
    bool accepted = false;
    base::Uuid uuid;
  };
  std::vector<std::vector<Contact>> newest_first(options);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const auto* made = std::get_if<decision::DecisionRecord>(&entry->record);
    if (made == nullptr || entry->time <= now - window) continue;
    for (const auto& shown : made->shown) newest_first[shown.option].push_back({made->customer, false, made->uuid});
  }
  for (const auto& entry : entries) {
    const auto* outcome = std::get_if<decision::OutcomeRecord>(&entry.record);
    if (outcome == nullptr) continue;
    for (const auto& accepted : outcome->accepted) {
      for (auto& contact : newest_first[accepted.option]) contact.accepted |= contact.uuid == outcome->decision;
    }
  }
  ArmValues out{bandit::LearnedArms(decision::LearningSettings{})};
  for (const auto& contacts : newest_first) {
    double weight = 0, accepted = 0;
    std::map<std::string, std::size_t> of;
    for (std::size_t i = 0; i < std::min(count, contacts.size()); ++i) {
      const auto earlier = of[contacts[i].customer]++;
      if (earlier >= cap) continue;
      const double one = std::pow(gamma, -static_cast<double>(earlier));
      weight += one;
      accepted += contacts[i].accepted ? one : 0;
    }
    out.contacts.push_back(weight);
    out.accepted.push_back(accepted);
    out.alpha.push_back(1 + accepted);
    out.beta.push_back(1 + 0.1 * (weight - accepted));
  }
  return out;
}

void expect_near(const std::vector<double>& one, const std::vector<double>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 1e-6) << i;
}

TEST(Merging, ThreeNodesAgreeWithACountByHand) {
  Nodes nodes(3);
  std::mt19937_64 random(7);
  nodes[0].campaign("shop", {"a", "b", "c"},
                    R"({"randomisation":{"approach":"binaryThompson","processing_window":2000,"processing_count":50,
                        "interaction_count":3,"decay_gamma":1.5}})");
  nodes.advance(milliseconds{1});
  nodes.merge_all();
  std::vector<base::Uuid> made;
  for (int step = 0; step < 3000; ++step) {
    const auto node = random() % 3;
    const auto dice = random() % 10;
    if (dice < 5) {
      const auto decided = nodes[node].decided("shop", 2, "c" + std::to_string(random() % 9));
      made.push_back(decided.record.uuid);
    } else if (dice < 8 && !made.empty()) {
      const auto newest = made.size() - 1 - random() % std::min<std::size_t>(made.size(), 20);
      static_cast<void>(nodes[node].responded(made[newest], {std::string(1, static_cast<char>('a' + random() % 3))}));
    } else if (dice < 9) {
      nodes.merge(node);
    }
    nodes.advance(Micros{random() % 5000});
    if (step % 500 != 499) continue;
    nodes.advance(milliseconds{1});
    nodes.merge_all();
    const auto now = nodes.stores.front()->clock.now();
    const auto expected = counted(nodes.entries(), 3, now, seconds{2}, 50, 3, 1.5);
    for (std::size_t each = 0; each < 3; ++each) {
      const auto arms = nodes.arms(each, "shop", now);
      expect_near(arms.contacts, expected.contacts);
      expect_near(arms.accepted, expected.accepted);
      expect_near(arms.alpha, expected.alpha);
      expect_near(arms.beta, expected.beta);
    }
  }
}

// Everything that nodes do, with clocks that differ, restarts, and one that is behind for a while: afterwards all have
// learned the same, which is what the logs say, and every decision replays on every node.
class RandomNodes : public testing::TestWithParam<std::uint64_t> {
 protected:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string name() { return below(2) == 0 ? "one" : "two"; }

  std::string settings() {
    constexpr std::int64_t windows[] = {0, 1'000, 3'600'000};
    constexpr int counts[] = {0, 3, 10};
    constexpr double decays[] = {1, 1, 2, 1.3};
    constexpr const char* approaches[] = {"binaryThompson", "epsilonGreedy", "naiveBayes", "QLearning"};
    json::object contextual;
    if (below(3) == 0) contextual["tracking_key"] = "household";
    json::array caps;
    if (below(2) == 0) caps.push_back({{"count", 3}, {"period", "5 minutes"}});
    return json::serialize(json::object{{"frequency_caps", caps},
                                        {"contextual_variables", contextual},
                                        {"offer_cache_ms", below(2) * 10'000},
                                        {"randomisation",
                                         {{"approach", approaches[below(4)]},
                                          {"processing_window", windows[below(3)]},
                                          {"processing_count", counts[below(3)]},
                                          {"interaction_count", counts[below(3)]},
                                          {"decay_gamma", decays[below(4)]}}}});
  }

  bool is_current(World& world, const std::string& campaign) {
    std::uint32_t newest = 0;
    for (std::size_t node = 0; node < nodes_.worlds.size(); ++node) {
      newest = std::max(newest, nodes_[node].campaigns.find("default", campaign)->current()->campaign.version);
    }
    return world.campaigns.find("default", campaign)->current()->campaign.version == newest;
  }

  void step() {
    const auto node = below(3);
    World& world = nodes_[node];
    const auto dice = below(100);
    if (dice < 45) {
      made_.push_back(world.decided(name(), 1 + static_cast<std::uint32_t>(below(3)), customer()).record.uuid);
    } else if (dice < 65) {
      if (made_.empty()) return;
      const auto recent = made_.size() - 1 - below(std::min<std::size_t>(made_.size(), 30));
      static_cast<void>(world.responded(made_[recent], {std::string(1, static_cast<char>('a' + below(3)))}));
    } else if (dice < 80) {
      nodes_.merge(node);
    } else if (dice < 90) {
      nodes_.advance(Micros{below(200'000)});
      nodes_.stores[below(3)]->clock.advance(Micros{below(2'000)});
    } else if (dice < 92) {
      nodes_.advance(seconds{3});
    } else {
      change(node, dice);
    }
  }

  std::string customer() { return "customer" + std::to_string(below(4)); }

  void change(std::size_t node, std::uint64_t dice) {
    World& world = nodes_[node];
    const auto campaign = name();
    const auto live = world.campaigns.find("default", campaign);
    if (dice < 95) {
      if (is_current(world, campaign)) edit(world, campaign);
    } else if (dice < 97) {
      EXPECT_TRUE(world.learning.recompute(*live));
    } else if (dice < 98) {
      EXPECT_TRUE(world.learning.save_checkpoints(1));
    } else if (dice < 99) {
      nodes_.restart(node);
    } else {  // the others go on: what this one writes next may be late
      for (std::size_t other = 0; other < 3; ++other) {
        if (other != node) nodes_.stores[other]->clock.advance(seconds{5});
        nodes_.merge(other);
      }
    }
  }

  void edit(World& world, const std::string& campaign) {
    if (below(3) == 0) {
      EXPECT_TRUE(world.define.regenerate("default", campaign, {.rebuild = true}));
    } else {
      EXPECT_TRUE(world.define.put_campaign("default", campaign, object_of(settings()), {}));
    }
  }

  void expect_agreement() {
    nodes_.settle();
    const auto now = nodes_.synchronize();  // looking at arms moves their window
    for (const std::string campaign : {"one", "two"}) {
      const auto said = nodes_.folded(0, campaign, now);
      for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_TRUE(is_current(nodes_[node], campaign));
        EXPECT_EQ(nodes_.arms(node, campaign, now), said) << campaign << " on node " << node + 1;
      }
    }
  }

  std::mt19937_64 random_{GetParam()};
  Nodes nodes_{3};
  std::vector<base::Uuid> made_;
};

TEST_P(RandomNodes, LearnTheSameAndReplayEachOther) {
  for (const auto* campaign : {"one", "two"}) nodes_[0].campaign(campaign, {"a", "b", "c"}, settings());
  nodes_.settle();
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 150; ++i) step();
    expect_agreement();
  }
  for (int i = 0; i < 60; ++i) {
    const auto replayed = nodes_[below(3)].replay.run("default", made_[below(made_.size())]);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_THAT(replayed->differences, testing::IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNodes, testing::Range<std::uint64_t>(1, 25));

}  // namespace
}  // namespace proffer::tests
