// A trained model of scoring, and how it answers.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "calibration/calibrator.h"
#include "gbdt/evaluator.h"
#include "gbdt/shap.h"
#include "scoring/schema.h"

namespace proffer::scoring {

// Feature i of the schema is column i of the trees.
struct ScoringModel {
  Schema schema;
  gbdt::Model trees;
  calibration::Calibrator calibrator;
};

// A model as bytes (docs/formats/models.md). Equal models give equal bytes.
std::string encode(const ScoringModel& model);
base::Result<ScoringModel> decode(std::string_view bytes);  // errors: malformed

struct Score {
  double raw = 0;    // log-odds
  double score = 0;  // the calibrated probability, strictly inside (0, 1)
};

struct Contribution {
  std::string_view feature;
  double value = 0;
};
struct Explanation {
  double expected = 0;
  std::vector<Contribution> contributions;  // with `expected` they add up to the raw score
};

// Not changed by its use: any number of threads may share one. Copies share the model.
class Scorer {
 public:
  explicit Scorer(ScoringModel model);

  // A feature that the model does not know is ignored; one that is absent or of another kind is missing. O(features +
  // trees).
  Score score(const boost::json::object& features) const;
  base::Result<Explanation> explain(const boost::json::object& features) const;

  const ScoringModel& model() const { return *model_; }

 private:
  struct Values {
    std::vector<float> numbers;
    std::vector<std::int32_t> categories;
  };
  struct Place {
    Kind kind;
    std::uint32_t index;  // among the numbers or the categories of the trees
  };

  Values values_of(const boost::json::object& features) const;

  std::shared_ptr<const ScoringModel> model_;  // what the others point into
  std::shared_ptr<const gbdt::Evaluator> evaluator_;
  base::Result<gbdt::Explainer> explainer_;             // made once: its tables take longer than an answer may
  std::unordered_map<std::string_view, Place> places_;  // of the names in the schema
  Values missing_;
};

}  // namespace proffer::scoring
