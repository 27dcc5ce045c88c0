#include "gbdt/statistic.h"

#include <cmath>
#include <limits>

#include "gbdt/city_hash.h"

namespace proffer::gbdt {
namespace {

struct Counted {
  float good = 0;
  float total = 0;
};

// Of the table's row; seen: whether training met the combination.
Counted counted(const StatisticTable& table, std::uint32_t target_border, std::uint32_t row, bool seen) {
  Counted out;
  switch (table.kind) {
    case StatisticKind::counter:
    case StatisticKind::feature_frequency:
      return {seen ? static_cast<float>(table.counts[row]) : 0, static_cast<float>(table.denominator)};
    case StatisticKind::target_mean:
    case StatisticKind::float_target_mean:
      if (seen) out = {table.sums[row], static_cast<float>(table.sum_counts[row])};
      return out;
    case StatisticKind::borders:
    case StatisticKind::buckets:
      for (std::uint32_t c = 0; seen && c < table.classes; ++c) {
        const auto count = static_cast<float>(table.counts[row * table.classes + c]);
        const bool good = table.kind == StatisticKind::borders ? c > target_border : c == target_border;
        out.total += count;
        if (good) out.good += count;
      }
      return out;
  }
  return out;
}

}  // namespace

float counted_number(const NumericFeature& feature, float value) {
  if (!std::isnan(value)) return value;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  return feature.missing == MissingNumber::largest ? infinity : -infinity;
}

std::uint64_t projection_hash(const Model& model, const Projection& projection, const Row& row) {
  std::uint64_t hash = 0;
  for (const auto category : projection.categories)
    hash = combine_hash(hash, static_cast<std::uint64_t>(static_cast<std::int64_t>(row.categories[category])));
  for (const auto& part : projection.numbers)
    hash = combine_hash(hash, counted_number(model.numbers[part.number], row.numbers[part.number]) > part.border);
  for (const auto& part : projection.values) hash = combine_hash(hash, row.categories[part.category] == part.value);
  return hash;
}

float statistic_value(const Model& model, const StatisticFeature& feature, std::uint64_t hash) {
  const auto& table = model.tables[feature.table];
  const auto found = table.row_of.find(hash);
  const bool seen = found != table.row_of.end();
  const auto [good, total] = counted(table, feature.target_border, seen ? found->second : 0, seen);
  const float share = (good + feature.prior) / (total + feature.prior_weight);
  return (share + feature.shift) * feature.scale;
}

}  // namespace proffer::gbdt
