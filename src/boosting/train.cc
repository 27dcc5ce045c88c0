#include "boosting/train.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "boosting/bootstrap.h"
#include "boosting/check.h"
#include "boosting/defaults.h"
#include "boosting/leaf_values.h"
#include "boosting/loss.h"
#include "boosting/quantised.h"
#include "boosting/target_statistics.h"
#include "boosting/tree_search.h"

namespace proffer::boosting {
namespace {

double weighted_mean(const Table& table) {
  double sum = 0, total = 0;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const double w = table.weights.empty() ? 1 : table.weights[r];
    sum += w * table.targets[r];
    total += w;
  }
  return total > 0 ? sum / total : 0;
}

double root_mean_square(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

Columns pointers(const std::vector<BinColumn>& columns) {
  Columns out;
  for (const auto& column : columns) out.push_back(&column);
  return out;
}

struct HeldOut {
  const Table& table;
  std::vector<BinColumn> columns;
  std::vector<double> raw;
};

class Trainer {
 public:
  Trainer(const Table& table, const Table* held_out, const Parameters& parameters, Quantised quantised,
          Parallel& parallel)
      : parameters_(parameters), parallel_(parallel), table_(table), quantised_(std::move(quantised)) {
    const double bias = parameters.boost_from_average ? weighted_mean(table) : 0;
    out_.model = quantised_.features;
    out_.model.bias = bias;
    raw_.assign(table.rows(), bias);
    if (held_out != nullptr)
      held_out_.emplace(
          HeldOut{*held_out, quantise_as(quantised_, *held_out), std::vector<double>(held_out->rows(), bias)});
    columns_ = pointers(quantised_.columns);
    out_.learning_rate = parameters.learning_rate.value_or(automatic_learning_rate(
        parameters.loss, held_out != nullptr && parameters.use_best_model, table.rows(), parameters.iterations));
    leaf_iterations_ = parameters.leaf_estimation_iterations.value_or(
        automatic_leaf_iterations(parameters.loss, parameters.iterations, table.columns.size()));
  }

  Trained run(const std::function<bool(const Iteration&)>& go_on) {
    for (std::uint32_t i = 0; i < parameters_.iterations && !is_over(); ++i) {
      add_tree(i);
      Iteration iteration{i, {}};
      if (held_out_) iteration.held_out_loss = note_held_out_loss();
      out_.stopped = go_on && !go_on(iteration);
    }
    if (held_out_ && parameters_.use_best_model) out_.model.trees.resize(best_ + 1);
    drop_unused_statistics(out_.model);
    out_.iterations = static_cast<std::uint32_t>(out_.model.trees.size());
    return std::move(out_);
  }

 private:
  bool is_over() const {
    if (out_.stopped) return true;
    const auto made = out_.held_out_loss.size();
    return parameters_.early_stopping_rounds > 0 && made > best_ + parameters_.early_stopping_rounds;
  }

  double note_held_out_loss() {
    const auto& rows = *held_out_;
    out_.held_out_loss.push_back(mean_loss(parameters_.loss, rows.raw, rows.table.targets, rows.table.weights));
    if (out_.held_out_loss.back() < out_.held_out_loss[best_]) best_ = out_.held_out_loss.size() - 1;
    return out_.held_out_loss.back();
  }

  void fill_gradients() {
    gradients_.resize(raw_.size());
    parallel_.for_each(blocks_of(gradients_.size()), [&](std::size_t b) {
      const auto [begin, end] = block_at(b, gradients_.size());
      for (std::size_t r = begin; r < end; ++r) {
        const double w = table_.weights.empty() ? 1 : table_.weights[r];
        gradients_[r] = w * derivatives(parameters_.loss, raw_[r], table_.targets[r]).gradient;
      }
    });
  }

  // The deviation of the noise of scores, which dies out as the model grows: random_strength x rms(gradient) x m / (1 +
  // m), m = rows x exp(-trees x learning rate).
  double noise_deviation(std::uint32_t trees) const {
    const double m = std::exp(std::log(static_cast<double>(gradients_.size())) - trees * out_.learning_rate);
    return parameters_.random_strength * root_mean_square(gradients_) * m / (1 + m);
  }

  // A table of a category makes the model larger, so a question that would need a new one counts for less, by the
  // number of its categories beside the largest: (1 + n / largest)^-model_size_reg.
  SearchFactors size_factors() const {
    const auto& model = out_.model;
    double largest = 1;
    for (const auto& table : model.tables) largest = std::max(largest, static_cast<double>(table.row_of.size()));
    SearchFactors out(columns_.size(), 1.0);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c]->kind != gbdt::Split::Kind::statistic) continue;
      const auto table = model.statistics[columns_[c]->feature].table;
      if (used_tables_.contains(table)) continue;
      const auto categories = static_cast<double>(model.tables[table].row_of.size());
      out[c] = std::pow(1 + categories / largest, -parameters_.model_size_reg);
    }
    return out;
  }

  std::vector<gbdt::Split> questions(std::uint32_t number) {
    fill_gradients();
    const double deviation = noise_deviation(number);
    auto weights = sample_weights(parameters_, gradients_, mean_leaf_, number, parallel_);
    std::vector<double> gradients(weights.size());
    for (std::size_t r = 0; r < weights.size(); ++r) {
      gradients[r] = gradients_[r] * weights[r];
      if (!table_.weights.empty()) weights[r] *= table_.weights[r];
    }
    return search_tree(columns_, {gradients, weights}, parameters_,
                       {deviation, parameters_.seed ^ 0x6e6f697365ULL, number}, size_factors(), parallel_);
  }

  void add_tree(std::uint32_t number) {
    gbdt::Tree tree;
    tree.splits = questions(number);
    for (const auto& split : tree.splits) {
      if (split.kind == gbdt::Split::Kind::statistic) used_tables_.insert(out_.model.statistics[split.feature].table);
    }
    const auto leaf_of = leaves_of(columns_, tree.splits, raw_.size());
    const std::size_t leaves = std::size_t{1} << tree.splits.size();
    const LeafRows rows{raw_, table_.targets, table_.weights, leaf_of};
    tree.leaf_values =
        leaf_values(parameters_.loss, rows, leaves, parameters_.l2_leaf_reg, leaf_iterations_, parallel_);
    tree.leaf_weights = leaf_weights(rows, leaves);
    for (auto& value : tree.leaf_values) value *= out_.learning_rate;
    mean_leaf_ = mean_size(tree.leaf_values);
    add_scores(tree, leaf_of, raw_);
    if (held_out_)
      add_scores(tree, leaves_of(pointers(held_out_->columns), tree.splits, held_out_->raw.size()), held_out_->raw);
    out_.model.trees.push_back(std::move(tree));
  }

  static void add_scores(const gbdt::Tree& tree, const std::vector<std::uint16_t>& leaf_of, std::vector<double>& raw) {
    for (std::size_t r = 0; r < leaf_of.size(); ++r) raw[r] += tree.leaf_values[leaf_of[r]];
  }

  const Parameters& parameters_;
  Parallel& parallel_;
  const Table& table_;
  const Quantised quantised_;
  Columns columns_;
  std::vector<double> raw_;
  std::optional<HeldOut> held_out_;
  std::uint32_t leaf_iterations_ = 1;
  std::vector<double> gradients_;
  double mean_leaf_ = 0;
  std::set<std::uint32_t> used_tables_;
  std::size_t best_ = 0;  // iteration with the least loss of the rows held out
  Trained out_;
};

}  // namespace

base::Result<Trained> train(const Table& table, const Table* held_out, const Parameters& parameters,
                            const std::function<bool(const Iteration&)>& go_on) {
  TRY_DO(check(table, held_out, parameters));
  Parallel parallel(parameters.threads);
  return Trainer(table, held_out, parameters, quantise(table, parameters, parallel), parallel).run(go_on);
}

}  // namespace proffer::boosting
