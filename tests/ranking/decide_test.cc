#include "ranking/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ranking/campaigns.h"

namespace proffer::ranking {
namespace {

using decision::PropensityMethod;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(Decide, EqualArgumentsGiveTheEqualSlate) {
  TestCampaign a({{"x", {}, 20, 3}, {"y", {}, 9, 1}, {"z"}, {"w"}});
  TestCampaign b = TestCampaign({{"x", {}, 20, 3}, {"y", {}, 9, 1}, {"z"}, {"w"}});
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    const Slate first = a.decide({.asked = 3, .seed = seed});
    EXPECT_EQ(first.shown, b.decide({.asked = 3, .seed = seed}).shown);
    EXPECT_EQ(first.shown, a.decide({.asked = 3, .seed = seed}).shown);
  }
}

TEST(Decide, FewerEligibleThanAskedGiveAShorterSlate) {
  TestCampaign campaign({{"x"}, {"y"}});
  const Slate slate = campaign.decide({.asked = 10, .seed = 1});
  EXPECT_THAT(campaign.names(slate), UnorderedElementsAre("x", "y"));
  EXPECT_EQ(slate.eligible, 2u);
  for (const auto& shown : slate.shown) EXPECT_NEAR(shown.slate_propensity, 1, 1e-9);
}

TEST(Decide, WhatIsCertainHasAPropensityOfExactlyOne) {
  for (const char* approach : {"binaryThompson", "epsilonGreedy"}) {
    for (const double epsilon : {0.0, 0.1, 0.3, 1.0}) {
      TestCampaign three({{"x", {}, 20, 3}, {"y", {}, 900, 1}, {"z"}}, approach);
      three.campaign.model_epsilon = 0.07;
      for (std::uint64_t seed = 1; seed < 20; ++seed) {
        for (const auto& shown : three.decide({.asked = 3, .deployment_epsilon = epsilon, .seed = seed}).shown) {
          EXPECT_EQ(shown.slate_propensity, 1);
          EXPECT_LE(shown.slot_propensity, 1);
        }
      }
      TestCampaign one({{"x", {}, 20, 3}}, approach);
      const Slate alone = one.decide({.asked = 3, .deployment_epsilon = epsilon, .seed = 1});
      EXPECT_EQ(alone.shown[0].slot_propensity, 1);
      EXPECT_EQ(alone.shown[0].slate_propensity, 1);
      EXPECT_EQ(alone.method, PropensityMethod::closed_form);
    }
  }
}

TEST(Decide, NobodyEligibleGivesAnEmptySlate) {
  TestCampaign campaign({{"x"}, {"y"}});
  const Slate slate =
      campaign.decide({.eligible_offers = {"nobody"}, .asked = 2, .deployment_epsilon = 0.5, .seed = 1});
  EXPECT_TRUE(slate.shown.empty());
  EXPECT_EQ(slate.eligible, 0u);
  EXPECT_EQ(slate.method, PropensityMethod::none);
}

TEST(Decide, OnlyEligibleOffersAreShown) {
  TestCampaign campaign({{"x"}, {"y"}, {"z"}});
  const Slate slate = campaign.decide({.eligible_offers = {"z", "x", "x", "other"}, .asked = 3, .seed = 4});
  EXPECT_THAT(campaign.names(slate), UnorderedElementsAre("x", "z"));
  EXPECT_NEAR(slate.shown[0].slot_propensity, 0.5, 1e-9);
}

TEST(Decide, AnOfferThatIsNotEligibleChangesNoOtherDraw) {
  TestCampaign all({{"x"}, {"y"}, {"z"}, {"w", {"other", ""}}});
  TestCampaign two({{"x"}, {"z"}});
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    std::map<std::string, double> scores;
    const Slate few = all.decide({.context = {"a", ""}, .eligible_offers = {"x", "z"}, .asked = 2, .seed = seed});
    for (const auto& shown : few.shown) scores[all.option(shown.option).offer] = shown.score;
    for (const auto& shown : two.decide({.asked = 2, .seed = seed}).shown) {
      EXPECT_EQ(scores.at(two.option(shown.option).offer), shown.score);
    }
  }
}

TEST(Decide, ScoresAreProbabilitiesInDescendingOrder) {
  TestCampaign campaign({{"x", {}, 20, 3}, {"y", {}, 9, 1}, {"z"}, {"w"}});
  const Slate slate = campaign.decide({.asked = 4, .seed = 9});
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GT(slate.shown[i].score, 0);
    EXPECT_LT(slate.shown[i].score, i == 0 ? 1 : slate.shown[i - 1].score);
  }
}

TEST(Decide, ShortSlatesAreTheBeginningOfLongOnes) {
  std::vector<TestOption> options;
  for (int i = 0; i < 90; ++i) options.push_back({"offer " + std::to_string(i), {}, i % 7 * 10.0, i % 3 * 1.0});
  for (const char* approach : {"binaryThompson", "epsilonGreedy"}) {
    TestCampaign campaign(options, approach);
    for (std::uint64_t seed = 1; seed < 30; ++seed) {
      const auto all = campaign.names(campaign.decide({.asked = 90, .seed = seed, .propensities = false}));
      EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 90u);
      for (const std::uint32_t asked : {1u, 3u, 32u, 33u}) {
        const auto few = campaign.names(campaign.decide({.asked = asked, .seed = seed, .propensities = false}));
        EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin(), all.begin() + asked)) << asked << " " << seed;
      }
    }
  }
}

TEST(Decide, PropensitiesCanBeSwitchedOff) {
  TestCampaign campaign({{"x"}, {"y"}});
  const Slate slate = campaign.decide({.asked = 1, .seed = 1, .propensities = false});
  EXPECT_EQ(slate.method, PropensityMethod::none);
  EXPECT_EQ(slate.shown[0].slot_propensity, 0);
}

TEST(Decide, TellsWhatTheSpeakingArmHadLearned) {
  TestCampaign campaign({{"x", {}, 20, 3}, {"y", {}, 9, 1}});
  for (const auto& shown : campaign.decide({.asked = 2, .seed = 1}).shown) {
    const bool x = campaign.option(shown.option).offer == "x";
    EXPECT_EQ(shown.contacts, x ? 20 : 9);
    EXPECT_EQ(shown.accepted, x ? 3 : 1);
  }
}

TEST(Decide, NominatesTheLargestObservedTakeUp) {
  TestCampaign campaign({{"x", {}, 20, 4}, {"y", {}, 10, 2}, {"z", {}, 30, 5}, {"w"}});
  for (const auto& shown : campaign.decide({.asked = 4, .seed = 1}).shown) {
    const std::string& offer = campaign.option(shown.option).offer;
    EXPECT_EQ(shown.nominated, offer == "x" || offer == "y") << offer;
  }
}

TEST(Decide, NominatesAllWhenNoneHasContacts) {
  TestCampaign campaign({{"x"}, {"y"}});
  for (const auto& shown : campaign.decide({.asked = 2, .seed = 1}).shown) EXPECT_TRUE(shown.nominated);
}

TEST(Decide, DeploymentEpsilonOfOneRanksUniformly) {
  TestCampaign campaign({{"x", {}, 1000, 900}, {"y", {}, 1000, 1}, {"z", {}, 1000, 1}});
  const Slate slate = campaign.decide({.asked = 2, .deployment_epsilon = 1, .seed = 3});
  EXPECT_TRUE(slate.explore);
  EXPECT_FALSE(slate.explore_model);
  EXPECT_EQ(slate.method, PropensityMethod::closed_form);
  for (const auto& shown : slate.shown) {
    EXPECT_DOUBLE_EQ(shown.slot_propensity, 1.0 / 3);
    EXPECT_DOUBLE_EQ(shown.slate_propensity, 2.0 / 3);
  }
}

TEST(Decide, EpsilonsMixIntoPropensitiesAsWhatTheyAre) {
  TestCampaign campaign({{"x", {}, 20, 3}, {"y", {}, 9, 1}, {"z"}});
  const Slate pure = campaign.decide({.asked = 2, .seed = 3});
  campaign.campaign.model_epsilon = 0.25;
  Slate mixed;
  std::uint64_t seed = 3;
  for (;; ++seed) {  // until the same slate comes
    mixed = campaign.decide({.asked = 2, .deployment_epsilon = 0.1, .seed = seed});
    if (campaign.names(mixed) == campaign.names(pure)) break;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(mixed.shown[i].slot_propensity, 0.1 / 3 + 0.9 * (0.25 / 3 + 0.75 * pure.shown[i].slot_propensity),
                1e-12);
    EXPECT_NEAR(mixed.shown[i].slate_propensity, 0.2 / 3 + 0.9 * (0.5 / 3 + 0.75 * pure.shown[i].slate_propensity),
                1e-12);
  }
}

// 10,000 decisions; five standard deviations are 150 and 217: a chance of 6e-7 each.
TEST(Decide, EpsilonsHitAsOftenAsTheySay) {
  TestCampaign campaign({{"x"}, {"y"}});
  campaign.campaign.model_epsilon = 0.25;
  int explore = 0;
  int explore_model = 0;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    const Slate slate = campaign.decide({.deployment_epsilon = 0.1, .seed = seed, .propensities = false});
    explore += slate.explore;
    explore_model += slate.explore_model;
    EXPECT_FALSE(slate.explore && slate.explore_model);
  }
  EXPECT_NEAR(explore, 1'000, 150);
  EXPECT_NEAR(explore_model, 2'250, 209);
}

// Four equal take-ups: each is first as often, chi-square with 3 degrees of freedom below 30.7 but for 1e-6.
TEST(Decide, TiesAreBrokenUniformly) {
  TestCampaign campaign({{"a", {}, 5, 1}, {"b", {}, 10, 2}, {"c", {}, 15, 3}, {"d", {}, 5, 1}, {"e", {}, 9, 1}},
                        "epsilonGreedy");
  std::map<std::string, double> first;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) ++first[campaign.names(campaign.decide({.seed = seed}))[0]];
  EXPECT_EQ(first.count("e"), 0u);
  double chi = 0;
  for (const auto& [offer, count] : first) chi += (count - 5'000) * (count - 5'000) / 5'000;
  EXPECT_LT(chi, 30.7);
}

// Context: the rules of which option speaks.
TEST(DecideContext, TheMostSpecificOptionSpeaks) {
  TestCampaign campaign({{"x"}, {"x", {"gold", ""}}, {"x", {"gold", "app"}}, {"x", {"silver", "app"}}, {"y"}});
  const auto spoken = [&](const decision::Context& context) {
    for (const auto& shown : campaign.decide({.context = context, .asked = 2, .seed = 1}).shown) {
      const auto& option = campaign.option(shown.option);
      if (option.offer == "x") return option.context.one + "/" + option.context.two;
    }
    return std::string("none");
  };
  EXPECT_EQ(spoken({"gold", "app"}), "gold/app");
  EXPECT_EQ(spoken({"gold", "web"}), "gold/");
  EXPECT_EQ(spoken({"bronze", "app"}), "/");
  EXPECT_EQ(spoken({"", ""}), "/") << "blank in the request matches all; among equals the one with blanks";
  EXPECT_EQ(spoken({"gold", ""}), "gold/");
  EXPECT_EQ(spoken({"silver", ""}), "silver/app");
}

TEST(DecideContext, OffersWithoutAFittingOptionAreNotEligible) {
  TestCampaign campaign({{"x", {"gold", ""}}, {"y", {"", "app"}}});
  EXPECT_THAT(campaign.names(campaign.decide({.context = {"silver", "app"}, .asked = 2, .seed = 1})), ElementsAre("y"));
  EXPECT_EQ(campaign.decide({.context = {"silver", "web"}, .asked = 2, .seed = 1}).eligible, 0u);
}

TEST(DecideContext, AnOfferStandsOnceInASlate) {
  TestCampaign campaign({{"x", {"a", ""}}, {"x", {"b", ""}}, {"x", {"c", ""}}, {"y"}});
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    EXPECT_THAT(campaign.names(campaign.decide({.asked = 4, .seed = seed})), UnorderedElementsAre("x", "y"));
  }
}

// 9,000 decisions, three options: chi-square with 2 degrees of freedom below 27.6 but for 1e-6.
TEST(DecideContext, EquallyFittingOptionsSpeakUniformly) {
  TestCampaign campaign({{"x", {"a", ""}}, {"x", {"b", ""}}, {"x", {"c", ""}}});
  std::map<std::string, double> speaks;
  for (std::uint64_t seed = 1; seed <= 9'000; ++seed) {
    ++speaks[campaign.option(campaign.decide({.seed = seed}).shown[0].option).context.one];
  }
  double chi = 0;
  for (const auto& [option, count] : speaks) chi += (count - 3'000) * (count - 3'000) / 3'000;
  EXPECT_EQ(speaks.size(), 3u);
  EXPECT_LT(chi, 27.6);
}

}  // namespace
}  // namespace proffer::ranking
