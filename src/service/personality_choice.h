// The choice of a campaign of kind spend_personality: the offer is the customer's personality, nothing is drawn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandit/learned_arms.h"
#include "ranking/decide.h"
#include "service/definition.h"
#include "service/gathered.h"
#include "service/offer_rows.h"

namespace proffer::service {

// One place with the option of the customer's personality, the winning share as its score and probability 1; an empty
// slate where the customer has no row or no personality, where the campaign has no such offer, and where the offer may
// not be shown: `left_out` has a mark an offer of the campaign (empty: none is out), and `gathered.eligible_offers`
// counts too. Pure.
ranking::Slate choose_personality(const Definition& definition, const Gathered& gathered,
                                  std::span<const std::uint8_t> left_out, const bandit::LearnedArms& arms,
                                  bool propensities);

// The offers that such a campaign needs and does not have yet, as rows for its set-up feature store.
std::vector<OfferRow> missing_personality_offers(const Definition& definition);

}  // namespace proffer::service
