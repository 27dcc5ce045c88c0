// Recorded propensities are the frequencies with which decisions really come out, over many seeds.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "ranking/campaigns.h"

namespace proffer::ranking {
namespace {

constexpr int decisions = 40'000;

struct Case {
  std::string name;
  std::vector<TestOption> options;
  decision::Context context = {};
  double deployment_epsilon = 0;
  double model_epsilon = 0;
};

std::vector<Case> cases() {
  const std::vector<TestOption> young{{"a", {}, 10, 2}, {"b", {}, 4, 0}, {"c", {}, 7, 2}, {"d"}, {"e"}};
  const std::vector<TestOption> mature{
      {"a", {}, 9'000, 80}, {"b", {}, 12'000, 100}, {"c", {}, 7'000, 70}, {"d", {}, 9'000, 82}};
  const std::vector<TestOption> ties{{"a", {}, 10, 2}, {"b", {}, 5, 1}, {"c", {}, 20, 4}, {"d", {}, 20, 1}, {"e"}};
  const std::vector<TestOption> contexts{{"a", {"x", ""}, 10, 2}, {"a", {"y", ""}, 30, 3}, {"b", {}, 9, 1},
                                         {"c", {"x", ""}, 5, 1},  {"c", {"z", ""}},        {"d"}};
  return {{"young", young},
          {"mature", mature},
          {"ties", ties},
          {"deployment epsilon", young, {}, 0.3, 0},
          {"both epsilons", ties, {}, 0.1, 0.3},
          {"mixtures", contexts, {"", "q"}, 0, 0},
          {"mixtures and epsilons", contexts, {}, 0.2, 0.1}};
}

// What came out, and what was said about it each time that it came out; the propensity of an offer in a place does not
// depend on who else is shown, so that it must be said the same each time.
struct Tally {
  std::map<std::pair<std::string, std::size_t>, double> seen;
  std::map<std::pair<std::string, std::size_t>, double> slot;
  std::map<std::string, double> seen_anywhere;
  std::map<std::string, double> slate;
};

Tally run(TestCampaign& campaign, const Case& setting) {
  Tally tally;
  Request request{.context = setting.context, .asked = 3, .deployment_epsilon = setting.deployment_epsilon};
  for (int i = 0; i < decisions; ++i) {
    request.seed = base::mix64(static_cast<std::uint64_t>(i) + 12'345);
    const Slate slate = campaign.decide(request);
    for (std::size_t place = 0; place < slate.shown.size(); ++place) {
      const auto& shown = slate.shown[place];
      const std::string& offer = campaign.option(shown.option).offer;
      ++tally.seen[{offer, place}];
      ++tally.seen_anywhere[offer];
      const auto slot = tally.slot.emplace(std::pair{offer, place}, shown.slot_propensity).first;
      const auto anywhere = tally.slate.emplace(offer, shown.slate_propensity).first;
      EXPECT_NEAR(slot->second, shown.slot_propensity, 1e-7);
      EXPECT_NEAR(anywhere->second, shown.slate_propensity, 1e-7);
    }
  }
  return tally;
}

// Chi-square of one place over the offers that were seen there. Never seen ones must have had little chance.
double chi_square_of_place(const Tally& tally, std::size_t place, int& degrees, double& unsaid) {
  double chi = 0;
  unsaid = 1;
  for (const auto& [key, count] : tally.seen) {
    if (key.second != place) continue;
    const double p = tally.slot.at(key);
    unsaid -= p;
    if (p * decisions < 10) continue;  // too few for the approximation
    chi += (count - p * decisions) * (count - p * decisions) / (p * decisions);
    ++degrees;
  }
  return chi;
}

// Wilson and Hilferty: a chi-square of d degrees of freedom exceeds this with a chance of about 3e-7 (five sigma).
// Seven cases, two algorithms, three places: a correct program fails one time in 80,000 choices of seeds.
double chi_limit(int degrees) {
  const double d = std::max(1, degrees);
  return d * std::pow(1 - 2 / (9 * d) + 5 * std::sqrt(2 / (9 * d)), 3);
}

void check(const Case& setting, std::string_view approach) {
  SCOPED_TRACE(setting.name + " " + std::string(approach));
  TestCampaign campaign(setting.options, approach);
  campaign.campaign.model_epsilon = setting.model_epsilon;
  const Tally tally = run(campaign, setting);
  for (std::size_t place = 0; place < 3; ++place) {
    int degrees = 0;
    double unsaid = 0;
    const double chi = chi_square_of_place(tally, place, degrees, unsaid);
    EXPECT_LT(chi, chi_limit(degrees)) << "place " << place;
    EXPECT_NEAR(unsaid, 0, 1e-3) << "the chances of a place sum to 1 but for what was never seen";
  }
  for (const auto& [offer, count] : tally.seen_anywhere) {  // five standard deviations: 6e-7 each, about 70 of them
    const double p = tally.slate.at(offer);
    EXPECT_NEAR(count, p * decisions, 5 * std::sqrt(decisions * p * (1 - p)) + 1e-3 * (p > 1 - 1e-6)) << offer;
  }
}

TEST(PropensityStatistics, ThompsonSlatesComeOutAsOftenAsRecorded) {
  for (const Case& setting : cases()) check(setting, "binaryThompson");
}

TEST(PropensityStatistics, GreedySlatesComeOutAsOftenAsRecorded) {
  for (const Case& setting : cases()) check(setting, "epsilonGreedy");
}

}  // namespace
}  // namespace proffer::ranking
