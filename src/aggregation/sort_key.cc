// As MongoDB's manual has it (Comparison/Sort Order: Arrays; cursor.sort: Sort by Array, by embedded fields).
#include "aggregation/sort_key.h"

#include <span>

#include "aggregation/expression.h"
#include "document/path.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using SortPath = std::span<const std::string>;

const json::value null_value;

// Keeps the first in the order of the field among the values that it is shown; null for an empty array.
class Candidate {
 public:
  explicit Candidate(int sign) : sign_(sign) {}

  void add(const json::value* value) {
    if (!any_ || sign_ * compare_values(value, best_) < 0) best_ = value;
    any_ = true;
  }
  Value take() const { return best_ == nullptr ? Value() : Value(*best_); }

 private:
  static int compare_values(const json::value* a, const json::value* b) {
    if (a == nullptr || b == nullptr) return static_cast<int>(a != nullptr) - static_cast<int>(b != nullptr);
    return document::compare_values(*a, *b);
  }

  const int sign_;
  const json::value* best_ = nullptr;
  bool any_ = false;
};

void add_at(const json::value& value, SortPath path, Candidate& candidate);

void add_member(const json::object& object, SortPath path, Candidate& candidate) {
  const json::value* member = object.if_contains(path.front());
  if (member == nullptr) return candidate.add(&null_value);
  add_at(*member, path.subspan(1), candidate);
}

void add_end(const json::value& value, Candidate& candidate) {
  const auto* array = value.if_array();
  if (array == nullptr) return candidate.add(&value);
  if (array->empty()) return candidate.add(nullptr);
  for (const auto& element : *array) candidate.add(&element);
}

void add_elements(const json::array& array, SortPath path, Candidate& candidate) {
  const auto index = document::array_index(path.front());
  if (index && *index < array.size()) return add_at(array[*index], path.subspan(1), candidate);
  if (array.empty()) candidate.add(&null_value);
  for (const auto& element : array) {
    if (document::type_of(element) == document::ValueType::object) {
      add_member(element.get_object(), path, candidate);
    } else {
      candidate.add(&null_value);
    }
  }
}

void add_at(const json::value& value, SortPath path, Candidate& candidate) {
  if (path.empty()) return add_end(value, candidate);
  if (const auto* array = value.if_array()) return add_elements(*array, path, candidate);
  if (document::type_of(value) != document::ValueType::object) return candidate.add(&null_value);
  add_member(value.get_object(), path, candidate);
}

}  // namespace

Value sort_value(const json::object& document, const SortField& field) {
  Candidate candidate(field.sign);
  add_member(document, field.path, candidate);
  return candidate.take();
}

}  // namespace proffer::aggregation
