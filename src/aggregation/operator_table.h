// The form of one operator of expressions, and the tables of all of them.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "aggregation/expression.h"
#include "document/violations.h"

namespace proffer::aggregation {

class ExpressionParser;

using Arguments = std::span<Value>;
// Computes from its arguments alone. Errors: `invalid`, whose message the caller puts at the operator's place.
using Eager = base::Result<Value> (*)(Arguments arguments);
// Evaluates only those arguments that it needs.
using Lazy = base::Result<Value> (*)(std::span<const ExpressionPtr> arguments, const Scope& scope);
// Reads its own operand: for operators that bind variables, or take no expression at all. Null after saying what is
// wrong.
using Reader = ExpressionPtr (*)(ExpressionParser& parser, const boost::json::value& operand,
                                 const document::Place& place);

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct OperatorRow {
  std::string_view name;
  std::variant<Eager, Lazy, Reader> function;
  // How many arguments it takes, as an array, or as a plain value when it is one.
  std::size_t least = 0;
  std::size_t most = any_number;
  // The form {name: argument, …}: the arguments' names in their order, of which the first `least` must be there; the
  // others are missing when they are left out. Empty: there is no such form.
  std::array<std::string_view, 4> names = {};
  bool only_named = false;  // there is no other form
};

std::span<const OperatorRow> arithmetic_operators();
std::span<const OperatorRow> logic_operators();
std::span<const OperatorRow> text_operators();
std::span<const OperatorRow> array_operators();
std::span<const OperatorRow> object_operators();
std::span<const OperatorRow> binding_operators();
std::span<const OperatorRow> conversion_operators();
std::span<const OperatorRow> date_operators();
std::span<const OperatorRow> statistic_operators();

// Null when there is none of this name.
const OperatorRow* find_operator(std::string_view name);
// "$abs, $add, …", in the order of the alphabet.
std::string operator_names();

// `invalid`, to be placed by the caller.
tl::unexpected<base::Error> refuse(std::string message);
// What came, for messages: "a string", "missing".
std::string_view kind_of(const Value& value);

}  // namespace proffer::aggregation
