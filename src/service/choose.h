// The pure part of a decision, the same when it is made and when it is replayed: who may be shown, whether an earlier
// answer is repeated, and otherwise the choice.
#pragma once

#include <cstdint>
#include <vector>

#include "decision/constraints.h"
#include "ranking/decide.h"
#include "service/gathered.h"
#include "service/learned.h"

namespace proffer::service {

struct ChoiceRequest {
  const Definition& definition;
  const Gathered& gathered;
  const boost::json::object& params;  // merged
  std::string_view customer;
  std::string_view channel;
  std::uint32_t asked = 1;
  std::uint64_t seed = 0;
  base::Time now;
  bool propensities = true;
  bool explain = false;  // also say why offers were left out
};

struct Choice {
  ranking::Slate slate;
  std::uint64_t cache_key = 0;              // under which it may be repeated; 0: it may not
  const AnswerCache::Answer* repeats = {};  // the earlier answer that `slate` repeats, in `learned`; null: none
  std::vector<decision::LeftOut> left_out;  // in order of offers, when it was asked for
};

// The same choice with other draws, the n-th time (from 1) and without propensities: what it shows.
std::vector<decision::ShownOffer> draw_again(ChoiceRequest request, std::uint32_t n, Learned& learned,
                                             ranking::Scratch& scratch);

// `learned` stands at `now`: advance() was called. Deterministic.
Choice choose(const ChoiceRequest& request, Learned& learned, ranking::Scratch& scratch);

}  // namespace proffer::service
