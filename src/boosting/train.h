// Training of boosted oblivious trees in the CatBoost manner (Prokhorenkova et al., "CatBoost: unbiased boosting with
// categorical features", NeurIPS 2018, arXiv 1706.09516).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "gbdt/model.h"

namespace proffer::boosting {

struct NumericColumn {
  std::string name;
  std::vector<float> values;  // NaN: missing
};

// Categories as dense codes: row r has the category whose hash is hashes[codes[r]].
struct CategoricalColumn {
  std::string name;
  std::vector<std::uint32_t> codes;
  std::vector<std::int32_t> hashes;  // gbdt::category_hash of each distinct text
};

struct Table {
  std::vector<std::variant<NumericColumn, CategoricalColumn>> columns;  // in the order of the features of a row
  std::vector<float> targets;                                           // Logloss: 0 or 1
  std::vector<float> weights;                                           // empty: 1 each
  std::size_t rows() const { return targets.size(); }
};

enum class Loss : std::uint8_t { logloss, rmse };
enum class Boosting : std::uint8_t { plain, ordered };  // only plain is offered yet
enum class Bootstrap : std::uint8_t { none, mvs, bayesian, bernoulli };
enum class ScoreFunction : std::uint8_t { cosine, l2 };

// Names, meanings and defaults are CatBoost's on a CPU. An empty optional is chosen as CatBoost chooses it.
struct Parameters {
  Loss loss = Loss::logloss;
  std::uint32_t iterations = 1000;
  std::uint32_t depth = 6;  // 1 to 16
  std::optional<double> learning_rate;
  double l2_leaf_reg = 3;
  double random_strength = 1;
  Bootstrap bootstrap = Bootstrap::mvs;
  std::optional<double> subsample;  // (0, 1]: mvs and bernoulli
  double bagging_temperature = 1;   // bayesian
  double rsm = 1;                   // (0, 1]: share of features a level may choose from (colsample_bylevel)
  std::uint32_t border_count = 254;
  std::optional<std::uint32_t> leaf_estimation_iterations;
  ScoreFunction score_function = ScoreFunction::cosine;
  Boosting boosting = Boosting::plain;
  std::uint32_t one_hot_max_size = 2;
  std::uint32_t max_ctr_complexity = 1;  // categories in one statistic: more than one is not offered yet
  double model_size_reg = 0.5;
  std::uint32_t early_stopping_rounds =
      0;                            // 0: none; else stop when the loss of `held_out` has not improved for so long
  bool use_best_model = true;       // with `held_out`: keep the trees up to its best loss
  bool boost_from_average = false;  // rmse: true as CatBoost does; set by who trains
  std::uint64_t seed = 0;
  std::uint32_t threads = 1;  // the model is the same for any number
};

struct Iteration {
  std::uint32_t number = 0;  // from 0
  std::optional<double> held_out_loss;
};

struct Trained {
  gbdt::Model model;
  double learning_rate = 0;           // what was used
  std::uint32_t iterations = 0;       // trees in the model
  std::vector<double> held_out_loss;  // after each iteration that was made
  bool stopped = false;               // `go_on` said so
};

// A false from `go_on`, asked after each iteration, ends training: cancelled or pruned. Errors: invalid (a parameter
// out of its range, a table without rows, columns of unequal length, one class). Equal arguments give the equal model,
// bit for bit.
base::Result<Trained> train(const Table& table, const Table* held_out, const Parameters& parameters,
                            const std::function<bool(const Iteration&)>& go_on = {});

}  // namespace proffer::boosting
