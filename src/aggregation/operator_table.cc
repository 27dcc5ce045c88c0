#include "aggregation/operator_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "document/value_order.h"

namespace proffer::aggregation {
namespace {

const std::array tables{arithmetic_operators, logic_operators,      text_operators,
                        array_operators,      object_operators,     binding_operators,
                        date_operators,       conversion_operators, statistic_operators};

}  // namespace

const OperatorRow* find_operator(std::string_view name) {
  for (const auto& table : tables) {
    const auto rows = table();
    const auto found = std::ranges::find(rows, name, &OperatorRow::name);
    if (found != rows.end()) return &*found;
  }
  return nullptr;
}

std::string operator_names() {
  std::set<std::string_view> names;
  for (const auto& table : tables) {
    for (const auto& row : table()) names.insert(row.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

tl::unexpected<base::Error> refuse(std::string message) {
  return base::fail(base::ErrorKind::invalid, std::move(message));
}

std::string_view kind_of(const Value& value) {
  if (!value) return "nothing";
  switch (document::type_of(*value)) {
    case document::ValueType::null:
      return "null";
    case document::ValueType::number:
      return "a number";
    case document::ValueType::string:
      return "a string";
    case document::ValueType::object:
      return "an object";
    case document::ValueType::array:
      return "an array";
    case document::ValueType::boolean:
      return "a boolean";
    case document::ValueType::date:
      return "a date";
  }
  return "";
}

}  // namespace proffer::aggregation
