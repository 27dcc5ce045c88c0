// boosting TRAIN.csv TEST.csv [iterations depth threads one_hot_max_size]: trains on one table, scores another, and
// prints a line of JSON: seconds, logistic loss, AUC, peak memory. The last column is the target (0 or 1); a column
// whose every value is a number or empty is a number, any other a category. script/bench boosting drives it beside the
// real CatBoost.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>

#include "boosting/train.h"
#include "calibration/logistic.h"
#include "calibration/metrics.h"
#include "gbdt/city_hash.h"
#include "gbdt/evaluator.h"

namespace {

using namespace proffer;
using Clock = std::chrono::steady_clock;
using Cells = std::vector<std::vector<std::string>>;  // by column

Cells read(const char* path) {
  Cells columns;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::stringstream cells(line + ',');
    std::string cell;
    for (std::size_t c = 0; std::getline(cells, cell, ','); ++c) {
      if (columns.size() <= c) columns.emplace_back();
      columns[c].push_back(cell);
    }
  }
  return columns;
}

// NaN for an empty cell; nothing for what is no number.
std::optional<float> number_of(const std::string& cell) {
  if (cell.empty()) return std::numeric_limits<float>::quiet_NaN();
  float value = 0;
  const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (read.ec != std::errc() || read.ptr != cell.data() + cell.size()) return std::nullopt;
  return value;
}

bool is_number(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return number_of(cell).has_value(); });
}

boosting::NumericColumn numbers(const std::vector<std::string>& cells, std::size_t c) {
  boosting::NumericColumn out{fmt::format("{}", c), {}};
  for (const auto& cell : cells) out.values.push_back(*number_of(cell));
  return out;
}

boosting::CategoricalColumn categories(const std::vector<std::string>& cells, std::size_t c) {
  boosting::CategoricalColumn out{fmt::format("{}", c), {}, {}};
  std::map<std::string, std::uint32_t> codes;
  for (const auto& cell : cells) {
    const auto [found, is_new] = codes.emplace(cell, codes.size());
    if (is_new) out.hashes.push_back(gbdt::category_hash(cell));
    out.codes.push_back(found->second);
  }
  return out;
}

boosting::Table table_of(const Cells& cells, const Cells& like) {
  boosting::Table table;
  for (std::size_t c = 0; c + 1 < cells.size(); ++c) {
    if (is_number(like[c])) {
      table.columns.emplace_back(numbers(cells[c], c));
    } else {
      table.columns.emplace_back(categories(cells[c], c));
    }
  }
  for (const auto& cell : cells.back()) table.targets.push_back(*number_of(cell));
  return table;
}

std::vector<double> raw_of(const gbdt::Model& model, const boosting::Table& table) {
  gbdt::Columns columns;
  std::vector<std::vector<std::int32_t>> hashes(model.categories.size());
  for (const auto& feature : model.numbers)
    columns.numbers.emplace_back(std::get<boosting::NumericColumn>(table.columns[feature.column]).values);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const auto& column = std::get<boosting::CategoricalColumn>(table.columns[model.categories[i].column]);
    for (const auto code : column.codes) hashes[i].push_back(column.hashes[code]);
    columns.categories.emplace_back(hashes[i]);
  }
  std::vector<double> out(table.rows());
  gbdt::Evaluator(std::make_shared<const gbdt::Model>(model)).raw(columns, out);
  return out;
}

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

// Of this program alone: what getrusage says includes the one that started it.
long peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6) / 1024;
  }
  return 0;
}

std::uint32_t argument(int argc, char** argv, int i, std::uint32_t otherwise) {
  return argc > i ? static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto train_cells = read(argv[1]), test_cells = read(argv[2]);
  const auto learn = table_of(train_cells, train_cells), test = table_of(test_cells, train_cells);
  boosting::Parameters parameters;
  parameters.iterations = argument(argc, argv, 3, 1'000);
  parameters.depth = argument(argc, argv, 4, 6);
  parameters.threads = argument(argc, argv, 5, 2);
  parameters.one_hot_max_size = argument(argc, argv, 6, 254);
  const auto began = Clock::now();
  const auto trained = boosting::train(learn, nullptr, parameters);
  if (!trained) {
    std::cerr << trained.error().message << '\n';
    return 1;
  }
  const double seconds = seconds_since(began);
  const auto applied = Clock::now();
  auto scores = raw_of(trained->model, test);
  const double apply_seconds = seconds_since(applied);
  for (auto& score : scores) score = calibration::sigmoid(score);
  const std::vector<std::uint8_t> labels(test.targets.begin(), test.targets.end());
  fmt::print(
      "{{\"seconds\": {:.3f}, \"logloss\": {:.5f}, \"auc\": {:.5f}, \"learning_rate\": {:.6f}, "
      "\"apply_ns_a_row_and_tree\": {:.3f}, \"peak_mib\": {}}}\n",
      seconds, calibration::logloss(scores, labels), *calibration::auc(scores, labels), trained->learning_rate,
      apply_seconds * 1e9 / static_cast<double>(test.rows()) / trained->iterations, peak_mib());
  return 0;
}
