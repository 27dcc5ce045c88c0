#include "ranking/candidates.h"

#include <algorithm>
#include <optional>

#include "base/random.h"

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

// How well an option fits: more is better; nothing when it does not.
std::optional<int> fit(const decision::Context& wanted, const decision::Context& offered) {
  if (offered.one.empty() && offered.two.empty()) return 2;
  const VariableFit one = fit(wanted.one, offered.one);
  const VariableFit two = fit(wanted.two, offered.two);
  if (!one.matches || !two.matches) return std::nullopt;
  return 3 * (one.specific + two.specific) + one.blank + two.blank;
}

}  // namespace

void CandidateSet::gather(const decision::Campaign& campaign, const ArmView& arms, const decision::Context& context,
                          std::span<const std::string> eligible_offers, std::uint64_t seed) {
  for (auto* values : {&alpha_, &beta_, &contacts_, &accepted_}) values->clear();
  stream_.clear();
  option_.clear();
  speaker_.clear();
  first_.assign(1, 0);
  eligible_.assign(eligible_offers.begin(), eligible_offers.end());
  std::ranges::sort(eligible_);
  for (const decision::Offer& offer : campaign.offers) {
    if (!eligible_.empty() && !std::ranges::binary_search(eligible_, std::string_view(offer.name))) continue;
    add_offer(campaign, offer, arms, context, seed);
  }
}

void CandidateSet::add_offer(const decision::Campaign& campaign, const decision::Offer& offer, const ArmView& arms,
                             const decision::Context& context, std::uint64_t seed) {
  const auto options = std::span(campaign.options).subspan(offer.first, offer.count);
  const std::uint32_t first = first_.back();
  int best = -1;
  for (const decision::Option& option : options) {
    const auto fits = fit(context, option.context);
    if (!fits || *fits < best) continue;
    if (*fits > best) option_.resize(first);
    best = *fits;
    option_.push_back(static_cast<decision::OptionId>(&option - campaign.options.data()));
  }
  if (best < 0) return;
  for (std::size_t i = first; i < option_.size(); ++i) {
    const decision::Option& option = campaign.options[option_[i]];
    add_arm(option, arms);
    option_[i] = option.id;
  }
  const auto last = static_cast<std::uint32_t>(option_.size());
  const std::uint32_t fitting = last - first;
  const std::uint64_t drawn = fitting == 1 ? 0 : base::RandomStream(seed, stream_[first] ^ speaker_key).below(fitting);
  speaker_.push_back(first + static_cast<std::uint32_t>(drawn));
  first_.push_back(last);
}

void CandidateSet::add_arm(const decision::Option& option, const ArmView& arms) {
  alpha_.push_back(arms.alpha[option.id]);
  beta_.push_back(arms.beta[option.id]);
  contacts_.push_back(arms.contacts[option.id]);
  accepted_.push_back(arms.accepted[option.id]);
  stream_.push_back(option.stream);
}

bandit::Candidates CandidateSet::view() const {
  return {alpha_, beta_, contacts_, accepted_, stream_, first_, speaker_};
}

}  // namespace proffer::ranking
