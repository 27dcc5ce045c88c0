// Campaigns for tests, from one line an option.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "decision/campaign.h"
#include "ranking/decide.h"

namespace proffer::ranking {

struct TestOption {
  std::string offer;
  decision::Context context = {};
  double contacts = 0;
  double accepted = 0;
};

// Options of one offer stand together. Option ids run against the order, so that nobody takes an index for an id.
struct TestCampaign {
  explicit TestCampaign(const std::vector<TestOption>& options, std::string_view approach = "binaryThompson") {
    const std::size_t n = options.size();
    for (auto* values : {&alpha, &beta, &contacts, &accepted}) values->resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto id = static_cast<decision::OptionId>(n - 1 - i);
      decision::Option option;
      option.id = id;
      option.offer = options[i].offer;
      option.context = options[i].context;
      option.stream = std::hash<std::string>{}(option.offer + "|" + option.context.one + "|" + option.context.two);
      if (campaign.offers.empty() || campaign.offers.back().name != option.offer) {
        campaign.offers.push_back({option.offer, static_cast<std::uint32_t>(i), 0});
      }
      ++campaign.offers.back().count;
      campaign.options.push_back(option);
      contacts[id] = options[i].contacts;
      accepted[id] = options[i].accepted;
      alpha[id] = 1 + options[i].accepted;
      beta[id] = 1 + options[i].contacts - options[i].accepted;
    }
    campaign.option_ids = static_cast<decision::OptionId>(n);
    policy = (*bandit::find_algorithm(approach, ""))->make(campaign);
  }

  Slate decide(const Request& request) { return ranking::decide(campaign, *policy, view(), request, scratch); }
  ArmView view() const { return {alpha, beta, contacts, accepted}; }

  // The names of the shown offers in rank order.
  std::vector<std::string> names(const Slate& slate) const {
    std::vector<std::string> result;
    for (const auto& shown : slate.shown) result.push_back(option(shown.option).offer);
    return result;
  }

  const decision::Option& option(decision::OptionId id) const {
    return campaign.options[campaign.options.size() - 1 - id];
  }

  decision::Campaign campaign;
  std::vector<double> alpha, beta, contacts, accepted;  // by option id
  std::unique_ptr<bandit::Policy> policy;
  Scratch scratch;
};

}  // namespace proffer::ranking
