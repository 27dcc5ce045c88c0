// Where the values of a number are cut: borders, and the bin of each value between them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace proffer::boosting {

// At most `count` borders that rise, by CatBoost's GreedyLogSum: the values, in order, are one bin at first; again and
// again the cut with the largest gain ln(left) + ln(right) - ln(whole), of the numbers of rows, is made, where each bin
// may be cut at the change of value nearest its middle. A border lies half-way between its two values. A missing value
// (NaN) comes before all others and has a border of its own, the lowest float. O(n log n).
std::vector<float> greedy_log_sum_borders(std::vector<float> values, std::size_t count);

// How many borders lie below each value; a missing one: 0. At most 255 borders.
std::vector<std::uint8_t> bins_of(std::span<const float> values, std::span<const float> borders);

}  // namespace proffer::boosting
