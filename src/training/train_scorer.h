// From labelled rows to a calibrated model and honest figures about it.
//
// 1. A stratified split; parameters are searched by the loss of its fifth that is held out.
// 2. With the winner's parameters, five models that each leave out one fold give every row a score of a model that has
//    not seen it. The calibrator is chosen and fitted on these.
// 3. The figures are of the rows that were not held out in step 1, so that none of them chose the parameters: each is
//    scored by the model of its fold, and calibrated by a calibrator of the four other folds.
// 4. The model that serves is trained on all rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "calibration/metrics.h"
#include "gbdt/importance.h"
#include "scoring/scorer.h"
#include "training/search.h"
#include "training/table.h"

namespace proffer::training {

struct Figures {
  double auc = 0, logloss = 0, brier = 0, brier_uncalibrated = 0, brier_baseline = 0, ece = 0;
  std::size_t rows = 0;  // that they are of
  std::vector<calibration::ReliabilityBin> reliability;
};

struct TrainedScorer {
  scoring::ScoringModel model;
  Figures figures;
  std::vector<gbdt::Importance> importances;  // the largest first
  Found found;
};

struct TrainingOptions {
  std::size_t trials = 40;
  std::uint64_t seed = 0;
  std::uint32_t threads = 1;  // what comes out is the same for any number
};

// Needs both classes. Errors: `invalid` for rows without any feature; `gone` when stopped.
base::Result<TrainedScorer> train_scorer(std::span<const Example> examples, const TrainingOptions& options,
                                         const Watch& watch = {});

}  // namespace proffer::training
