// Which documents are wanted, in MongoDB's query language. document::Filter is its part that stores know; this is all
// that users may write.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "aggregation/scope.h"
#include "base/result.h"
#include "document/filter.h"

namespace proffer::aggregation {

// Whether a document is wanted. Errors: those of $expr and of a regular expression that gives up.
using Predicate = std::function<base::Result<bool>(const boost::json::object& document, const Variable* variables)>;

class Query {
 public:
  Query() = default;
  Query(std::vector<Predicate> all, document::Filter needed) : all_(std::move(all)), needed_(std::move(needed)) {}

  // `variables`: those that $expr may use.
  base::Result<bool> matches(const boost::json::object& document, const Variable* variables = nullptr) const;

  // What every wanted document fulfils: comparisons that a store may make.
  const document::Filter& needed() const { return needed_; }

 private:
  std::vector<Predicate> all_;
  document::Filter needed_;
};

// What went wrong in a test, which can only say yes or no.
using Problem = std::optional<base::Error>;

// One condition on a field.
struct FieldCondition {
  // Whether one value passes; null when it is missing.
  std::function<bool(const boost::json::value*, Problem&)> passes;
  bool expands = true;  // any element of an array counts, too
  bool negated = false;
  std::vector<FieldCondition> all = {};  // in place of `passes`: these together
};

Predicate on_field(std::string path, std::vector<FieldCondition> conditions);
// Whether a value itself fulfils all of the conditions, elements not counted: for $elemMatch.
bool fulfils(const boost::json::value& value, const std::vector<FieldCondition>& conditions, Problem& problem);

Predicate all_of(std::vector<Predicate> predicates);
Predicate any_of(std::vector<Predicate> predicates);
Predicate none_of(std::vector<Predicate> predicates);

}  // namespace proffer::aggregation
