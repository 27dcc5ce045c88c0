// A parsed rule: its nodes in one array, children before parents.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace proffer::document {

// A length of time. Months and days are those of the calendar when added to a date; compared with each other, a day has
// 24 hours.
struct RuleDuration {
  std::int64_t months = 0;
  std::int64_t days = 0;
  base::Micros rest{0};
};

enum class RuleKind : std::uint8_t {
  unknown,  // of a node: known when the field is read; of a value: absent
  number,
  text,
  boolean,
  date,
  duration,
  calendar_duration,  // with months, which have no fixed length
  list,
  condition,  // of a node only
};

// What a node stands for at evaluation. Text and lists are views of the facts or of the program.
struct RuleValue {
  RuleKind kind = RuleKind::unknown;
  bool boolean = false;
  double number = 0;
  base::Time date{};
  RuleDuration duration{};
  std::string_view text{};
  const boost::json::array* list = nullptr;
};

enum class RuleOp : std::uint8_t {
  always,
  conjunction,  // left, and right, which may be the next of a chain
  disjunction,
  negation,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,  // right: a set or a field
  not_in,
  contains,
  exists,  // left: a field
  truth,   // left: a field that is true
  add,
  subtract,
  multiply,
  divide,
  negate,
  literal,  // index: in literals
  set,      // index: in sets
  field,    // index: in fields
  now,
  today,
};

enum class RuleSource : std::uint8_t { offer, customer, params, context_one, context_two };

struct RuleField {
  RuleSource source = RuleSource::offer;
  std::vector<std::string> path;  // members, outermost first; none for the context
};

// Values of one kind, in order; the texts lie in RuleProgram::texts.
struct RuleSet {
  RuleKind kind = RuleKind::unknown;
  std::vector<RuleValue> values;
};

struct RuleNode {
  RuleOp op = RuleOp::always;
  RuleKind kind = RuleKind::unknown;
  std::uint16_t left = 0;
  std::uint16_t right = 0;
  std::uint16_t index = 0;
  std::uint16_t depth = 1;
};

struct RuleProgram {
  std::vector<RuleNode> nodes{RuleNode{}};  // at first one that always holds
  std::uint16_t root = 0;
  std::vector<RuleValue> literals;
  std::vector<RuleSet> sets;
  std::vector<RuleField> fields;
  std::vector<std::unique_ptr<const std::string>> texts;  // what the literals' views look at
  bool reads_offer = false;
  bool reads_request = false;
};

// Less, equal or greater as negative, zero or positive, for two values of one kind.
int compare_same_kind(const RuleValue& a, const RuleValue& b);

// The number that all of `text` spells in JSON's grammar, without allocation.
std::optional<double> rule_number(std::string_view text);

}  // namespace proffer::document
