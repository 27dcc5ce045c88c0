#include "boosting/borders.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace proffer::boosting {
namespace {

using Limits = std::numeric_limits<float>;

double log_rows(std::size_t rows) { return std::log(static_cast<double>(rows) + 1e-8); }

// A stretch of the sorted values with its best cut.
struct Bin {
  std::size_t begin, end, cut;
  double gain;  // -infinity when all its values are equal

  bool operator<(const Bin& other) const {  // the largest gain first, then the lowest values
    return gain != other.gain ? gain < other.gain : begin > other.begin;
  }
};

Bin bin_of(const std::vector<float>& values, std::size_t begin, std::size_t end) {
  const auto first = values.begin();
  const std::size_t middle = begin + (end - begin) / 2;
  const auto gain = [&](std::size_t cut) {
    if (cut == begin || cut == end) return -std::numeric_limits<double>::infinity();
    return log_rows(cut - begin) + log_rows(end - cut) - log_rows(end - begin);
  };
  const auto at = [&](auto found) { return static_cast<std::size_t>(found - first); };
  const auto from = first + static_cast<std::ptrdiff_t>(begin), to = first + static_cast<std::ptrdiff_t>(end);
  const std::size_t low = at(std::lower_bound(from, to, values[middle]));
  const std::size_t high = at(std::upper_bound(from, to, values[middle]));
  const std::size_t cut = gain(low) >= gain(high) ? low : high;
  return {begin, end, cut, gain(cut)};
}

// A number that tells `low` from `high`: at least the one, and below the other.
float border_between(float low, float high) {
  const float middle = std::clamp(0.5f * low + 0.5f * high, Limits::lowest(), Limits::max());
  return middle < high ? middle : low;
}

}  // namespace

std::vector<float> greedy_log_sum_borders(std::vector<float> values, std::size_t count) {
  const auto present = std::partition(values.begin(), values.end(), [](float v) { return !std::isnan(v); });
  const bool is_missing = present != values.end();
  values.erase(present, values.end());
  std::sort(values.begin(), values.end());
  std::vector<float> borders;
  if (values.empty() || count == 0) return borders;
  if (is_missing) borders.push_back(Limits::lowest());
  std::priority_queue<Bin> bins;
  bins.push(bin_of(values, 0, values.size()));
  while (borders.size() < count && std::isfinite(bins.top().gain)) {
    const Bin bin = bins.top();
    bins.pop();
    borders.push_back(border_between(values[bin.cut - 1], values[bin.cut]));
    bins.push(bin_of(values, bin.begin, bin.cut));
    bins.push(bin_of(values, bin.cut, bin.end));
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

std::vector<std::uint8_t> bins_of(std::span<const float> values, std::span<const float> borders) {
  std::vector<std::uint8_t> out;
  out.reserve(values.size());
  for (const float value : values) {
    const auto below = std::isnan(value) ? borders.begin() : std::lower_bound(borders.begin(), borders.end(), value);
    out.push_back(static_cast<std::uint8_t>(below - borders.begin()));
  }
  return out;
}

}  // namespace proffer::boosting
