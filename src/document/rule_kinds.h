// The kinds of values in rules, and what operators make of them.
#pragma once

#include <optional>
#include <string_view>

#include "document/rule_program.h"

namespace proffer::document {

// For messages: "a number", "a date".
std::string_view name_of(RuleKind kind);

inline bool is_duration(RuleKind kind) { return kind == RuleKind::duration || kind == RuleKind::calendar_duration; }

// Whether this may turn out to be a number.
inline bool may_be_number(RuleKind kind) {
  return kind == RuleKind::unknown || kind == RuleKind::text || kind == RuleKind::number;
}

// What a plus b (`add`) or a less b (`subtract`) is: numbers; dates with durations; a date less a date. Two fields are
// numbers. Nothing when it has no meaning.
std::optional<RuleKind> kind_of_sum(RuleOp op, RuleKind a, RuleKind b);

// Whether two kinds can be compared, as far as is known before fields are read. `spelled`: that side is text of a
// field, which may spell a number or a date.
bool comparable(RuleKind a, bool a_spelled, RuleKind b, bool b_spelled);

// `count` of a unit of time. Nothing when `unit` is none; an empty inner value when the count does not fit: it must be
// an integer from 0, in all at most a thousand years.
std::optional<std::optional<RuleValue>> rule_duration(double count, std::string_view unit);

}  // namespace proffer::document
