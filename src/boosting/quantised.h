// A table as training looks at it: every feature that a tree may ask about as one byte a row.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "boosting/parallel.h"
#include "boosting/train.h"

namespace proffer::boosting {

// What a question may be about. The feature is an index in Model::numbers or Model::one_hots.
struct BinColumn {
  gbdt::Split::Kind kind = gbdt::Split::Kind::number;
  std::uint32_t feature = 0;
  std::uint32_t bins = 0;           // different bytes: 0 to bins - 1, and 255 for a category that training has not seen
  std::vector<std::uint8_t> bytes;  // of each row

  // How many questions it has: above a border each, or equal to a value each.
  std::uint32_t questions() const { return kind == gbdt::Split::Kind::number ? bins - 1 : bins; }
  bool answer(std::size_t row, std::uint32_t threshold) const {
    return kind == gbdt::Split::Kind::number ? bytes[row] > threshold : bytes[row] == threshold;
  }
};

struct Quantised {
  gbdt::Model features;            // names, borders and values; no trees
  std::vector<BinColumn> columns;  // those that can be asked about: constant ones are left out
};

// Features in the order of the table's columns. Errors: `invalid` for a category with more than one_hot_max_size
// values.
base::Result<Quantised> quantise(const Table& table, const Parameters& parameters, Parallel& parallel);

// The same columns of other rows. Their table has the same columns.
std::vector<BinColumn> quantise_as(const Quantised& learned, const Table& table);

}  // namespace proffer::boosting
