// Which parameters of trees suit some rows: trials on one split, in waves.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "boosting/train.h"
#include "tuning/study.h"

namespace proffer::training {

// What training asks of whoever waits for it.
struct Watch {
  std::function<bool()> stopped = [] { return false; };                      // from any thread
  std::function<void(std::string_view, double)> tell = [](auto, double) {};  // stage, percent of all
};

// The space that is searched (docs/manual/scoring.md).
const tuning::Space& search_space();

// A point of it as parameters of trees.
boosting::Parameters parameters_of(const tuning::Point& point);

struct Found {
  boosting::Parameters parameters;  // the best; `iterations` are those up to its least loss
  std::vector<std::pair<std::string, double>> named;
  std::size_t trials = 0;  // made, pruned ones included
};

// Trials run in waves of this many, whatever the number of threads, and follow what earlier waves found.
inline constexpr std::size_t wave_trials = 4;

// The best of `trials` trials by the loss of the rows held out. The first is CatBoost's defaults. Equal arguments but
// for `threads` find the same. Errors: `gone` when stopped; those of boosting::train.
base::Result<Found> search(const boosting::Table& learned, const boosting::Table& held_out, std::size_t trials,
                           std::uint64_t seed, std::uint32_t threads, const Watch& watch);

}  // namespace proffer::training
