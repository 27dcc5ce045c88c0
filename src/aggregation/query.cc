#include "aggregation/query.h"

#include <algorithm>
#include <utility>

#include "document/path_values.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

// `any`: whether any value in reach passes a condition.
template <class Any>
bool holds(const FieldCondition& condition, const Any& any) {
  const bool found = condition.passes != nullptr
                         ? any(condition)
                         : std::ranges::all_of(condition.all, [&](const auto& one) { return holds(one, any); });
  return found != condition.negated;
}

bool passes(const FieldCondition& condition, const json::value* value, document::PlaceOfValue place, Problem& problem) {
  if (condition.passes(value, problem)) return true;
  const bool expands = condition.expands && place == document::PlaceOfValue::member;
  const auto* array = value == nullptr || !expands ? nullptr : value->if_array();
  return array != nullptr &&
         std::ranges::any_of(*array, [&](const json::value& one) { return condition.passes(&one, problem); });
}

base::Result<bool> checked(bool result, Problem& problem) {
  if (problem) return tl::unexpected(std::move(*problem));
  return result;
}

// The predicates up to the first that gives `wanted`.
base::Result<bool> any_gives(bool wanted, const std::vector<Predicate>& predicates, const json::object& document,
                             const Variable* variables) {
  for (const auto& predicate : predicates) {
    TRY(const bool matches, predicate(document, variables));
    if (matches == wanted) return true;
  }
  return false;
}

// any_gives(wanted), or its opposite.
Predicate combined(std::vector<Predicate> predicates, bool wanted, bool when_found) {
  return [predicates = std::move(predicates), wanted, when_found](const json::object& document,
                                                                  const Variable* variables) -> base::Result<bool> {
    TRY(const bool found, any_gives(wanted, predicates, document, variables));
    return found == when_found;
  };
}

}  // namespace

base::Result<bool> Query::matches(const json::object& document, const Variable* variables) const {
  TRY(const bool any_false, any_gives(false, all_, document, variables));
  return !any_false;
}

Predicate on_field(std::string path, std::vector<FieldCondition> conditions) {
  return [path = std::move(path), conditions = std::move(conditions)](const json::object& document,
                                                                      const Variable*) -> base::Result<bool> {
    Problem problem;
    const auto any = [&](const FieldCondition& condition) {
      return document::any_value_at(document, path, [&](const json::value* value, document::PlaceOfValue place) {
        return passes(condition, value, place, problem);
      });
    };
    const bool all = std::ranges::all_of(conditions, [&](const auto& one) { return holds(one, any); });
    return checked(all, problem);
  };
}

bool fulfils(const json::value& value, const std::vector<FieldCondition>& conditions, Problem& problem) {
  const auto itself = [&](const FieldCondition& condition) { return condition.passes(&value, problem); };
  return std::ranges::all_of(conditions, [&](const auto& one) { return holds(one, itself); });
}

Predicate all_of(std::vector<Predicate> predicates) { return combined(std::move(predicates), false, false); }
Predicate any_of(std::vector<Predicate> predicates) { return combined(std::move(predicates), true, true); }
Predicate none_of(std::vector<Predicate> predicates) { return combined(std::move(predicates), true, false); }

}  // namespace proffer::aggregation
