#include "training/train_scorer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "boosting/parallel.h"
#include "calibration/folds.h"
#include "calibration/logistic.h"
#include "training/split.h"

namespace proffer::training {
namespace {

using boosting::Table;
using calibration::folds;
using Labels = std::vector<std::uint8_t>;

// Raw scores of all rows of a table by a model that was trained on columns in the same places.
std::vector<double> raw_scores(const gbdt::Model& model, const Table& table) {
  std::vector<std::vector<std::int32_t>> hashes;
  gbdt::Columns columns;
  for (const auto& number : model.numbers)
    columns.numbers.emplace_back(std::get<boosting::NumericColumn>(table.columns[number.column]).values);
  for (const auto& category : model.categories) {
    const auto& column = std::get<boosting::CategoricalColumn>(table.columns[category.column]);
    auto& values = hashes.emplace_back();
    for (const auto code : column.codes) values.push_back(column.hashes[code]);
  }
  for (const auto& values : hashes) columns.categories.emplace_back(values);
  std::vector<double> out(table.rows());
  const gbdt::Evaluator evaluator(std::shared_ptr<const gbdt::Model>(std::shared_ptr<const void>(), &model));
  evaluator.raw(columns, out);
  return out;
}

// Of rows of one class nothing can be told apart: every row gets the smoothed share of that class.
std::optional<double> score_of_one_class(std::span<const float> labels) {
  const auto positive = static_cast<double>(std::count(labels.begin(), labels.end(), 1.0F));
  const auto all = static_cast<double>(labels.size());
  if (positive > 0 && positive < all) return std::nullopt;
  return std::log((positive + 1) / (all - positive + 1));
}

struct Folded {
  std::vector<std::uint8_t> fold;  // of each row
  std::vector<double> raw;         // by the model that was trained without its fold
};

base::Status score_fold(const Table& table, const boosting::Parameters& parameters, std::uint8_t fold, Folded& out,
                        const Watch& watch) {
  std::vector<std::size_t> inside, others;
  for (std::size_t row = 0; row < table.rows(); ++row) (out.fold[row] == fold ? inside : others).push_back(row);
  const auto learned = rows_of(table, others);
  if (const auto constant = score_of_one_class(learned.targets)) {
    for (const auto row : inside) out.raw[row] = *constant;
    return {};
  }
  TRY(const auto trained, boosting::train(learned, nullptr, parameters, [&](const auto&) { return !watch.stopped(); }));
  const auto scores = raw_scores(trained.model, rows_of(table, inside));
  for (std::size_t i = 0; i < inside.size(); ++i) out.raw[inside[i]] = scores[i];
  return {};
}

base::Result<Folded> score_out_of_fold(const Table& table, const Labels& labels, const Found& found,
                                       const TrainingOptions& options, const Watch& watch) {
  Folded out{calibration::stratified_folds(labels, options.seed), std::vector<double>(table.rows())};
  std::vector<base::Status> ended(folds);
  boosting::Parallel(options.threads).for_each(folds, [&](std::size_t fold) {
    ended[fold] = score_fold(table, found.parameters, static_cast<std::uint8_t>(fold), out, watch);
  });
  if (watch.stopped()) return base::fail(base::ErrorKind::gone, "training was cancelled");
  for (const auto& status : ended) TRY_DO(status);
  return out;
}

// Each row's probability by a calibrator of the other folds.
std::vector<double> calibrated_out_of_fold(const Folded& folded, const Labels& labels, std::uint64_t seed) {
  std::vector<double> out(labels.size());
  for (std::uint8_t fold = 0; fold < folds; ++fold) {
    std::vector<double> raw;
    Labels of;
    for (std::size_t row = 0; row < labels.size(); ++row) {
      if (folded.fold[row] == fold) continue;
      raw.push_back(folded.raw[row]);
      of.push_back(labels[row]);
    }
    const auto calibrator = calibration::choose_calibrator(raw, of, seed);
    for (std::size_t row = 0; row < labels.size(); ++row) {
      if (folded.fold[row] == fold) out[row] = calibrator.apply(folded.raw[row]);
    }
  }
  return out;
}

Figures figures_of(const Folded& folded, const Labels& labels, std::span<const std::size_t> rows, std::uint64_t seed) {
  const auto probabilities = calibrated_out_of_fold(folded, labels, seed);
  std::vector<double> calibrated, uncalibrated;
  Labels of;
  for (const auto row : rows) {
    calibrated.push_back(probabilities[row]);
    uncalibrated.push_back(calibration::sigmoid(folded.raw[row]));
    of.push_back(labels[row]);
  }
  Figures out;
  out.auc = calibration::auc(calibrated, of).value_or(0.5);
  out.logloss = calibration::logloss(calibrated, of);
  out.brier = calibration::brier(calibrated, of);
  out.brier_uncalibrated = calibration::brier(uncalibrated, of);
  out.brier_baseline = calibration::brier_baseline(of);
  out.ece = calibration::ece(calibrated, of);
  out.rows = rows.size();
  out.reliability = calibration::reliability(calibrated, of);
  return out;
}

base::Result<gbdt::Model> train_on_all(const Table& table, boosting::Parameters parameters, std::uint32_t threads,
                                       const Watch& watch) {
  parameters.threads = threads;
  TRY(auto trained, boosting::train(table, nullptr, parameters, [&](const auto&) { return !watch.stopped(); }));
  if (trained.stopped) return base::fail(base::ErrorKind::gone, "training was cancelled");
  return std::move(trained.model);
}

}  // namespace

base::Result<TrainedScorer> train_scorer(std::span<const Example> examples, const TrainingOptions& options,
                                         const Watch& watch) {
  watch.tell("read", 0);
  std::vector<const boost::json::object*> rows;
  for (const auto& example : examples) rows.push_back(example.features);
  TrainedScorer out;
  out.model.schema = scoring::infer_schema(rows);
  const auto table = table_of(out.model.schema, examples);
  const auto split = stratified_split(table.targets, options.seed);
  TRY(out.found, search(rows_of(table, split.learned), rows_of(table, split.held_out), options.trials, options.seed,
                        options.threads, watch));
  watch.tell("calibrate", 70);
  Labels labels;
  for (const auto& example : examples) labels.push_back(example.label);
  TRY(const auto folded, score_out_of_fold(table, labels, out.found, options, watch));
  out.figures = figures_of(folded, labels, split.learned, options.seed);
  out.model.calibrator = calibration::choose_calibrator(folded.raw, labels, options.seed);
  watch.tell("train", 90);
  TRY(out.model.trees, train_on_all(table, out.found.parameters, options.threads, watch));
  TRY(out.importances, gbdt::importances(out.model.trees));
  std::stable_sort(out.importances.begin(), out.importances.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  return out;
}

}  // namespace proffer::training
