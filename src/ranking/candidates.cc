#include "ranking/candidates.h"

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "ranking/decide.h"

namespace proffer::ranking {
namespace {

constexpr std::uint64_t speaker_key = 0x94d049bb133111ebULL;

struct VariableFit {
  bool matches;
  int specific;  // 1: equal and not blank
  int blank;     // 1: the option leaves it open
};

VariableFit fit(const std::string& wanted, const std::string& offered) {
  if (offered.empty()) return {true, 0, 1};
  if (wanted.empty()) return {true, 0, 0};
  return {wanted == offered, 1, 0};
}

bool fits_all(const decision::Context& offered) { return offered.one.empty() && offered.two.empty(); }

// How well an option fits: more is better; nothing when it does not.
std::optional<int> fit(const decision::Context& wanted, const decision::Context& offered) {
  if (fits_all(offered)) return 2;
  const VariableFit one = fit(wanted.one, offered.one);
  const VariableFit two = fit(wanted.two, offered.two);
  if (!one.matches || !two.matches) return std::nullopt;
  return 3 * (one.specific + two.specific) + one.blank + two.blank;
}

}  // namespace

bool any_fits(const decision::Campaign& campaign, const decision::Offer& offer, const decision::Context& context) {
  const auto options = std::span(campaign.options).subspan(offer.first, offer.count);
  return std::ranges::any_of(options, [&](const auto& option) { return fit(context, option.context).has_value(); });
}

void CandidateSet::gather(const decision::Campaign& campaign, const ArmView& arms, const Request& request) {
  reward_ = request.reward;
  by_margin_ = campaign.constraints.rank_by == decision::RankBy::modified_offer_score;
  scaled_ = by_margin_ || !reward_.empty();
  make_room(campaign.options.size());
  eligible_.assign(request.eligible_offers.begin(), request.eligible_offers.end());
  std::ranges::sort(eligible_);
  for (std::size_t i = 0; i < campaign.offers.size(); ++i) {
    const auto& offer = campaign.offers[i];
    if (!request.left_out.empty() && request.left_out[i] != 0) continue;
    if (!eligible_.empty() && !std::ranges::binary_search(eligible_, std::string_view(offer.name))) continue;
    add_offer(campaign, offer, arms, request.context, request.seed);
  }
  add_values(request);
}

// What is known of each arm beside its contacts.
void CandidateSet::add_values(const Request& request) {
  value_.clear();
  if (!request.value.empty()) {
    for (std::size_t arm = 0; arm < arms_; ++arm) value_.push_back(request.value[option_[arm]]);
  } else if (request.model != nullptr) {
    value_.resize(arms_);
    request.model->predict(request.moment, std::span(option_).first(arms_), value_);
  }
}

// Room for all options that may become arms, so that adding one is storing its numbers.
void CandidateSet::make_room(std::size_t options) {
  arms_ = 0;
  size_ = 0;
  if (scaled_) scale_.resize(options);
  if (option_.size() >= options && !first_.empty()) return;
  for (auto* values : {&alpha_, &beta_, &contacts_, &accepted_}) values->resize(options);
  stream_.resize(options);
  option_.resize(options);
  speaker_.resize(options);
  first_.resize(options + 1);
}

void CandidateSet::add_offer(const decision::Campaign& campaign, const decision::Offer& offer, const ArmView& arms,
                             const decision::Context& context, std::uint64_t seed) {
  const std::size_t first = arms_;
  const auto options = std::span(campaign.options).subspan(offer.first, offer.count);
  if (options.size() == 1 && fits_all(options.front().context))
    add_arm(options.front(), arms);
  else
    add_fitting(options, arms, context);
  const std::size_t fitting = arms_ - first;
  if (fitting == 0) return;
  const std::uint64_t drawn = fitting == 1 ? 0 : base::RandomStream(seed, stream_[first] ^ speaker_key).below(fitting);
  speaker_[size_] = static_cast<std::uint32_t>(first + drawn);
  first_[++size_] = static_cast<std::uint32_t>(arms_);
}

// Of the options of one offer those that fit best.
void CandidateSet::add_fitting(std::span<const decision::Option> options, const ArmView& arms,
                               const decision::Context& context) {
  const std::size_t first = arms_;
  int best = -1;
  for (const decision::Option& option : options) {
    const auto fits = fit(context, option.context);
    if (!fits || *fits < best) continue;
    if (*fits > best) arms_ = first;
    best = *fits;
    add_arm(option, arms);
  }
}

void CandidateSet::add_arm(const decision::Option& option, const ArmView& arms) {
  alpha_[arms_] = arms.alpha[option.id];
  beta_[arms_] = arms.beta[option.id];
  contacts_[arms_] = arms.contacts[option.id];
  accepted_[arms_] = arms.accepted[option.id];
  stream_[arms_] = option.stream;
  option_[arms_] = option.id;
  if (scaled_) scale_[arms_] = (reward_.empty() ? 1 : reward_[option.id]) * (by_margin_ ? option.margin : 1);
  ++arms_;
}

bandit::Candidates CandidateSet::view() const {
  const auto of_arms = [&](const auto& values) { return std::span(values).first(arms_); };
  return {of_arms(alpha_),
          of_arms(beta_),
          of_arms(contacts_),
          of_arms(accepted_),
          of_arms(stream_),
          std::span(first_).first(size_ + 1),
          std::span(speaker_).first(size_),
          value_,
          scaled_ ? of_arms(scale_) : std::span<const double>{}};
}

}  // namespace proffer::ranking
