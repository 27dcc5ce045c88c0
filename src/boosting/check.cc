#include "boosting/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/scoring_limits.h"

namespace proffer::boosting {
namespace {

namespace limits = base::limits;

base::Status fail(std::string message) { return base::fail(base::ErrorKind::invalid, std::move(message)); }

base::Status within(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return {};  // NaN is not
  return fail(fmt::format("{}: expected {} to {}, not {}", name, low, high, value));
}

base::Status check_parameters(const Parameters& p) {
  TRY_DO(within("iterations", p.iterations, 1, limits::boosting_iterations));
  TRY_DO(within("depth", p.depth, 1, limits::tree_depth));
  TRY_DO(within("learning_rate", p.learning_rate.value_or(0.1), 1e-9, 1));
  TRY_DO(within("l2_leaf_reg", p.l2_leaf_reg, 0, 1e12));
  TRY_DO(within("random_strength", p.random_strength, 0, 1e12));
  TRY_DO(within("subsample", p.subsample.value_or(1), 1e-6, 1));
  TRY_DO(within("bagging_temperature", p.bagging_temperature, 0, 1e3));
  TRY_DO(within("rsm", p.rsm, 1e-6, 1));
  TRY_DO(within("border_count", p.border_count, 1, limits::borders_per_number));
  TRY_DO(within("leaf_estimation_iterations", p.leaf_estimation_iterations.value_or(1), 1, 100));
  TRY_DO(within("one_hot_max_size", p.one_hot_max_size, 0, limits::one_hot_values));
  TRY_DO(within("threads", p.threads, 1, limits::training_threads));
  TRY_DO(within("model_size_reg", p.model_size_reg, 0, 1e6));
  if (p.max_ctr_complexity != 1) return fail("max_ctr_complexity: only 1 is offered");
  if (p.boosting == Boosting::plain) return {};
  return fail("boosting: only plain boosting is offered");
}

std::size_t rows_of(const NumericColumn& column) { return column.values.size(); }
std::size_t rows_of(const CategoricalColumn& column) { return column.codes.size(); }

base::Status check_column(const std::variant<NumericColumn, CategoricalColumn>& column, std::size_t rows) {
  const auto& name = std::visit([](const auto& c) -> const std::string& { return c.name; }, column);
  const auto came = std::visit([](const auto& c) { return rows_of(c); }, column);
  if (came != rows) return fail(fmt::format("the column '{}' has {} rows, the targets {}", name, came, rows));
  const auto* category = std::get_if<CategoricalColumn>(&column);
  if (category == nullptr) return {};
  const bool fits = std::ranges::all_of(category->codes, [&](std::uint32_t c) { return c < category->hashes.size(); });
  return fits ? base::Status{} : fail(fmt::format("the column '{}' has a code without a category", name));
}

base::Status check_table(const Table& table, Loss loss) {
  if (table.rows() == 0) return fail("expected rows");
  for (const auto& column : table.columns) TRY_DO(check_column(column, table.rows()));
  if (!table.weights.empty() && table.weights.size() != table.rows())
    return fail("expected a weight for each row, or none");
  if (!std::ranges::all_of(table.weights, [](float w) { return std::isfinite(w) && w >= 0; }))
    return fail("expected weights of at least 0");
  const auto fits = [&](float y) { return loss == Loss::rmse ? std::isfinite(y) : y == 0 || y == 1; };
  if (std::ranges::all_of(table.targets, fits)) return {};
  return fail(loss == Loss::rmse ? "expected targets that are numbers" : "expected targets of 0 or 1");
}

base::Status check_alike(const Table& table, const Table& other) {
  const auto alike = [](const auto& a, const auto& b) { return a.index() == b.index(); };
  if (std::ranges::equal(table.columns, other.columns, alike)) return {};
  return fail("expected the same columns in the rows that are held out");
}

}  // namespace

base::Status check(const Table& table, const Table* held_out, const Parameters& parameters) {
  TRY_DO(check_parameters(parameters));
  TRY_DO(check_table(table, parameters.loss));
  const bool is_one_class = std::ranges::all_of(table.targets, [&](float y) { return y == table.targets.front(); });
  if (parameters.loss == Loss::logloss && is_one_class) return fail("expected rows of both classes");
  if (held_out == nullptr) return {};
  TRY_DO(check_table(*held_out, parameters.loss));
  return check_alike(table, *held_out);
}

}  // namespace proffer::boosting
