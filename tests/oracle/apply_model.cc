// apply_model MODEL.json ROWS.json EXPORT.json IMPORTANCES.json EXPLANATIONS.json: the raw score of each row by a model
// of CatBoost's, one a line. Rows are arrays of the features in their order, null for a missing number. The model goes
// through our own format, and is written anew.
#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "document/json.h"
#include "gbdt/catboost_json.h"
#include "gbdt/evaluator.h"
#include "gbdt/importance.h"
#include "gbdt/model_codec.h"
#include "gbdt/shap.h"
#include "oracle/rows.h"

namespace {

using namespace proffer;
using namespace proffer::oracle;

// The values of each column of a row, and what is expected.
json::array explanation_of(const gbdt::Explainer& explainer, const gbdt::Model& model, const json::value& row) {
  const auto explanation = explainer.explain(RowValues(model, row).row());
  json::array out(explanation.values.begin(), explanation.values.end());
  out.emplace_back(explanation.expected);
  return out;
}

json::array explanations_of(std::shared_ptr<const gbdt::Evaluator> evaluator, const json::array& rows) {
  const auto explainer = gbdt::Explainer::make(evaluator);
  json::array out;
  for (std::size_t i = 0; explainer && i < std::min<std::size_t>(rows.size(), 50); ++i)
    out.push_back(explanation_of(*explainer, evaluator->model(), rows[i]));
  return out;
}

json::array shares_of(const gbdt::Model& model) {
  json::array out;
  const auto features = gbdt::importances(model);
  if (!features) return out;
  for (const auto& feature : *features) out.emplace_back(feature.share);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  auto read_model = gbdt::from_catboost_json(read(argv[1]));
  auto model = read_model ? gbdt::decode_model(gbdt::encode_model(*read_model)) : std::move(read_model);
  if (!model) {
    std::cerr << model.error().message << '\n';
    return 1;
  }
  std::ofstream(argv[3]) << document::json_text(gbdt::to_catboost_json(*model));
  std::ofstream(argv[4]) << document::json_text(shares_of(*model));
  const auto evaluator =
      std::make_shared<const gbdt::Evaluator>(std::make_shared<const gbdt::Model>(std::move(*model)));
  gbdt::Evaluator::Scratch scratch;
  const auto rows = read(argv[2]);
  std::ofstream(argv[5]) << document::json_text(explanations_of(evaluator, rows.as_array()));
  for (const auto& row : rows.as_array()) fmt::print("{:.17g}\n", score(*evaluator, row, scratch));
  return 0;
}
