#include "service/choose.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/hash.h"
#include "base/limits.h"
#include "service/eligibility.h"
#include "service/personality_choice.h"
#include "service/personality_lookup.h"

namespace proffer::service {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) { return base::mix64(hash ^ base::mix64(value)); }

// A listed customer gets his whole list.
std::uint32_t asked(const ChoiceRequest& request) {
  const auto& list = request.gathered.whitelist;
  if (!list || !list->only) return request.asked;
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(list->offers.size(), 1, base::limits::offers_asked));
}

// Customer, context, and who may be shown; never 0.
std::uint64_t cache_key(const ChoiceRequest& request, const std::vector<std::uint8_t>& marks) {
  std::uint64_t key = customer_key(request.customer);
  const auto& gathered = request.gathered;
  for (const auto* text : {&gathered.context.one, &gathered.context.two, &gathered.tracking}) {
    key = mixed(key, base::hash_text(*text));
  }
  key = mixed(key, asked(request));
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i] != 0) key = mixed(key, i + 1);
  }
  return key == 0 ? 1 : key;
}

// One mark an offer; none when no offer was left out.
std::vector<std::uint8_t> marks_of(const decision::Campaign& campaign, const std::vector<decision::LeftOut>& left_out) {
  if (left_out.empty()) return {};
  std::vector<std::uint8_t> marks(campaign.offers.size());
  for (const auto& out : left_out) marks[out.offer] = 1;
  return marks;
}

// By option id, what a map says by offer; `other` for the rest.
std::vector<double> by_option(const decision::Campaign& campaign, const std::map<std::string, double>& by_offer,
                              double other) {
  std::vector<double> values(campaign.option_ids, other);
  for (const auto& option : campaign.options) {
    if (const auto found = by_offer.find(option.offer); found != by_offer.end()) values[option.id] = found->second;
  }
  return values;
}

// The arms of one customer: priors, and what his own contacts taught.
struct OwnArms {
  OwnArms(const ChoiceRequest& request, Learned& learned) {
    const auto& campaign = request.definition.campaign;
    for (auto* values : {&alpha, &beta, &contacts, &accepted}) values->resize(campaign.option_ids);
    for (const auto& option : campaign.options) {
      alpha[option.id] = option.alpha_zero;
      beta[option.id] = option.beta_zero;
    }
    const auto& tracking = request.gathered.tracking;
    const auto person = customer_key(tracking.empty() ? request.customer : std::string_view(tracking));
    learned.personal->add(person, request.now, {alpha, beta, contacts, accepted});
  }
  std::vector<double> alpha, beta, contacts, accepted;
};

// The policy in force: where no chat model answered, that of the algorithm named for this.
const bandit::Policy& policy_of(const ChoiceRequest& request) {
  const auto& generative = request.gathered.generative;
  const auto& definition = request.definition;
  if (generative && !generative->fallback.empty() && definition.fallback_policy) return *definition.fallback_policy;
  return *definition.policy;
}

ranking::Slate draw(const ChoiceRequest& request, Learned& learned, const std::vector<std::uint8_t>& marks,
                    ranking::Scratch& scratch) {
  const auto& campaign = request.definition.campaign;
  const auto& gathered = request.gathered;
  if (is_spend_personality(request.definition.document)) {
    return choose_personality(request.definition, gathered, marks, learned.arms, request.propensities);
  }
  ranking::Request wanted;
  wanted.context = gathered.context;
  if (marks.empty()) wanted.eligible_offers = gathered.eligible_offers;
  wanted.left_out = marks;
  wanted.asked = asked(request);
  wanted.deployment_epsilon = gathered.epsilon.value_or(campaign.deployment_epsilon);
  wanted.seed = request.seed;
  wanted.propensities = request.propensities;
  std::vector<std::string> features;
  if (learned.model) {
    features = feature_values(campaign.features, gathered.features, request.params);
    const auto& tracking = gathered.tracking;
    wanted.moment = {customer_key(tracking.empty() ? request.customer : std::string_view(tracking)), features};
    wanted.model = learned.model.get();
  }
  std::vector<double> values;
  std::vector<double> rewards;
  if (gathered.generative && gathered.generative->fallback.empty()) {
    values = by_option(campaign, gathered.generative->scores, std::numeric_limits<double>::quiet_NaN());
    wanted.value = values;
  }
  if (gathered.hooks && !gathered.hooks->rewards.empty()) {
    rewards = by_option(campaign, gathered.hooks->rewards, 1);
    wanted.reward = rewards;
  }
  const auto& policy = policy_of(request);
  if (!learned.personal) {
    const auto& arms = learned.arms;
    return decide(campaign, policy, {arms.alpha(), arms.beta(), arms.contacts(), arms.accepted()}, wanted, scratch);
  }
  const OwnArms own(request, learned);
  return decide(campaign, policy, {own.alpha, own.beta, own.contacts, own.accepted}, wanted, scratch);
}

ranking::Slate slate_of(const decision::DecisionRecord& record) {
  ranking::Slate slate;
  slate.shown = record.shown;
  slate.eligible = record.eligible;
  slate.explore = record.explore;
  slate.explore_model = record.explore_model;
  slate.method = record.method;
  slate.draws = record.propensity_draws;
  return slate;
}

// What the contacts take from budgets, and how much they weigh in learning.
void price_contacts(const ChoiceRequest& request, ranking::Slate& slate) {
  const bool on_contact = request.definition.campaign.constraints.spend_on == decision::SpendOn::contact;
  const auto& hooks = request.gathered.hooks;
  for (auto& shown : slate.shown) {
    const auto& row = request.definition.rows.at(shown.option);
    shown.learning_reward = row.option.learning_reward;
    shown.spend = on_contact && row.constraints.spend_limit >= 0 ? row.option.cost : 0;
    if (!hooks) continue;
    const auto weight = hooks->learning_rewards.find(row.option.offer);
    if (weight != hooks->learning_rewards.end()) shown.learning_reward = weight->second;
  }
}

}  // namespace

Choice choose(const ChoiceRequest& request, Learned& learned, ranking::Scratch& scratch) {
  const auto& definition = request.definition;
  Choice choice;
  // What a personality's answer says stands in the customer's row, so there is nothing to keep.
  const bool caches =
      definition.campaign.constraints.offer_cache.count() > 0 && !is_spend_personality(definition.document);
  if (request.explain || caches || is_constrained(definition, request.gathered)) {
    choice.left_out = left_out_by_constraints({definition, request.gathered, request.params, learned.usage, request.now,
                                               customer_key(request.customer), request.channel});
  }
  const auto marks = marks_of(definition.campaign, choice.left_out);
  if (caches) {
    choice.cache_key = cache_key(request, marks);
    choice.repeats = learned.answers.find(choice.cache_key, request.now);
  }
  choice.slate = choice.repeats != nullptr ? slate_of(choice.repeats->record) : draw(request, learned, marks, scratch);
  price_contacts(request, choice.slate);
  if (request.explain) {
    add_unfit(definition, request.gathered.context, choice.left_out);
  } else {
    choice.left_out.clear();
  }
  return choice;
}

std::vector<decision::ShownOffer> draw_again(ChoiceRequest request, std::uint32_t n, Learned& learned,
                                             ranking::Scratch& scratch) {
  request.seed = mixed(request.seed, n);
  request.propensities = false;
  request.explain = false;
  return choose(request, learned, scratch).slate.shown;
}

}  // namespace proffer::service
