// How much each feature moves the scores of a model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gbdt/model.h"

namespace proffer::gbdt {

struct Importance {
  std::uint32_t column = 0;  // of the feature among all of a row
  std::string name;
  double share = 0;  // all add up to 100, or to 0 for a model that splits nothing
};

// CatBoost's PredictionValuesChange: for each question of each tree, over the pairs of leaves v1, v2 of weights c1, c2
// that differ in its answer alone, the sum of (v1 - m)^2 c1 + (v2 - m)^2 c2 with m their weighted mean; what a
// combination gets, its members share equally. In the order of columns. O(leaves x depth). Errors: `invalid` for a
// model that does not know the weights of its leaves.
base::Result<std::vector<Importance>> importances(const Model& model);

// The columns that a question asks about; one that stands in a combination twice counts twice.
std::vector<std::uint32_t> columns_of(const Model& model, const Split& split);

}  // namespace proffer::gbdt
