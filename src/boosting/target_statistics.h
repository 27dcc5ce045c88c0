// Categories as numbers: how often rows of the same category were good, smoothed by a prior (Prokhorenkova et al.,
// 2018, section 3.2). In training each row sees only the rows before it in a permutation, so that its own target does
// not leak into its features; what is served counts all rows of training.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "boosting/quantised.h"

namespace proffer::boosting {

// Adds a category to the model's features: two tables, of the rows of each class and of the frequency, and CatBoost's
// default statistics on them: the share of good rows with the priors 0, 0.5 and 1, and the counter with the prior 0,
// each cut at 15 borders. Good is the target 1; of targets that are numbers, one above their mean.
void add_statistics(const CategoricalColumn& column, std::uint32_t category, const std::vector<std::uint8_t>& good,
                    gbdt::Model& features);

// Which rows of a table are good.
std::vector<std::uint8_t> good_rows(const Table& table, Loss loss);

// Rows in an order of chance.
std::vector<std::uint32_t> permutation(std::size_t rows, std::uint64_t seed);

// A column of bins for each of the model's statistics, where each row's share counts the rows before it in `order`.
std::vector<BinColumn> ordered_columns(const gbdt::Model& features, const Table& table,
                                       const std::vector<std::uint8_t>& good, std::span<const std::uint32_t> order);

// The same as the model serves them.
std::vector<BinColumn> served_columns(const gbdt::Model& features, const Table& table);

// Without the statistics and tables that no tree asks about.
void drop_unused_statistics(gbdt::Model& model);

}  // namespace proffer::boosting
