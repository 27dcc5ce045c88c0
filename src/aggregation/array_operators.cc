// Array Expression Operators of MongoDB's manual.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "aggregation/numbers.h"
#include "aggregation/operator_table.h"
#include "base/limits.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;

constexpr std::int64_t longest_range = base::limits::document_bytes / 16;

tl::unexpected<base::Error> no_array(const Value& value) {
  return refuse(fmt::format("expected an array, got {}", kind_of(value)));
}

json::array* array_in(Value& value) { return value ? value->if_array() : nullptr; }

Result<Value> size(Arguments arguments) {
  const auto* array = array_in(arguments[0]);
  if (array == nullptr) return no_array(arguments[0]);
  return Value(json::value(static_cast<std::int64_t>(array->size())));
}

Result<Value> is_array(Arguments arguments) { return Value(json::value(array_in(arguments[0]) != nullptr)); }

// Missing behind the array's ends; a negative index counts from the last element.
Value element(json::array& array, std::int64_t index) {
  const auto count = static_cast<std::int64_t>(array.size());
  if (index < 0) index += count;
  if (index < 0 || index >= count) return std::nullopt;
  return std::move(array[static_cast<std::size_t>(index)]);
}

Result<Value> element_at(Arguments arguments) {
  if (is_missing_or_null(arguments[0]) || is_missing_or_null(arguments[1])) return null_result();
  auto* array = array_in(arguments[0]);
  if (array == nullptr) return no_array(arguments[0]);
  const auto index = whole_number(*arguments[1]);
  if (!index || *index < INT32_MIN || *index > INT32_MAX) return refuse("expected an index that is an integer");
  return element(*array, *index);
}

template <int index>
Result<Value> end_element(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return null_result();
  auto* array = array_in(arguments[0]);
  return array == nullptr ? Result<Value>(no_array(arguments[0])) : element(*array, index);
}

Result<Value> in(Arguments arguments) {
  const auto* array = array_in(arguments[1]);
  if (array == nullptr) return no_array(arguments[1]);
  return Value(json::value(
      std::ranges::any_of(*array, [&](const json::value& one) { return compare(arguments[0], one) == 0; })));
}

Result<Value> index_of(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return null_result();
  const auto* array = array_in(arguments[0]);
  if (array == nullptr) return no_array(arguments[0]);
  const auto found =
      std::ranges::find_if(*array, [&](const json::value& one) { return compare(arguments[1], one) == 0; });
  return Value(json::value(found == array->end() ? std::int64_t{-1} : std::int64_t{found - array->begin()}));
}

Result<Value> concat_arrays(Arguments arguments) {
  json::array all;
  for (auto& value : arguments) {
    if (is_missing_or_null(value)) return null_result();
    auto* array = array_in(value);
    if (array == nullptr) return no_array(value);
    std::ranges::move(*array, std::back_inserter(all));
  }
  return Value(std::move(all));
}

Result<Value> reverse(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return null_result();
  auto* array = array_in(arguments[0]);
  if (array == nullptr) return no_array(arguments[0]);
  std::ranges::reverse(*array);
  return arguments[0];
}

Value sliced(const json::array& array, std::int64_t begin, std::int64_t count) {
  const auto size = static_cast<std::int64_t>(array.size());
  begin = std::clamp(begin < 0 ? begin + size : begin, std::int64_t{0}, size);
  const std::int64_t end = begin + std::min(count, size - begin);
  return json::array(array.begin() + begin, array.begin() + end);
}

// [array, n]: the first n, or the last -n. [array, begin, n]: n of them from there.
Result<Value> slice(Arguments arguments) {
  for (const auto& value : arguments) {
    if (is_missing_or_null(value) && &value != &arguments[2]) return null_result();
  }
  const auto* array = array_in(arguments[0]);
  if (array == nullptr) return no_array(arguments[0]);
  const auto first = whole_number(*arguments[1]);
  const auto count = arguments[2] ? whole_number(*arguments[2]) : first;
  const auto is_good = [](const auto& n) { return n && *n >= INT32_MIN && *n <= INT32_MAX; };
  if (!is_good(first) || !is_good(count)) return refuse("expected integers");
  if (!arguments[2]) return sliced(*array, std::min<std::int64_t>(*first, 0), std::abs(*first));
  if (*count <= 0) return refuse("expected a number of elements above 0");
  return sliced(*array, *first, *count);
}

// [from, to (exclusive), step]
Result<Value> range(Arguments arguments) {
  std::int64_t number[] = {0, 0, 1};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i == 2 && !arguments[i]) continue;
    const auto whole = arguments[i] ? whole_number(*arguments[i]) : std::nullopt;
    if (!whole || *whole < INT32_MIN || *whole > INT32_MAX) return refuse("expected integers of 32 bits");
    number[i] = *whole;
  }
  const auto [from, to, step] = number;
  if (step == 0) return refuse("expected a step other than 0");
  if (std::abs(to - from) / std::abs(step) > longest_range) return refuse("makes too long an array");
  json::array out;
  for (std::int64_t i = from; step > 0 ? i < to : i > to; i += step) out.emplace_back(i);
  return Value(std::move(out));
}

// Each value once, in the order in which they come up.
Result<Value> set_union(Arguments arguments) {
  std::set<json::value, document::ValueLess> known;
  json::array out;
  for (auto& value : arguments) {
    if (is_missing_or_null(value)) return null_result();
    const auto* array = array_in(value);
    if (array == nullptr) return no_array(value);
    for (const auto& one : *array) {
      if (known.insert(one).second) out.push_back(one);
    }
  }
  return Value(std::move(out));
}

constexpr OperatorRow array_rows[] = {
    {"$arrayElemAt", element_at, 2, 2},
    {"$concatArrays", concat_arrays},
    {"$first", end_element<0>, 1, 1},
    {"$in", in, 2, 2},
    {"$indexOfArray", index_of, 2, 2},
    {"$isArray", is_array, 1, 1},
    {"$last", end_element<-1>, 1, 1},
    {"$range", range, 2, 3},
    {"$reverseArray", reverse, 1, 1},
    {"$setUnion", set_union},
    {"$size", size, 1, 1},
    {"$slice", slice, 2, 3},
};

}  // namespace

std::span<const OperatorRow> array_operators() { return array_rows; }

}  // namespace proffer::aggregation
