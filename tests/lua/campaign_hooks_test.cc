// Hooks within decisions: what they change, what is recorded of it, and what a replay makes of that.
#include "service/campaign_hooks.h"

#include <gmock/gmock.h>

#include "service/result_text.h"

#include "service/world.h"
#include "support.h"

namespace proffer::tests {
namespace {

class CampaignHooks : public testing::Test {
 protected:
  CampaignHooks() { stores.hooks = engine.get(); }

  void put(const std::string& source, World& in, const std::string& campaign = "c") {
    const auto put = in.define.put_hooks("default", campaign, source, {});
    ASSERT_TRUE(put) << put.error().message;
  }

  // Decides with the default request but for what is given.
  static base::Result<service::Decided> decide(World& in, std::uint32_t asked = 2, const std::string& params = "{}") {
    service::DecideRequest request;
    request.campaign = "c";
    request.asked = asked;
    request.customer = "anna";
    request.in_params = params;
    request.params = object_of(params);
    EXPECT_TRUE(service::read_parameters(request.params, request));
    return in.decided(request);
  }

  static json::array results(const service::Decided& decided) {
    std::string text;
    service::append_final_result(text, decided.record, *decided.definition);
    return document::parse_json(text).value().as_array();
  }

  static std::vector<std::string> offers(const service::Decided& decided) {
    std::vector<std::string> out;
    for (const auto& shown : decided.record.shown) out.push_back(decided.definition->option(shown.option)->offer);
    return out;
  }

  static void expect_reproduced(World& in, const service::Decided& decided) {
    const auto replayed = in.replay.run("default", decided.record.uuid);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_EQ(replayed->differences, std::vector<std::string>{});
  }

  base::SystemClock clock;
  std::unique_ptr<service::HookEngine> engine = adapters::make_lua_engine(clock);
  Stores stores;
};

TEST_F(CampaignHooks, ThatChangeNothingLeaveNoTrace) {
  World world(stores);
  world.campaign("c", {"a", "b", "d"});
  put("function pre_score(request) end function post_score(result, request) return result end", world);
  const auto made = decide(world);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->record.gathered, "{}");
  EXPECT_EQ(made->record.method, decision::PropensityMethod::quadrature);
  expect_reproduced(world, *made);
}

TEST_F(CampaignHooks, PreScoreIsToldTheRequest) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("function pre_score(r) assert(r.campaign == 'c' and r.customer == 'anna' and r.channel == 'api' and "
      "r.numberoffers == 2 and r.params.basket == 12.5 and r.context.one == 'x' and r.context.two == '' and "
      "r.datetime:sub(1, 10) == '2024-12-20' and r.eligible_offers == nil and next(r.features) == nil) end",
      world);
  const auto made = decide(world, 2, R"({"basket": 12.5, "contextual_variable_one": "x"})");
  EXPECT_TRUE(made) << made.error().message;
}

TEST_F(CampaignHooks, PreScoreChangesContextFeaturesEligibleOffersAndEpsilon) {
  World world(stores);
  world.campaign("c", {"a", "b", "d"});
  put("function pre_score(r) return {context = {one = 'young', two = 7}, features = {age = 31}, "
      "eligible_offers = {'b', 'd'}, epsilon = 0} end",
      world);
  const auto made = decide(world, 3);
  ASSERT_TRUE(made) << made.error().message;
  const auto gathered = service::parse_gathered(made->record.gathered).value();
  EXPECT_EQ(gathered.context, (decision::Context{"young", "7"}));
  EXPECT_EQ(gathered.features.at("age"), json::value(31));
  EXPECT_EQ(gathered.epsilon, 0.0);
  EXPECT_THAT(offers(*made), testing::UnorderedElementsAre("b", "d"));
  expect_reproduced(world, *made);
}

TEST_F(CampaignHooks, PreScoreOnlyNarrowsTheOffers) {
  World world(stores);
  world.campaign("c", {"a", "b", "d"});
  put("function pre_score(r) return {eligible_offers = {'a', 'b'}} end", world);
  EXPECT_EQ(offers(*decide(world, 3, R"({"eligible_offers": {"b": 1, "d": 1}})")), std::vector<std::string>{"b"});
  const auto none = decide(world, 3, R"({"eligible_offers": {"d": 1}})");
  EXPECT_EQ(offers(*none), std::vector<std::string>{});
  expect_reproduced(world, *none);
}

TEST_F(CampaignHooks, AHookMayReturnTheWholeRequestChangedInPlaces) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("function pre_score(r) r.context.one = r.params.segment return r end", world);
  const auto made = decide(world, 1, R"({"segment": "old"})");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(service::parse_gathered(made->record.gathered)->context.one, "old");
}

TEST_F(CampaignHooks, WhatPreScoreMayNotChangeIsAnError) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  const auto said = [&](const std::string& body) {
    put("function pre_score(r) " + body + " end", world);
    const auto made = decide(world);
    return made ? std::string("nothing") : made.error().message;
  };
  const std::string begin = "a hook of campaign 'c' failed: pre_score: ";
  EXPECT_EQ(said("r.customer = 'bob' return r"),
            begin + "customer cannot be changed; context, features, eligible_offers and epsilon can");
  EXPECT_EQ(said("return {unknown = 1}"),
            begin + "unknown cannot be changed; context, features, eligible_offers and epsilon can");
  EXPECT_EQ(said("return {epsilon = 1.5}"), begin + "epsilon must be a number from 0 to 1");
  EXPECT_EQ(said("return {context = 'x'}"), begin + "context must be a table with one and two");
  EXPECT_EQ(said("return {eligible_offers = 'a'}"), begin + "eligible_offers must be names of offers");
  EXPECT_EQ(said("return {eligible_offers = {1}}"), begin + "eligible_offers must be names of offers");
  EXPECT_EQ(said("return 3"), begin + "must return a table with names, or nothing");
  EXPECT_EQ(stores.log.committed(), 9) << "two records of the campaign and seven of its hooks: nothing was decided";
}

TEST_F(CampaignHooks, RewardsMultiplyScoresAndWeighContacts) {
  World world(stores);
  ASSERT_TRUE(world.define.put_campaign("default", "c", {}, {}));
  ASSERT_TRUE(world.define.change_offers("default", "c", rows_of(R"([{"offer": "a", "tier": "gold", "price": 3},
      {"offer": "b", "tier": "basic"}, {"offer": "d", "tier": "gold"}])"),
                                         {}, {}));
  put("function reward(offer, request) if offer.tier == 'gold' then return 1000, 2 end end", world);
  const auto made = decide(world, 3);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(offers(*made).back(), "b") << "a factor of 1000 is hardly ever made up for";
  for (const auto& shown : made->record.shown) {
    const bool gold = made->definition->option(shown.option)->offer != "b";
    EXPECT_EQ(shown.reward, gold ? 1000 : 1);
    EXPECT_EQ(shown.learning_reward, gold ? 2 : 1);
  }
  expect_reproduced(world, *made);
  EXPECT_EQ(results(*made)[0].at("result").at("arm_reward").to_number<double>(), made->record.shown[0].score * 1000);
}

TEST_F(CampaignHooks, RewardsMayBeATableAndMustBePositive) {
  World world(stores);
  world.campaign("c", {"a"});
  put("function reward() return {reward = 4, learning_reward = 0.5} end", world);
  const auto made = decide(world);
  EXPECT_EQ(made->record.shown[0].reward, 4);
  EXPECT_EQ(made->record.shown[0].learning_reward, 0.5);
  for (const auto* wrong : {"0", "-1", "'x'", "1e10", "1, 0", "1, 1001", "{reward = 0}"}) {
    put("function reward() return " + std::string(wrong) + " end", world);
    const auto refused = decide(world);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_NE(refused.error().message.find("of offer 'a' must be a number above 0"), std::string::npos)
        << refused.error().message;
  }
}

TEST_F(CampaignHooks, PostScoreAddsMembersThatAreRecorded) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("function post_score(result, request) for i, one in ipairs(result.final_result) do "
      "one.result_full.label = one.result.offer .. ' for ' .. request.customer; one.result_full['a \"b\"'] = {i} end "
      "return result end",
      world);
  const auto made = decide(world);
  ASSERT_TRUE(made) << made.error().message;
  const auto shown = results(*made);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(shown[i].at("result_full").at("label"), json::value(offers(*made)[i] + " for anna"));
    EXPECT_EQ(shown[i].at("result_full").at("a \"b\""), json::value(json::array{i + 1}));
  }
  EXPECT_EQ(made->record.method, decision::PropensityMethod::quadrature) << "the order is as it was";
  expect_reproduced(world, *made);
}

TEST_F(CampaignHooks, PostScoreChangesOnlyWhatItMay) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  const auto said = [&](const std::string& body) {
    put("function post_score(r) " + body + " return r end", world);
    const auto made = decide(world);
    EXPECT_TRUE(made) << made.error().message;
    return made->failed ? made->failed->message : "nothing";
  };
  const std::string begin = "a hook of campaign 'c' failed: post_score: ";
  EXPECT_EQ(said("r.final_result[1].result_full.score = 9"), begin + "result_full.score cannot be changed");
  EXPECT_EQ(said("r.final_result[1].result.offer = 'z'"),
            begin + "final_result[1] has no result.offer that was in the slate");
  EXPECT_EQ(said("r.final_result[2].rank = 1"), begin + "rank cannot be changed");
  EXPECT_EQ(said("r.final_result[2] = r.final_result[1]"), begin + "final_result[2] stands there twice");
  EXPECT_EQ(said("table.remove(r.final_result)"),
            begin + "changes the offers or their order; a source that does so must say changes_slate = true");
  EXPECT_EQ(said("r.final_result[1].result_full.x = ('x'):rep(70000)"), begin + "adds more than 65536 bytes");
  EXPECT_EQ(said("r.final_result = nil"), begin + "must return a table with the array final_result, or nothing");
}

// Two offers alike, of which the hook puts "a" first whenever it is there: P(a first) = 1.
TEST_F(CampaignHooks, APropensityOfAChangedSlateIsCountedFromRedraws) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("changes_slate = true function post_score(r) table.sort(r.final_result, function(x, y) "
      "return x.result.offer < y.result.offer end) return r end",
      world);
  for (int i = 0; i < 5; ++i) {
    const auto made = decide(world);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(offers(*made), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(made->record.method, decision::PropensityMethod::draws);
    EXPECT_EQ(made->record.propensity_draws, base::limits::hook_redraws + 1);
    for (const auto& shown : made->record.shown) EXPECT_EQ(shown.slot_propensity, 1);
    expect_reproduced(world, *made);
  }
}

// Three offers alike, two shown, and the second one dropped: P(a shown offer) = 1/3. Of 201 draws a share within four
// standard deviations, 0.13: false alarm in one of 16,000 runs, and the seed is fixed.
TEST_F(CampaignHooks, OffersThatAreDroppedAreNoContacts) {
  World world(stores);
  world.campaign("c", {"a", "b", "d"});
  put("changes_slate = true function post_score(r) table.remove(r.final_result) return r end", world);
  const auto made = decide(world);
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->record.shown.size(), 1);
  EXPECT_NEAR(made->record.shown[0].slot_propensity, 1.0 / 3, 0.13);
  EXPECT_EQ(made->record.shown[0].slate_propensity, made->record.shown[0].slot_propensity);
  const auto arms = ArmValues(world.campaigns.find("default", "c")->learned.arms);
  EXPECT_EQ(arms.contacts[0] + arms.contacts[1] + arms.contacts[2], 1);
  expect_reproduced(world, *made);
}

TEST_F(CampaignHooks, AnEmptySlateMayBeLeft) {
  World world(stores);
  world.campaign("c", {"a"});
  put("changes_slate = true function post_score(r) return {final_result = {}} end", world);
  const auto made = decide(world);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->failed);
  EXPECT_TRUE(made->record.shown.empty());
  expect_reproduced(world, *made);
}

TEST_F(CampaignHooks, AFailureOfPostScoreIsRecordedWithoutOffers) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("function post_score(r)\n  error('no tariff')\nend", world);
  const auto made = decide(world);
  ASSERT_TRUE(made);
  ASSERT_TRUE(made->failed);
  EXPECT_EQ(made->failed->kind, base::ErrorKind::hook_failed);
  EXPECT_EQ(made->failed->message, "a hook of campaign 'c' failed: post_score, line 2: no tariff");
  EXPECT_TRUE(made->record.shown.empty());
  expect_reproduced(world, *made);
  EXPECT_NE(world.metrics.text().find(R"(proffer_hook_errors_total{campaign="c",hook="post_score"} 1)"),
            std::string::npos);
}

TEST_F(CampaignHooks, ACampaignMayGoOnWithoutAHookThatFails) {
  World world(stores);
  world.campaign("c", {"a", "b"}, R"({"hook_failure": "continue"})");
  put("function pre_score() error('one') end function reward() error('two') end function post_score() error('three') "
      "end",
      world);
  const auto made = decide(world);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->failed);
  EXPECT_EQ(made->record.shown.size(), 2);
  const auto gathered = service::parse_gathered(made->record.gathered).value();
  EXPECT_EQ(gathered.hooks->errors,
            (std::vector<std::string>{"pre_score, line 1: one", "reward, line 1: two", "post_score, line 1: three"}));
  expect_reproduced(world, *made);
  for (const auto* hook : {"pre_score", "reward", "post_score"}) {
    EXPECT_NE(
        world.metrics.text().find(std::string("proffer_hook_errors_total{campaign=\"c\",hook=\"") + hook + "\"} 1"),
        std::string::npos);
  }
}

TEST_F(CampaignHooks, OfAFailedRequestTheErrorIsGivenAndCounted) {
  World world(stores);
  world.campaign("c", {"a"});
  put("function pre_score()\n while true do end end", world);
  const auto refused = decide(world);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "a hook of campaign 'c' failed: pre_score, line 2: more than 1000000 instructions");
  EXPECT_NE(world.metrics.text().find(R"(proffer_hook_errors_total{campaign="c",hook="pre_score"} 1)"),
            std::string::npos);
}

TEST_F(CampaignHooks, BelongToAVersionAndSurviveARestart) {
  std::optional<service::Decided> first, second, third;
  {
    World world(stores);
    world.campaign("c", {"a", "b", "d"});
    put("function pre_score(r) return {eligible_offers = {'a'}} end "
        "function post_score(r) r.final_result[1].result_full.by = 'first' return r end",
        world);
    first.emplace(*decide(world));
    put("function post_score(r) r.final_result[1].result_full.by = 'second' return r end", world);
    second.emplace(*decide(world));
    ASSERT_TRUE(world.define.put_campaign("default", "c", object_of(R"({"deployment_epsilon": 0.5})"), {}));
    EXPECT_EQ(results(*decide(world))[0].at("result_full").at("by"), "second") << "an edit keeps the hooks";
  }
  World world(stores);
  EXPECT_EQ(results(*decide(world))[0].at("result_full").at("by"), "second");
  ASSERT_TRUE(world.define.delete_hooks("default", "c", {}));
  third.emplace(*decide(world));
  EXPECT_FALSE(results(*third)[0].at("result_full").as_object().contains("by"));
  EXPECT_EQ(offers(*first), std::vector<std::string>{"a"});
  for (const auto& decided : {*first, *second, *third}) expect_reproduced(world, decided);
  EXPECT_EQ(world.define.delete_hooks("default", "c", {}).error().kind, base::ErrorKind::not_found);
  const auto versions = service::load_hook_versions(stores.documents, first->record.campaign).value();
  ASSERT_EQ(versions.size(), 2);
  EXPECT_EQ(versions[0].at("version").to_number<int>(), 3) << "the campaign, its offers, its hooks";
}

TEST_F(CampaignHooks, AStoreWithHooksIsOpenedWithoutLuaAndNobodyDecidesAsIfThereWereNone) {
  {
    World world(stores);
    world.campaign("c", {"a"});
    put("function pre_score() end", world);
  }
  stores.hooks = nullptr;
  World world(stores);
  EXPECT_EQ(decide(world).error().message,
            "a hook of campaign 'c' failed: this program was built without Lua, and takes no hooks");
  EXPECT_EQ(world.define.put_hooks("default", "c", "", {}).error().kind, base::ErrorKind::unsupported);
}

TEST_F(CampaignHooks, AnAnswerGivenAgainHasWhatPostScoreAdded) {
  World world(stores);
  world.campaign("c", {"a", "b"}, R"({"offer_cache_ms": 60000})");
  put("function post_score(r) r.final_result[1].result_full.label = 'x' return r end", world);
  const auto first = decide(world);
  const auto again = decide(world);
  ASSERT_TRUE(again->record.cached_from);
  EXPECT_EQ(results(*again)[0].at("result_full").at("label"), "x");
  expect_reproduced(world, *again);
}

TEST_F(CampaignHooks, ThatDoNotCompileChangeNothing) {
  World world(stores);
  world.campaign("c", {"a"});
  const auto before = world.campaigns.find("default", "c")->current()->campaign.version;
  const auto refused = world.define.put_hooks("default", "c", "function pre_score(\nend", {});
  EXPECT_EQ(refused.error().message, "body: line 2: <name> or '...' expected near 'end'");
  EXPECT_EQ(world.campaigns.find("default", "c")->current()->campaign.version, before);
  EXPECT_EQ(world.define.put_hooks("default", "none", "", {}).error().kind, base::ErrorKind::not_found);
  service::Expected other;
  other.if_match = "\"x\"";
  EXPECT_EQ(world.define.put_hooks("default", "c", "", other).error().kind, base::ErrorKind::precondition);
}

TEST_F(CampaignHooks, ADryRunRunsThemAndRecordsNothing) {
  World world(stores);
  world.campaign("c", {"a", "b"});
  put("function post_score(r) r.final_result[1].result_full.label = 'x' return r end", world);
  const auto before = stores.log.committed();
  service::DecideRequest request;
  request.campaign = "c";
  request.dry_run = true;
  const auto made = world.decided(request);
  EXPECT_EQ(results(*made)[0].at("result_full").at("label"), "x");
  EXPECT_EQ(stores.log.committed(), before);
}

}  // namespace
}  // namespace proffer::tests
