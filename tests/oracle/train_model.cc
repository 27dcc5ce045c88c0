// train_model ROWS.json MODEL.json: trains on rows whose last element is the target (0 or 1), writes the model in
// CatBoost's form, and prints its raw score of each row, one a line. A column of texts is a category, null a missing
// number.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>

#include "boosting/train.h"
#include "document/json.h"
#include "gbdt/catboost_json.h"
#include "oracle/rows.h"

namespace {

using namespace proffer;
using namespace proffer::oracle;

boosting::NumericColumn numbers(const json::array& rows, std::size_t c) {
  boosting::NumericColumn out{fmt::format("n{}", c), {}};
  for (const auto& row : rows) out.values.push_back(number_of(row.at(c)));
  return out;
}

boosting::CategoricalColumn categories(const json::array& rows, std::size_t c) {
  boosting::CategoricalColumn out{fmt::format("c{}", c), {}, {}};
  std::map<std::string, std::uint32_t> codes;
  for (const auto& row : rows) {
    const std::string text(row.at(c).as_string());
    const auto [found, is_new] = codes.emplace(text, codes.size());
    if (is_new) out.hashes.push_back(gbdt::category_hash(text));
    out.codes.push_back(found->second);
  }
  return out;
}

boosting::Table table_of(const json::array& rows) {
  boosting::Table out;
  const std::size_t columns = rows.at(0).as_array().size() - 1;
  for (std::size_t c = 0; c < columns; ++c) {
    if (rows.at(0).at(c).is_string()) {
      out.columns.emplace_back(categories(rows, c));
    } else {
      out.columns.emplace_back(numbers(rows, c));
    }
  }
  for (const auto& row : rows) out.targets.push_back(number_of(row.at(columns)));
  return out;
}

void print_scores(const gbdt::Model& model, const json::array& rows) {
  const gbdt::Evaluator evaluator(std::make_shared<const gbdt::Model>(model));
  gbdt::Evaluator::Scratch scratch;
  for (const auto& row : rows) fmt::print("{:.17g}\n", score(evaluator, row, scratch));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto document = read(argv[1]);
  const auto& rows = document.as_array();
  boosting::Parameters parameters;
  parameters.iterations = 80;
  parameters.depth = 5;
  parameters.one_hot_max_size = 4;
  const auto trained = boosting::train(table_of(rows), nullptr, parameters);
  if (!trained) {
    std::cerr << trained.error().message << '\n';
    return 1;
  }
  std::ofstream(argv[2]) << document::json_text(gbdt::to_catboost_json(trained->model));
  print_scores(trained->model, rows);
  return 0;
}
