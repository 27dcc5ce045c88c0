// Target statistics of a trained model: what training counted for a combination, as a number.
#pragma once

#include <cstdint>
#include <span>

#include "gbdt/model.h"

namespace proffer::gbdt {

// One row: values in the order of Model::numbers, category hashes in the order of Model::categories.
struct Row {
  std::span<const float> numbers;
  std::span<const std::int32_t> categories;
};

// A missing number as what it counts as; any other as it is.
float counted_number(const NumericFeature& feature, float value);

// The hash of a row's combination: its categories, then whether each number is above, then whether each category has
// the value.
std::uint64_t projection_hash(const Model& model, const Projection& projection, const Row& row);

// scale * ((good + prior) / (total + prior_weight) + shift), in floats as CatBoost computes it. A combination that
// training has not seen has counted nothing.
float statistic_value(const Model& model, const StatisticFeature& feature, std::uint64_t hash);

}  // namespace proffer::gbdt
