#include "ranking/decide.h"

#include <algorithm>
#include <numeric>

#include "bandit/scaled_scores.h"
#include "base/random.h"

namespace proffer::ranking {
namespace {

// Streams of a request that belong to no option.
constexpr std::uint64_t deployment_key = 1;
constexpr std::uint64_t model_key = 2;

// Seeds of an option's further streams, apart from the one that its score comes from.
constexpr std::uint64_t uniform_salt = 0xd6e8feb86659fd93ULL;
constexpr std::uint64_t tie_salt = 0xa0761d6478bd642fULL;

bool hit(double epsilon, std::uint64_t seed, std::uint64_t key) {
  return epsilon > 0 && base::RandomStream(seed, key).uniform() < epsilon;
}

void score_uniformly(const bandit::Candidates& candidates, std::uint64_t seed, std::span<double> scores) {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = base::RandomStream(seed ^ uniform_salt, candidates.stream[candidates.speaker[i]]).uniform();
  }
}

// Descending by score, equal ones by what the policy knows finer of them; then by a second number of their arms.
class Before {
 public:
  Before(const bandit::Candidates& candidates, std::span<const double> scores, std::uint64_t seed)
      : candidates_(candidates), scores_(scores), seed_(seed) {}

  // By scaled scores; `unscaled` are those that the policy gave.
  Before(const bandit::Candidates& candidates, std::span<const double> scaled, std::uint64_t seed,
         const bandit::Policy& policy, std::span<const double> unscaled)
      : candidates_(candidates), scores_(scaled), seed_(seed), policy_(&policy), unscaled_(unscaled) {}

  bool operator()(std::uint32_t a, std::uint32_t b) const {
    if (scores_[a] != scores_[b]) return scores_[a] > scores_[b];
    if (policy_ != nullptr) {
      const double finer_a = finer(a);
      const double finer_b = finer(b);
      if (finer_a != finer_b) return finer_a > finer_b;
    }
    const std::uint64_t tie_a = tie(a);
    const std::uint64_t tie_b = tie(b);
    return tie_a != tie_b ? tie_a > tie_b : a < b;
  }

 private:
  double finer(std::uint32_t candidate) const {
    return policy_->finer(unscaled_[candidate], candidates_.scale[candidates_.speaker[candidate]]);
  }
  std::uint64_t tie(std::uint32_t candidate) const {
    return base::RandomStream(seed_ ^ tie_salt, candidates_.stream[candidates_.speaker[candidate]]).next();
  }

  const bandit::Candidates& candidates_;
  std::span<const double> scores_;
  std::uint64_t seed_;
  const bandit::Policy* policy_ = nullptr;
  std::span<const double> unscaled_;
};

Before order_of(const bandit::Candidates& candidates, const bandit::Policy& policy, std::uint64_t seed, bool scaled,
                Scratch& scratch) {
  if (!scaled) return {candidates, scratch.scores, seed};
  scratch.scaled.resize(candidates.size());
  bandit::scale_scores(policy, candidates, scratch.scores, scratch.scaled);
  return {candidates, scratch.scaled, seed, policy, scratch.scores};
}

// The best of `candidates` by insertion: nearly all are compared with the last of the best only.
void insert_best(std::size_t candidates, const Before& before, std::span<std::uint32_t> best) {
  std::size_t found = 0;
  for (std::uint32_t candidate = 0; candidate < candidates; ++candidate) {
    if (found == best.size() && !before(candidate, best.back())) continue;
    std::size_t place = found < best.size() ? found++ : found - 1;
    for (; place > 0 && before(candidate, best[place - 1]); --place) best[place] = best[place - 1];
    best[place] = candidate;
  }
}

// The best candidates in rank order, `asked` or all.
std::span<const std::uint32_t> best(std::size_t asked, const Before& before, std::vector<std::uint32_t>& order) {
  constexpr std::size_t few = 32;
  const std::span<std::uint32_t> shown = std::span(order).first(std::min(asked, order.size()));
  if (shown.size() <= few) {
    if (!shown.empty()) insert_best(order.size(), before, shown);
    return shown;
  }
  std::iota(order.begin(), order.end(), 0U);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown.size()), order.end(), before);
  return shown;
}

double observed_take_up(double accepted, double contacts) { return contacts > 0 ? accepted / contacts : -1; }

// The largest take-up observed among those that speak; -1 when none has contacts, so that all equal it.
double largest_take_up(const bandit::Candidates& candidates) {
  double largest = -1;
  for (const std::uint32_t arm : candidates.speaker) {
    largest = std::max(largest, observed_take_up(candidates.accepted[arm], candidates.contacts[arm]));
  }
  return largest;
}

std::vector<decision::ShownOffer> describe(const CandidateSet& set, std::span<const std::uint32_t> shown) {
  const bandit::Candidates candidates = set.view();
  const double largest = largest_take_up(candidates);
  std::vector<decision::ShownOffer> offers(shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::uint32_t arm = candidates.speaker[shown[i]];
    offers[i].option = set.option(shown[i]);
    offers[i].contacts = candidates.contacts[arm];
    offers[i].accepted = candidates.accepted[arm];
    offers[i].nominated = observed_take_up(offers[i].accepted, offers[i].contacts) == largest;
  }
  return offers;
}

// Mixed with a share of uniform ranking, under which `places` of the candidates are as likely as any others. What is
// certain stays exactly 1, which the rounding of the mixture would miss.
double mix(double uniform_share, std::size_t places, std::size_t candidates, double policy) {
  if (places == candidates) return 1;
  const double uniform = static_cast<double>(places) / static_cast<double>(candidates);
  return std::min(1.0, uniform_share * uniform + (1 - uniform_share) * policy);
}

// Both epsilons lead to the same uniform ranking, so their chances add up to one share of it.
void record_propensities(double uniform_share, std::size_t candidates, const bandit::Propensities& policy,
                         Slate& slate) {
  const std::size_t places = slate.shown.size();
  for (std::size_t i = 0; i < places; ++i) {
    slate.shown[i].slot_propensity = mix(uniform_share, 1, candidates, policy.slot.empty() ? 0 : policy.slot[i]);
    slate.shown[i].slate_propensity =
        mix(uniform_share, places, candidates, policy.slate.empty() ? 0 : policy.slate[i]);
  }
  slate.method = policy.slot.empty() ? decision::PropensityMethod::closed_form : policy.method;
  slate.draws = policy.draws;
}

}  // namespace

Slate decide(const decision::Campaign& campaign, const bandit::Policy& policy, const ArmView& arms,
             const Request& request, Scratch& scratch) {
  scratch.candidates.gather(campaign, arms, request);
  const bandit::Candidates candidates = scratch.candidates.view();
  scratch.scores.resize(candidates.size());
  scratch.order.resize(candidates.size());

  Slate slate;
  slate.eligible = static_cast<std::uint32_t>(candidates.size());
  slate.explore = hit(request.deployment_epsilon, request.seed, deployment_key);
  slate.explore_model = !slate.explore && hit(campaign.model_epsilon, request.seed, model_key);
  const bool uniform = slate.explore || slate.explore_model;
  if (uniform)
    score_uniformly(candidates, request.seed, scratch.scores);
  else
    policy.score(candidates, request.seed, scratch.scores);

  const bool scaled = !uniform && !candidates.scale.empty();
  const auto shown = best(request.asked, order_of(candidates, policy, request.seed, scaled, scratch), scratch.order);
  slate.shown = describe(scratch.candidates, shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double score = scratch.scores[shown[i]];
    slate.shown[i].score = uniform ? score : policy.reported(score);
    if (scaled) slate.shown[i].reward = scratch.candidates.reward(shown[i]);
  }
  if (!request.propensities || shown.empty()) return slate;

  const double uniform_share = 1 - (1 - request.deployment_epsilon) * (1 - campaign.model_epsilon);
  bandit::Propensities own;
  if (uniform_share < 1) own = policy.propensities(candidates, shown, request.seed, scratch.tables);
  record_propensities(uniform_share, candidates.size(), own, slate);
  return slate;
}

}  // namespace proffer::ranking
