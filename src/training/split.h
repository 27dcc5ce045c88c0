// Rows kept aside, by class, so that both parts have their share of either.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace proffer::training {

struct Split {
  std::vector<std::size_t> learned, held_out;  // row numbers, rising
};

// A fifth of each class is held out, at least one row of a class with two or more.
Split stratified_split(std::span<const float> labels, std::uint64_t seed);

}  // namespace proffer::training
