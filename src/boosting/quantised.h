// A table as training looks at it: every feature that a tree may ask about as one byte a row.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "boosting/parallel.h"
#include "boosting/train.h"

namespace proffer::boosting {

// What a question may be about. The feature is an index in Model::numbers, one_hots or statistics.
struct BinColumn {
  gbdt::Split::Kind kind = gbdt::Split::Kind::number;
  std::uint32_t feature = 0;
  std::uint32_t bins = 0;           // different bytes: 0 to bins - 1, and 255 for a category that training has not seen
  std::vector<std::uint8_t> bytes;  // of each row

  // How many questions it has: above a border each, or equal to a value each.
  std::uint32_t questions() const { return is_one_hot() ? bins : bins - 1; }
  bool answer(std::size_t row, std::uint32_t threshold) const {
    return is_one_hot() ? bytes[row] == threshold : bytes[row] > threshold;
  }
  bool is_one_hot() const { return kind == gbdt::Split::Kind::one_hot; }
};

struct Quantised {
  gbdt::Model features;  // names, borders, values and statistics; no trees
  // Those that can be asked about, constant ones left out; the statistics of a row count the rows before it in one
  // permutation. CatBoost grows trees on several, each with scores of its own; one costs a fourth of that.
  std::vector<BinColumn> columns;
};

// Features in the order of the table's columns. A category of at most one_hot_max_size values is asked for each of
// them; a larger one by its statistics.
Quantised quantise(const Table& table, const Parameters& parameters, Parallel& parallel);

// The same columns of other rows, whose statistics count all rows of training. Their table has the same columns.
std::vector<BinColumn> quantise_as(const Quantised& learned, const Table& table);

}  // namespace proffer::boosting
