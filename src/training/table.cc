#include "training/table.h"

#include <limits>
#include <map>
#include <string_view>
#include <unordered_map>

#include "gbdt/city_hash.h"

namespace proffer::training {
namespace {

using boosting::CategoricalColumn, boosting::NumericColumn, boosting::Table;

// Gives categories their codes, in the order in which they come.
class Coder {
 public:
  Coder(CategoricalColumn& column, std::size_t rows) : column_(column), missing_(code_of(gbdt::category_hash(""))) {
    column_.codes.assign(rows, missing_);
  }
  void set(std::size_t row, std::string_view text) { column_.codes[row] = code_of(gbdt::category_hash(text)); }

 private:
  std::uint32_t code_of(std::int32_t hash) {
    const auto [found, is_new] = codes_.emplace(hash, static_cast<std::uint32_t>(column_.hashes.size()));
    if (is_new) column_.hashes.push_back(hash);
    return found->second;
  }

  CategoricalColumn& column_;
  std::unordered_map<std::int32_t, std::uint32_t> codes_;
  std::uint32_t missing_;
};

void compact(CategoricalColumn& column) {
  constexpr auto unused = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> new_code(column.hashes.size(), unused);
  std::vector<std::int32_t> hashes;
  for (auto& code : column.codes) {
    if (new_code[code] == unused) {
      new_code[code] = static_cast<std::uint32_t>(hashes.size());
      hashes.push_back(column.hashes[code]);
    }
    code = new_code[code];
  }
  column.hashes = std::move(hashes);
}

template <class T>
std::vector<T> picked(const std::vector<T>& values, std::span<const std::size_t> rows) {
  std::vector<T> out;
  out.reserve(rows.size());
  for (const auto row : rows) out.push_back(values[row]);
  return out;
}

}  // namespace

Table table_of(const scoring::Schema& schema, std::span<const Example> examples) {
  Table out;
  std::unordered_map<std::string_view, std::size_t> column_of;
  std::map<std::size_t, Coder> coders;
  out.columns.reserve(schema.size());
  for (std::size_t i = 0; i < schema.size(); ++i) {
    column_of.emplace(schema[i].name, i);
    if (schema[i].kind == scoring::Kind::category) {
      out.columns.emplace_back(CategoricalColumn{schema[i].name, {}, {}});
      coders.emplace(i, Coder(std::get<CategoricalColumn>(out.columns[i]), examples.size()));
    } else {
      const auto missing = std::numeric_limits<float>::quiet_NaN();
      out.columns.emplace_back(NumericColumn{schema[i].name, std::vector<float>(examples.size(), missing)});
    }
  }
  for (std::size_t row = 0; row < examples.size(); ++row) {
    out.targets.push_back(examples[row].label);
    for (const auto& member : *examples[row].features) {
      const auto found = column_of.find(std::string_view(member.key()));
      if (found == column_of.end()) continue;
      const std::size_t i = found->second;
      if (schema[i].kind == scoring::Kind::category) {
        coders.at(i).set(row, scoring::text_of(member.value()));
      } else {
        std::get<NumericColumn>(out.columns[i]).values[row] = scoring::number_of(schema[i].kind, member.value());
      }
    }
  }
  for (const auto& [i, coder] : coders) compact(std::get<CategoricalColumn>(out.columns[i]));
  return out;
}

Table rows_of(const Table& table, std::span<const std::size_t> rows) {
  Table out;
  out.columns.reserve(table.columns.size());
  for (const auto& column : table.columns) {
    if (const auto* numbers = std::get_if<NumericColumn>(&column)) {
      out.columns.emplace_back(NumericColumn{numbers->name, picked(numbers->values, rows)});
    } else {
      const auto& from = std::get<CategoricalColumn>(column);
      CategoricalColumn categories{from.name, picked(from.codes, rows), from.hashes};
      compact(categories);
      out.columns.emplace_back(std::move(categories));
    }
  }
  out.targets = picked(table.targets, rows);
  if (!table.weights.empty()) out.weights = picked(table.weights, rows);
  return out;
}

}  // namespace proffer::training
