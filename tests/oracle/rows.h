// How the programs of this folder read models and rows.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

#include "document/json.h"
#include "gbdt/city_hash.h"
#include "gbdt/evaluator.h"

namespace proffer::oracle {
namespace json = boost::json;

inline json::value read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return document::parse_json(text.str(), path, 64).value();
}

inline float number_of(const json::value& value) {
  return value.is_null() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value.to_number<double>());
}

// The values of a model's features in a row.
struct RowValues {
  std::vector<float> numbers;
  std::vector<std::int32_t> categories;

  RowValues(const gbdt::Model& model, const json::value& row) {
    for (const auto& feature : model.numbers) numbers.push_back(number_of(row.at(feature.column)));
    for (const auto& feature : model.categories)
      categories.push_back(gbdt::category_hash(std::string_view(row.at(feature.column).as_string())));
  }
  gbdt::Row row() const { return {numbers, categories}; }
};

inline double score(const gbdt::Evaluator& evaluator, const json::value& row, gbdt::Evaluator::Scratch& scratch) {
  return evaluator.raw(RowValues(evaluator.model(), row).row(), scratch);
}

}  // namespace proffer::oracle
