#include "boosting/tree_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "base/random.h"

namespace proffer::boosting {
namespace {

struct Sums {
  double gradient = 0, weight = 0;
  void add(const Sums& other) {
    gradient += other.gradient;
    weight += other.weight;
  }
};

Sums rest(const Sums& whole, const Sums& part) { return {whole.gradient - part.gradient, whole.weight - part.weight}; }

// What the score of one question is made of.
struct Parts {
  double top = 0, bottom = 0;
  double low = 0, high = 0;  // weight on either side

  void add(const Sums& no, const Sums& yes, double l2) {
    add_side(no, l2);
    add_side(yes, l2);
    low += no.weight;
    high += yes.weight;
  }
  void add_side(const Sums& side, double l2) {
    const double v = side.gradient / (side.weight + l2);
    top += v * side.gradient;
    bottom += v * v * side.weight;
  }
  double score(ScoreFunction function) const {
    return function == ScoreFunction::l2 ? top : top / std::sqrt(bottom + 1e-100);
  }
};

// A sum that ought to be 0 may be a little off it.
constexpr double least_weight = 1e-9;

struct Best {
  double score = -std::numeric_limits<double>::infinity();
  std::uint32_t threshold = 0;
};

// Sums by leaf and bin, one leaf after the other. Even and odd rows have sums of their own, so that a row need not wait
// for the one before it where both fall into one cell.
std::vector<Sums> sums_of(const BinColumn& column, const SearchRows& rows, std::span<const std::uint16_t> leaf_of,
                          std::size_t cells) {
  std::vector<Sums> even(cells), odd(cells);
  const auto add = [&](std::vector<Sums>& sums, std::size_t r) {
    sums[leaf_of[r] * column.bins + column.bytes[r]].add({rows.gradients[r], rows.weights[r]});
  };
  const std::size_t pairs = leaf_of.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    add(even, 2 * i);
    add(odd, 2 * i + 1);
  }
  if (leaf_of.size() % 2 == 1) add(even, leaf_of.size() - 1);
  for (std::size_t c = 0; c < cells; ++c) even[c].add(odd[c]);
  return even;
}

std::vector<Parts> parts_of(const BinColumn& column, const std::vector<Sums>& cells, double l2) {
  std::vector<Parts> out(column.questions());
  for (std::size_t leaf = 0; leaf < cells.size(); leaf += column.bins) {
    Sums all, below;
    for (std::uint32_t bin = 0; bin < column.bins; ++bin) all.add(cells[leaf + bin]);
    for (std::uint32_t t = 0; t < out.size(); ++t) {
      below.add(cells[leaf + t]);
      if (column.is_one_hot()) {
        out[t].add(rest(all, cells[leaf + t]), cells[leaf + t], l2);
      } else {
        out[t].add(below, rest(all, below), l2);
      }
    }
  }
  return out;
}

// A standard normal number (Box and Muller 1958).
double normal(base::RandomStream& chance) {
  return std::sqrt(-2 * std::log(chance.uniform())) * std::cos(2 * std::numbers::pi * chance.uniform());
}

class Level {
 public:
  Level(const Columns& columns, const SearchRows& rows, const Parameters& parameters, const SearchNoise& noise,
        const SearchFactors& factors, std::size_t level, std::span<const std::uint16_t> leaf_of)
      : columns_(columns),
        rows_(rows),
        parameters_(parameters),
        noise_(noise),
        factors_(factors),
        level_(level),
        choice_(parameters.seed, key(columns.size())) {
    double weight = 0;
    for (const double w : rows.weights) weight += w;
    l2_ = parameters.l2_leaf_reg * weight / static_cast<double>(rows.weights.size());
    before_ = score_of_leaves(leaf_of);
    for (std::size_t c = 0; c < columns.size(); ++c) taken_.push_back(choice_.uniform() < parameters.rsm);
    if (!columns.empty()) taken_[choice_.below(columns.size())] = true;
  }

  Best best_of(std::size_t c, std::span<const std::uint16_t> leaf_of) const {
    Best best;
    if (!taken_[c]) return best;
    const auto& column = *columns_[c];
    const auto parts = parts_of(column, sums_of(column, rows_, leaf_of, column.bins << level_), l2_);
    base::RandomStream chance(noise_.seed, key(c));
    for (std::uint32_t t = 0; t < parts.size(); ++t) {
      const double added = noise_.deviation > 0 ? noise_.deviation * normal(chance) : 0;
      if (parts[t].low < least_weight || parts[t].high < least_weight) continue;
      const double score = (parts[t].score(parameters_.score_function) - before_ + added) * factors_[c];
      if (score > best.score) best = {score, t};
    }
    return best;
  }

 private:
  double score_of_leaves(std::span<const std::uint16_t> leaf_of) const {
    std::vector<Sums> sums(std::size_t{1} << level_);
    for (std::size_t r = 0; r < leaf_of.size(); ++r) sums[leaf_of[r]].add({rows_.gradients[r], rows_.weights[r]});
    Parts parts;
    for (const auto& leaf : sums) parts.add_side(leaf, l2_);
    return parts.score(parameters_.score_function);
  }

  std::uint64_t key(std::size_t column) const {
    return base::mix64(base::mix64(noise_.tree + 1) + level_) + column + 1;
  }

  const Columns& columns_;
  const SearchRows& rows_;
  const Parameters& parameters_;
  const SearchNoise& noise_;
  const SearchFactors& factors_;
  const std::size_t level_;
  base::RandomStream choice_;
  double l2_ = 0;
  double before_ = 0;        // the score of the leaves as they are
  std::vector<bool> taken_;  // by rsm; one at least
};

std::optional<std::size_t> best_column(const std::vector<Best>& best) {
  std::optional<std::size_t> found;
  for (std::size_t c = 0; c < best.size(); ++c) {
    if (std::isfinite(best[c].score) && (!found || best[c].score > best[*found].score)) found = c;
  }
  return found;
}

// Into `leaf_of` the answers of one question, as bit `level`.
void add_answers(const BinColumn& column, std::uint32_t threshold, std::size_t level,
                 std::span<std::uint16_t> leaf_of) {
  for (std::size_t r = 0; r < leaf_of.size(); ++r)
    leaf_of[r] = static_cast<std::uint16_t>(leaf_of[r] | (column.answer(r, threshold) << level));
}

}  // namespace

std::vector<gbdt::Split> search_tree(const Columns& columns, const SearchRows& rows, const Parameters& parameters,
                                     const SearchNoise& noise, const SearchFactors& factors, Parallel& parallel) {
  std::vector<std::uint16_t> leaf_of(rows.gradients.size(), 0);
  std::vector<gbdt::Split> splits;
  std::vector<Best> best(columns.size());
  while (splits.size() < parameters.depth) {
    const Level level(columns, rows, parameters, noise, factors, splits.size(), leaf_of);
    parallel.for_each(columns.size(), [&](std::size_t c) { best[c] = level.best_of(c, leaf_of); });
    const auto chosen = best_column(best);
    if (!chosen) break;
    const auto& column = *columns[*chosen];
    add_answers(column, best[*chosen].threshold, splits.size(), leaf_of);
    splits.push_back({column.kind, column.feature, best[*chosen].threshold});
  }
  return splits;
}

std::vector<std::uint16_t> leaves_of(const Columns& columns, std::span<const gbdt::Split> splits, std::size_t rows) {
  std::vector<std::uint16_t> leaf_of(rows, 0);
  for (std::size_t level = 0; level < splits.size(); ++level) {
    const auto& split = splits[level];
    const auto column = std::ranges::find_if(
        columns, [&](const BinColumn* c) { return c->kind == split.kind && c->feature == split.feature; });
    add_answers(**column, split.threshold, level, leaf_of);
  }
  return leaf_of;
}

}  // namespace proffer::boosting
