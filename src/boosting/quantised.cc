#include "boosting/quantised.h"

#include <algorithm>
#include <cmath>

#include "boosting/borders.h"
#include "boosting/target_statistics.h"

namespace proffer::boosting {
namespace {

using gbdt::Split;

constexpr std::uint8_t unseen = 255;

void add_number(const NumericColumn& column, std::uint32_t place, Quantised& out) {
  const bool is_missing = std::ranges::any_of(column.values, [](float v) { return std::isnan(v); });
  out.features.numbers.push_back({column.name, place, gbdt::MissingNumber::smallest, is_missing, {}});
}

void add_category(const CategoricalColumn& column, std::uint32_t place, std::uint32_t one_hot_most,
                  const std::vector<std::uint8_t>& good, gbdt::Model& features) {
  const auto category = static_cast<std::uint32_t>(features.categories.size());
  features.categories.push_back({column.name, place});
  if (column.hashes.size() <= std::max(one_hot_most, 1u)) {  // one that never changes has nothing to count
    features.one_hots.push_back({category, column.hashes});
  } else {
    add_statistics(column, category, good, features);
  }
}

// The byte of each code: the place of its value among those that training saw.
std::vector<std::uint8_t> bytes_of(const CategoricalColumn& column, const std::vector<std::int32_t>& values) {
  std::vector<std::uint8_t> byte_of_code;
  for (const auto hash : column.hashes) {
    const auto found = std::ranges::find(values, hash);
    byte_of_code.push_back(found == values.end() ? unseen : static_cast<std::uint8_t>(found - values.begin()));
  }
  std::vector<std::uint8_t> out;
  out.reserve(column.codes.size());
  for (const auto code : column.codes) out.push_back(byte_of_code[code]);
  return out;
}

BinColumn column_of(const gbdt::Model& features, const Table& table, Split::Kind kind, std::uint32_t feature) {
  if (kind == Split::Kind::number) {
    const auto& number = features.numbers[feature];
    const auto& values = std::get<NumericColumn>(table.columns[number.column]).values;
    return {kind, feature, static_cast<std::uint32_t>(number.borders.size() + 1), bins_of(values, number.borders)};
  }
  const auto& one_hot = features.one_hots[feature];
  const auto& column = std::get<CategoricalColumn>(table.columns[features.categories[one_hot.category].column]);
  return {kind, feature, static_cast<std::uint32_t>(one_hot.values.size()), bytes_of(column, one_hot.values)};
}

}  // namespace

Quantised quantise(const Table& table, const Parameters& parameters, Parallel& parallel) {
  Quantised out;
  auto& features = out.features;
  const auto good = good_rows(table, parameters.loss);
  for (std::uint32_t place = 0; place < table.columns.size(); ++place) {
    if (const auto* number = std::get_if<NumericColumn>(&table.columns[place])) {
      add_number(*number, place, out);
    } else {
      add_category(std::get<CategoricalColumn>(table.columns[place]), place, parameters.one_hot_max_size, good,
                   features);
    }
  }
  const std::size_t numbers = features.numbers.size();
  std::vector<BinColumn> columns(numbers + features.one_hots.size());
  parallel.for_each(columns.size(), [&](std::size_t i) {
    const auto kind = i < numbers ? Split::Kind::number : Split::Kind::one_hot;
    if (i < numbers) {
      auto& number = features.numbers[i];
      number.borders =
          greedy_log_sum_borders(std::get<NumericColumn>(table.columns[number.column]).values, parameters.border_count);
    }
    columns[i] = column_of(features, table, kind, static_cast<std::uint32_t>(i < numbers ? i : i - numbers));
  });
  std::ranges::copy_if(columns, std::back_inserter(out.columns), [](const BinColumn& c) { return c.bins > 1; });
  if (features.statistics.empty()) return out;
  const auto order = permutation(table.rows(), parameters.seed);
  std::ranges::move(ordered_columns(features, table, good, order), std::back_inserter(out.columns));
  return out;
}

std::vector<BinColumn> quantise_as(const Quantised& learned, const Table& table) {
  std::vector<BinColumn> out;
  for (const auto& column : learned.columns) {
    if (column.kind != Split::Kind::statistic)
      out.push_back(column_of(learned.features, table, column.kind, column.feature));
  }
  std::ranges::move(served_columns(learned.features, table), std::back_inserter(out));
  return out;
}

}  // namespace proffer::boosting
