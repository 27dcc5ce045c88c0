// What several projects know of one use case, without what only few of them know.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "training/table.h"

namespace proffer::training {

struct LabelledRows {
  std::vector<boost::json::object> features;
  std::vector<std::uint8_t> labels;

  std::size_t size() const { return labels.size(); }
  std::vector<Example> examples() const;  // as long as the rows stay where they are
};

// At most `most` of the rows, drawn without repeats, in their order. Equal seeds draw the same.
LabelledRows sample_rows(std::span<const Example> examples, std::size_t most, std::uint64_t seed);

// The rows of all projects, with only those features that at least `least` projects have (of the same kind) and only
// those values of categories that at least `least` projects have; anything else is left out of its row, so it counts as
// missing. O(values · log).
LabelledRows pool(std::span<const LabelledRows> projects, std::size_t least);

}  // namespace proffer::training
