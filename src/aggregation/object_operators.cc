// Object Expression Operators of MongoDB's manual.
#include <fmt/format.h>

#include "aggregation/operator_table.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;

bool is_object(const Value& value) { return value && document::type_of(*value) == document::ValueType::object; }

// Later ones win; a single array stands for its elements.
Result<Value> merge(Arguments arguments) {
  json::object merged;
  for (auto& value : arguments) {
    if (is_missing_or_null(value)) continue;
    if (!is_object(value)) return refuse(fmt::format("expected objects, got {}", kind_of(value)));
    for (auto& member : value->get_object()) merged[member.key()] = std::move(member.value());
  }
  return Value(std::move(merged));
}

Result<Value> merge_objects(Arguments arguments) {
  if (arguments.size() != 1 || !arguments[0] || !arguments[0]->is_array()) return merge(arguments);
  const auto& array = arguments[0]->get_array();
  std::vector<Value> elements(array.begin(), array.end());
  return merge(elements);
}

Result<Value> object_to_array(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return Value(json::value());
  if (!is_object(arguments[0])) return refuse(fmt::format("expected an object, got {}", kind_of(arguments[0])));
  json::array out;
  for (const auto& member : arguments[0]->get_object()) {
    out.push_back(json::object{{"k", member.key()}, {"v", member.value()}});
  }
  return Value(std::move(out));
}

// The name and the value of ["a", 1] or {"k": "a", "v": 1}.
std::pair<const json::value*, const json::value*> pair_of(const json::value& value) {
  if (const auto* array = value.if_array(); array != nullptr && array->size() == 2) return {&(*array)[0], &(*array)[1]};
  const auto* object = value.if_object();
  if (object == nullptr || object->size() != 2) return {};
  return {object->if_contains("k"), object->if_contains("v")};
}

Result<Value> array_to_object(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return Value(json::value());
  const auto* array = arguments[0]->if_array();
  if (array == nullptr) return refuse(fmt::format("expected an array, got {}", kind_of(arguments[0])));
  json::object out;
  for (const auto& one : *array) {
    const auto [name, value] = pair_of(one);
    if (name == nullptr || value == nullptr || !name->is_string()) {
      return refuse(R"(expected pairs, each ["name", value] or {"k": "name", "v": value})");
    }
    out[name->get_string()] = *value;
  }
  return Value(std::move(out));
}

constexpr OperatorRow object_rows[] = {
    {"$arrayToObject", array_to_object, 1, 1},
    {"$mergeObjects", merge_objects},
    {"$objectToArray", object_to_array, 1, 1},
};

}  // namespace

std::span<const OperatorRow> object_operators() { return object_rows; }

}  // namespace proffer::aggregation
