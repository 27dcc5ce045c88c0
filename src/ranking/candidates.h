// Who may be shown: the eligible offers, each with the options that fit the context best.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandit/algorithm.h"
#include "decision/campaign.h"

namespace proffer::ranking {

// Whether some option of the offer fits the context.
bool any_fits(const decision::Campaign& campaign, const decision::Offer& offer, const decision::Context& context);

// What was learned, one entry an option id (LearnedArms gives exactly this).
struct ArmView {
  std::span<const double> alpha;
  std::span<const double> beta;
  std::span<const double> contacts;
  std::span<const double> accepted;
};

struct Request;  // decide.h

// The candidates of one decision and the memory that they lie in, used again by the next.
class CandidateSet {
 public:
  // A blank contextual value, on either side, matches every value. Specificity counts the variables that are equal and
  // not blank on both sides: of the options of one offer the most specific ones fit, among equals those with more
  // blanks, and one of these, drawn uniformly, speaks for the offer. No offers named: all are eligible.
  void gather(const decision::Campaign& campaign, const ArmView& arms, const Request& request);

  bandit::Candidates view() const;
  std::size_t size() const { return size_; }

  // The option that speaks for a candidate.
  decision::OptionId option(std::size_t candidate) const { return option_[speaker_[candidate]]; }
  // What the score of a candidate is multiplied with by its reward alone.
  double reward(std::size_t candidate) const { return reward_.empty() ? 1 : reward_[option(candidate)]; }

 private:
  void make_room(std::size_t options);
  void add_offer(const decision::Campaign& campaign, const decision::Offer& offer, const ArmView& arms,
                 const decision::Context& context, std::uint64_t seed);
  void add_fitting(std::span<const decision::Option> options, const ArmView& arms, const decision::Context& context);
  void add_arm(const decision::Option& option, const ArmView& arms);
  void add_values(const Request& request);

  std::size_t arms_ = 0;  // how many of the entries below are in use: one an arm,
  std::size_t size_ = 0;  // or one a candidate
  std::vector<double> alpha_;
  std::vector<double> beta_;
  std::vector<double> contacts_;
  std::vector<double> accepted_;
  std::vector<std::uint64_t> stream_;
  std::vector<decision::OptionId> option_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> speaker_;
  std::vector<double> value_;               // with a model, or values from elsewhere
  std::vector<double> scale_;               // where scores count differently
  std::vector<std::string_view> eligible_;  // sorted
  std::span<const double> reward_;          // of the request
  bool by_margin_ = false;
  bool scaled_ = false;
};

}  // namespace proffer::ranking
