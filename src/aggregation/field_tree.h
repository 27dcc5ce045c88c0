// Fields named by paths with dots, as $project, $set and $unset name them, and what becomes of them.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/expression.h"

namespace proffer::aggregation {

// The fields of one level, in the order of the stage.
struct FieldTree {
  struct Field;
  std::vector<Field> fields;

  Field* find(std::string_view name);
  const Field* find(std::string_view name) const;
  bool has_computed() const;
};

// A field that is kept or removed whole, or one that is computed, or one with fields of its own.
struct FieldTree::Field {
  std::string name;
  ExpressionPtr computed = nullptr;
  FieldTree inner = {};
};

// False, and no change, when a field on the way or at the end is named already.
bool add_field(FieldTree& tree, std::span<const std::string> path, ExpressionPtr computed);

// On the way, an array stands for each of its elements.

// What of the object is named, in the object's order. Elements and members that are no objects where fields of objects
// are named are left out.
boost::json::object kept(const FieldTree& tree, const boost::json::object& object);

// Removes what is named.
void remove(const FieldTree& tree, boost::json::object& object);

// Sets what is computed, from the scope's document; what is computed as missing is removed. A value that is no object
// where fields of one are computed becomes one.
base::Status compute(const FieldTree& tree, const Scope& scope, boost::json::object& object);

}  // namespace proffer::aggregation
