// apply_model MODEL.json ROWS.json EXPORT.json IMPORTANCES.json EXPLANATIONS.json: the raw score of each row by a model
// of CatBoost's, one a line. Rows are arrays of the features in their order, null for a missing number. The model goes
// through our own format, and is written anew.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "document/json.h"
#include "gbdt/catboost_json.h"
#include "gbdt/city_hash.h"
#include "gbdt/evaluator.h"
#include "gbdt/importance.h"
#include "gbdt/model_codec.h"
#include "gbdt/shap.h"

namespace {

using namespace proffer;
namespace json = boost::json;

json::value read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return document::parse_json(text.str(), path, 64).value();
}

float number_of(const json::value& value) {
  return value.is_null() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value.to_number<double>());
}

double score(const gbdt::Evaluator& evaluator, const json::array& row, gbdt::Evaluator::Scratch& scratch) {
  std::vector<float> numbers;
  std::vector<std::int32_t> categories;
  for (const auto& feature : evaluator.model().numbers) numbers.push_back(number_of(row.at(feature.column)));
  for (const auto& feature : evaluator.model().categories)
    categories.push_back(gbdt::category_hash(std::string_view(row.at(feature.column).as_string())));
  return evaluator.raw({numbers, categories}, scratch);
}

// The values of each column of a row, and what is expected.
json::array explanation_of(const gbdt::Explainer& explainer, const gbdt::Model& model, const json::array& row) {
  std::vector<float> numbers;
  std::vector<std::int32_t> categories;
  for (const auto& feature : model.numbers) numbers.push_back(number_of(row.at(feature.column)));
  for (const auto& feature : model.categories)
    categories.push_back(gbdt::category_hash(std::string_view(row.at(feature.column).as_string())));
  const auto explanation = explainer.explain({numbers, categories});
  json::array out(explanation.values.begin(), explanation.values.end());
  out.emplace_back(explanation.expected);
  return out;
}

json::array explanations_of(std::shared_ptr<const gbdt::Evaluator> evaluator, const json::array& rows) {
  const auto explainer = gbdt::Explainer::make(evaluator);
  json::array out;
  for (std::size_t i = 0; explainer && i < std::min<std::size_t>(rows.size(), 50); ++i)
    out.push_back(explanation_of(*explainer, evaluator->model(), rows[i].as_array()));
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
  for (const auto& row : rows.as_array()) fmt::print("{:.17g}\n", score(*evaluator, row.as_array(), scratch));
  return 0;
}
