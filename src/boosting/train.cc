#include "boosting/train.h"

#include <algorithm>
#include <cmath>

#include "boosting/bootstrap.h"
#include "boosting/check.h"
#include "boosting/defaults.h"
#include "boosting/leaf_values.h"
#include "boosting/loss.h"
#include "boosting/quantised.h"
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

double mean_size(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += std::abs(v);
  return sum / static_cast<double>(values.size());
}

// Rows that are scored as trees are added, learned from or not.
struct Scored {
  const Table& table;
  std::vector<BinColumn> columns;
  std::vector<double> raw;
};

class Trainer {
 public:
  Trainer(const Table& table, const Table* held_out, const Parameters& parameters, Quantised quantised,
          Parallel& parallel)
      : parameters_(parameters),
        parallel_(parallel),
        learn_{table, std::move(quantised.columns), {}},
        features_(std::move(quantised.features)) {
    const double bias = parameters.boost_from_average ? weighted_mean(table) : 0;
    out_.model = features_;
    out_.model.bias = bias;
    learn_.raw.assign(table.rows(), bias);
    if (held_out != nullptr)
      held_out_.emplace(Scored{*held_out, quantise_as({features_, learn_.columns}, *held_out),
                               std::vector<double>(held_out->rows(), bias)});
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
    gradients_.resize(learn_.raw.size());
    parallel_.for_each(blocks_of(gradients_.size()), [&](std::size_t b) {
      const auto [begin, end] = block_at(b, gradients_.size());
      for (std::size_t r = begin; r < end; ++r) {
        const double w = learn_.table.weights.empty() ? 1 : learn_.table.weights[r];
        gradients_[r] = w * derivatives(parameters_.loss, learn_.raw[r], learn_.table.targets[r]).gradient;
      }
    });
  }

  // The deviation of the noise of scores, which dies out as the model grows: random_strength x rms(gradient) x m / (1 +
  // m), m = rows x exp(-trees x learning rate).
  double noise_deviation(std::uint32_t trees) const {
    const double m = std::exp(std::log(static_cast<double>(gradients_.size())) - trees * out_.learning_rate);
    return parameters_.random_strength * root_mean_square(gradients_) * m / (1 + m);
  }

  gbdt::Tree grown(std::uint32_t number, std::vector<std::uint16_t>& leaf_of) {
    fill_gradients();
    const double deviation = noise_deviation(number);
    auto weights = sample_weights(parameters_, gradients_, mean_leaf_, number, parallel_);
    std::vector<double> gradients(weights.size());
    for (std::size_t r = 0; r < weights.size(); ++r) {
      gradients[r] = gradients_[r] * weights[r];
      if (!learn_.table.weights.empty()) weights[r] *= learn_.table.weights[r];
    }
    gbdt::Tree tree;
    tree.splits = search_tree(learn_.columns, {gradients, weights}, parameters_,
                              {deviation, parameters_.seed ^ 0x6e6f697365ULL, number}, parallel_, leaf_of);
    return tree;
  }

  void add_tree(std::uint32_t number) {
    std::vector<std::uint16_t> leaf_of(learn_.raw.size(), 0);
    auto tree = grown(number, leaf_of);
    const std::size_t leaves = std::size_t{1} << tree.splits.size();
    const LeafRows rows{learn_.raw, learn_.table.targets, learn_.table.weights, leaf_of};
    tree.leaf_values =
        leaf_values(parameters_.loss, rows, leaves, parameters_.l2_leaf_reg, leaf_iterations_, parallel_);
    tree.leaf_weights = leaf_weights(rows, leaves);
    for (auto& value : tree.leaf_values) value *= out_.learning_rate;
    mean_leaf_ = mean_size(tree.leaf_values);
    for (std::size_t r = 0; r < leaf_of.size(); ++r) learn_.raw[r] += tree.leaf_values[leaf_of[r]];
    if (held_out_) score_held_out(tree);
    out_.model.trees.push_back(std::move(tree));
  }

  void score_held_out(const gbdt::Tree& tree) {
    std::vector<std::uint16_t> leaf_of(held_out_->raw.size(), 0);
    for (std::size_t level = 0; level < tree.splits.size(); ++level) {
      const auto& split = tree.splits[level];
      const auto column = std::ranges::find_if(
          held_out_->columns, [&](const BinColumn& c) { return c.kind == split.kind && c.feature == split.feature; });
      add_answers(*column, split.threshold, level, leaf_of);
    }
    for (std::size_t r = 0; r < leaf_of.size(); ++r) held_out_->raw[r] += tree.leaf_values[leaf_of[r]];
  }

  const Parameters& parameters_;
  Parallel& parallel_;
  Scored learn_;
  gbdt::Model features_;
  std::optional<Scored> held_out_;
  std::uint32_t leaf_iterations_ = 1;
  std::vector<double> gradients_;
  double mean_leaf_ = 0;
  std::size_t best_ = 0;  // iteration with the least loss of the rows held out
  Trained out_;
};

}  // namespace

base::Result<Trained> train(const Table& table, const Table* held_out, const Parameters& parameters,
                            const std::function<bool(const Iteration&)>& go_on) {
  TRY_DO(check(table, held_out, parameters));
  Parallel parallel(parameters.threads);
  TRY(auto quantised, quantise(table, parameters, parallel));
  return Trainer(table, held_out, parameters, std::move(quantised), parallel).run(go_on);
}

}  // namespace proffer::boosting
