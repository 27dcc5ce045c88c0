#include "boosting/target_statistics.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "boosting/borders.h"
#include "gbdt/city_hash.h"
#include "gbdt/statistic.h"

namespace proffer::boosting {
namespace {

using gbdt::Split, gbdt::StatisticKind;

constexpr int statistic_borders = 15;
constexpr float priors[] = {0, 0.5f, 1};

std::uint64_t hash_of(std::int32_t category) {
  return gbdt::combine_hash(0, static_cast<std::uint64_t>(std::int64_t{category}));
}

// Just below 1, 2 … 15, as CatBoost has them: a value that is a whole number lies above its border.
std::vector<float> uniform_borders() {
  std::vector<float> out;
  for (int i = 1; i <= statistic_borders; ++i) out.push_back(static_cast<float>(i) - 1e-6f);
  return out;
}

// The rows of a table by code; two texts of one hash are one category.
std::vector<std::uint32_t> rows_of_codes(const CategoricalColumn& column, const gbdt::StatisticTable& table) {
  std::vector<std::uint32_t> out;
  for (const auto hash : column.hashes) {
    const auto found = table.row_of.find(hash_of(hash));
    out.push_back(found == table.row_of.end() ? 0 : found->second);
  }
  return out;
}

gbdt::StatisticTable table_of(StatisticKind kind, std::uint32_t category, const CategoricalColumn& column) {
  gbdt::StatisticTable out;
  out.projection.categories = {category};
  out.kind = kind;
  out.classes = kind == StatisticKind::borders ? 2 : 1;
  for (const auto hash : column.hashes) out.row_of.emplace(hash_of(hash), out.row_of.size());
  out.counts.resize(out.row_of.size() * out.classes);
  return out;
}

const CategoricalColumn& column_of(const gbdt::Model& features, const gbdt::StatisticFeature& feature,
                                   const Table& table) {
  const auto category = features.tables[feature.table].projection.categories.front();
  return std::get<CategoricalColumn>(table.columns[features.categories[category].column]);
}

BinColumn column_of(std::size_t feature, const gbdt::Model& features, std::span<const float> values) {
  const auto& borders = features.statistics[feature].borders;
  return {Split::Kind::statistic, static_cast<std::uint32_t>(feature), static_cast<std::uint32_t>(borders.size() + 1),
          bins_of(values, borders)};
}

// The statistic of each row from the counts of the rows before it, in floats as it is served.
std::vector<float> ordered_values(const gbdt::StatisticFeature& feature, const gbdt::StatisticTable& table,
                                  const CategoricalColumn& column, const std::vector<std::uint8_t>& good,
                                  std::span<const std::uint32_t> order) {
  const auto row_of = rows_of_codes(column, table);
  std::vector<float> out(order.size()), goods(table.row_of.size()), totals(table.row_of.size());
  for (const auto r : order) {
    const auto row = row_of[column.codes[r]];
    out[r] = ((goods[row] + feature.prior) / (totals[row] + feature.prior_weight) + feature.shift) * feature.scale;
    goods[row] += good[r];
    totals[row] += 1;
  }
  return out;
}

// By code, since a category's value is the same in every row.
std::vector<float> served_values(const gbdt::Model& features, const gbdt::StatisticFeature& feature,
                                 const CategoricalColumn& column) {
  std::vector<float> by_code, out;
  for (const auto hash : column.hashes) by_code.push_back(gbdt::statistic_value(features, feature, hash_of(hash)));
  out.reserve(column.codes.size());
  for (const auto code : column.codes) out.push_back(by_code[code]);
  return out;
}

// The elements that are marked; and the new place of each.
template <class T>
std::vector<std::uint32_t> keep(std::vector<T>& list, const std::vector<bool>& marked) {
  std::vector<std::uint32_t> place(list.size());
  std::uint32_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    place[i] = kept;
    if (!marked[i]) continue;
    if (kept != i) list[kept] = std::move(list[i]);
    ++kept;
  }
  list.resize(kept);
  return place;
}

}  // namespace

void add_statistics(const CategoricalColumn& column, std::uint32_t category, const std::vector<std::uint8_t>& good,
                    gbdt::Model& features) {
  auto shares = table_of(StatisticKind::borders, category, column);
  auto counter = table_of(StatisticKind::counter, category, column);
  const auto row_of = rows_of_codes(column, shares);
  for (std::size_t r = 0; r < good.size(); ++r) {
    const auto row = row_of[column.codes[r]];
    ++shares.counts[row * 2 + good[r]];
    ++counter.counts[row];
  }
  if (!counter.counts.empty()) counter.denominator = *std::ranges::max_element(counter.counts);
  const auto table = static_cast<std::uint32_t>(features.tables.size());
  for (const float prior : priors)
    features.statistics.push_back({table, 0, prior, 1, 0, statistic_borders, uniform_borders()});
  features.statistics.push_back({table + 1, 0, 0, 1, 0, statistic_borders, uniform_borders()});
  features.tables.push_back(std::move(shares));
  features.tables.push_back(std::move(counter));
}

std::vector<std::uint8_t> good_rows(const Table& table, Loss loss) {
  double border = 0.5;
  if (loss == Loss::rmse)
    border = std::accumulate(table.targets.begin(), table.targets.end(), 0.0) / static_cast<double>(table.rows());
  std::vector<std::uint8_t> out;
  out.reserve(table.rows());
  for (const float target : table.targets) out.push_back(target > border);
  return out;
}

std::vector<std::uint32_t> permutation(std::size_t rows, std::uint64_t seed) {
  std::vector<std::uint32_t> out(rows);
  std::iota(out.begin(), out.end(), 0u);
  base::RandomStream chance(seed, 0x6f72646572ULL);
  for (std::size_t i = rows; i > 1; --i) std::swap(out[i - 1], out[chance.below(i)]);
  return out;
}

std::vector<BinColumn> ordered_columns(const gbdt::Model& features, const Table& table,
                                       const std::vector<std::uint8_t>& good, std::span<const std::uint32_t> order) {
  std::vector<BinColumn> out;
  for (std::size_t i = 0; i < features.statistics.size(); ++i) {
    const auto& feature = features.statistics[i];
    const auto& counted = features.tables[feature.table];
    const auto& column = column_of(features, feature, table);
    out.push_back(column_of(i, features,
                            counted.kind == StatisticKind::counter
                                ? served_values(features, feature, column)
                                : ordered_values(feature, counted, column, good, order)));
  }
  return out;
}

std::vector<BinColumn> served_columns(const gbdt::Model& features, const Table& table) {
  std::vector<BinColumn> out;
  for (std::size_t i = 0; i < features.statistics.size(); ++i) {
    const auto& feature = features.statistics[i];
    out.push_back(column_of(i, features, served_values(features, feature, column_of(features, feature, table))));
  }
  return out;
}

void drop_unused_statistics(gbdt::Model& model) {
  std::vector<bool> asked(model.statistics.size()), counted(model.tables.size());
  for (const auto& tree : model.trees) {
    for (const auto& split : tree.splits) {
      if (split.kind == Split::Kind::statistic)
        asked[split.feature] = counted[model.statistics[split.feature].table] = true;
    }
  }
  const auto statistic_at = keep(model.statistics, asked), table_at = keep(model.tables, counted);
  for (auto& statistic : model.statistics) statistic.table = table_at[statistic.table];
  for (auto& tree : model.trees) {
    for (auto& split : tree.splits) {
      if (split.kind == Split::Kind::statistic) split.feature = statistic_at[split.feature];
    }
  }
}

}  // namespace proffer::boosting
