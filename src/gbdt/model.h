// A trained model of boosted oblivious trees, as plain data.
//
// Serving reads it (evaluator.h), formats write and read it (catboost_json.h, catboost_binary.h, model_codec.h), and
// the trainer (src/boosting) makes it. It can say whatever CatBoost's own models with one output, numbers and
// categories can say, so that models move both ways without loss.
//
// Categories are known by 32 bits: the low half of CityHash64 v1.0 of their text (category_hash in city_hash.h).
// Numbers are compared as floats: value > border.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace proffer::gbdt {

// What a missing number (NaN) counts as: below every border, above every border, or not to be given at all.
enum class MissingNumber : std::uint8_t { none, smallest, largest };

struct NumericFeature {
  std::string name;
  std::uint32_t column = 0;  // its place among all features of a row, numeric and categorical
  MissingNumber missing = MissingNumber::none;
  bool saw_missing = false;    // in training
  std::vector<float> borders;  // ascending
};

struct CategoricalFeature {
  std::string name;
  std::uint32_t column = 0;
};

// A category that is asked for by equality: one split a value.
struct OneHotFeature {
  std::uint32_t category = 0;        // index in Model::categories
  std::vector<std::int32_t> values;  // category hashes
};

// One element of a combination beside its categories: whether a number is above a border, or a category has a value.
struct NumberAbove {
  std::uint32_t number = 0;  // index in Model::numbers
  float border = 0;
  bool operator==(const NumberAbove&) const = default;
};
struct CategoryIs {
  std::uint32_t category = 0;
  std::int32_t value = 0;
  bool operator==(const CategoryIs&) const = default;
};

// What a target statistic counts by: the combination of these. All three lists are sorted; categories is not empty or
// one of the others is not.
struct Projection {
  std::vector<std::uint32_t> categories;
  std::vector<NumberAbove> numbers;
  std::vector<CategoryIs> values;
  bool operator==(const Projection&) const = default;
};

enum class StatisticKind : std::uint8_t {
  borders,            // share of rows above a border of the target: good = rows with class > target_border
  buckets,            // share of rows in a bucket of the target: good = rows with class = target_border
  target_mean,        // mean of the target (BinarizedTargetMeanValue)
  float_target_mean,  // mean of the target as a number (FloatTargetMeanValue)
  counter,            // rows with the combination, against the most frequent one
  feature_frequency,  // the same against all rows
};

// What training counted for one projection, by the combination's hash. The layout of `counts` follows the kind:
// borders, buckets: `classes` integers a combination; target_mean: pairs (sum, count); counter: one count.
struct StatisticTable {
  Projection projection;
  StatisticKind kind = StatisticKind::borders;
  std::uint32_t classes = 2;
  std::int64_t denominator = 0;                             // of counter and feature_frequency
  std::unordered_map<std::uint64_t, std::uint32_t> row_of;  // combination's hash -> row of the arrays below
  std::vector<std::int32_t> counts;                         // borders, buckets: row * classes + class; counter: row
  std::vector<float> sums;                                  // means: row
  std::vector<std::int32_t> sum_counts;                     // means: row
};

// A statistic as a number that splits can ask: scale * ((good + prior) / (total + prior_weight) + shift).
struct StatisticFeature {
  std::uint32_t table = 0;  // index in Model::tables
  std::uint32_t target_border = 0;
  float prior = 0;
  float prior_weight = 1;
  float shift = 0;
  float scale = 1;
  std::vector<float> borders;  // ascending
};

// A question with the answer no (0) or yes (1).
struct Split {
  enum class Kind : std::uint8_t { number, one_hot, statistic };
  Kind kind = Kind::number;
  std::uint32_t feature = 0;    // index in Model::numbers, one_hots or statistics
  std::uint32_t threshold = 0;  // index in its borders or values
  bool operator==(const Split&) const = default;
};

// All nodes of a level ask the same question, so a leaf is the sum over levels i of answer_i << i.
struct Tree {
  std::vector<Split> splits;
  std::vector<double> leaf_values;   // 1 << splits.size()
  std::vector<double> leaf_weights;  // sum of row weights in training; empty when not known
};

struct Model {
  std::vector<NumericFeature> numbers;
  std::vector<CategoricalFeature> categories;
  std::vector<OneHotFeature> one_hots;
  std::vector<StatisticTable> tables;
  std::vector<StatisticFeature> statistics;
  std::vector<Tree> trees;
  double scale = 1;  // raw score = scale * sum of leaves + bias
  double bias = 0;
  // What formats carry beside: "params" (JSON text), "class_params" and others. Not used for scores.
  std::vector<std::pair<std::string, std::string>> notes;
};

}  // namespace proffer::gbdt
