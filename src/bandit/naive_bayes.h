// `naiveBayes`: which option would this customer accept, from what is known of those who accepted one before.
//
//   P(o | x)  proportional to  P(o) * product over the known features i of P(x_i | o)
//   P(o)       = (accepted_o + 1) / (accepted + options)
//   P(x_i | o) = (accepted_o with this value of i + 1) / (accepted_o with any known value of i + values of i)
//
// over accepted contacts, one added to each count (Laplace); in logarithms, and as shares that sum to 1 over the
// options asked about. A value never seen before counts as one more value. Manning, Raghavan and Schütze, Introduction
// to Information Retrieval, 2008, section 13.2.
//
// Options without contacts are missing in the history: unknown, or, by default, after all others. Where no contact of
// the options asked about was accepted, nothing is known of any.
#pragma once

#include <memory>

#include "bandit/model.h"

namespace proffer::bandit {

// predict is O(options * features).
std::unique_ptr<Model> make_naive_bayes(const decision::Campaign& campaign);

}  // namespace proffer::bandit
