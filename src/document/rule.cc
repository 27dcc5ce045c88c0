// Evaluation of rules.
#include "document/rule.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/ascii.h"
#include "document/rule_kinds.h"
#include "document/rule_program.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using base::Micros;
using base::Time;

constexpr Micros day_length = std::chrono::hours{24};

RuleValue of_number(double number) { return {.kind = RuleKind::number, .number = number}; }
RuleValue of_date(Time date) { return {.kind = RuleKind::date, .date = date}; }
RuleValue of_duration(RuleDuration duration) { return {.kind = RuleKind::duration, .duration = duration}; }

// {"$date": <ms>} or {"$date": "<ISO 8601>"}
RuleValue of_object(const json::object& object) {
  const json::value* date = object.size() == 1 ? object.if_contains("$date") : nullptr;
  if (date == nullptr) return {};
  if (const auto* ms = date->if_int64()) {
    constexpr std::int64_t farthest = 8'640'000'000'000'000;  // about 270,000 years
    if (*ms < -farthest || *ms > farthest) return {};
    return of_date(Time(std::chrono::milliseconds(*ms)));
  }
  const auto* text = date->if_string();
  const auto time = text == nullptr ? std::nullopt : base::parse_time(*text);
  return time ? of_date(*time) : RuleValue{};
}

RuleValue of_json(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return {.kind = RuleKind::text, .text = value.get_string()};
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return of_number(value.to_number<double>());
    case json::kind::bool_:
      return {.kind = RuleKind::boolean, .boolean = value.get_bool()};
    case json::kind::array:
      return {.kind = RuleKind::list, .list = &value.get_array()};
    case json::kind::object:
      return of_object(value.get_object());
    default:
      return {};
  }
}

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

Micros fixed_length(const RuleDuration& duration) { return duration.days * day_length + duration.rest; }

// Brings two values to one kind where text stands for a number or a date. False when they cannot be compared.
bool bring_together(RuleValue& a, RuleValue& b, const base::TimeZone& zone) {
  if (a.kind == b.kind) return a.kind != RuleKind::unknown && a.kind != RuleKind::list;
  if (a.kind != RuleKind::text && b.kind != RuleKind::text) return false;
  RuleValue& text = a.kind == RuleKind::text ? a : b;
  const RuleKind wanted = a.kind == RuleKind::text ? b.kind : a.kind;
  if (wanted == RuleKind::number) {
    const auto number = rule_number(text.text);
    if (number) text = of_number(*number);
    return number.has_value();
  }
  const auto date = wanted == RuleKind::date ? base::parse_time(text.text, zone) : std::nullopt;
  if (date) text = of_date(*date);
  return date.has_value();
}

bool order_fits(RuleOp op, int order) {
  switch (op) {
    case RuleOp::equal:
      return order == 0;
    case RuleOp::not_equal:
      return order != 0;
    case RuleOp::less:
      return order < 0;
    case RuleOp::less_or_equal:
      return order <= 0;
    case RuleOp::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool compares(RuleOp op, RuleValue a, RuleValue b, const base::TimeZone& zone) {
  if (!bring_together(a, b, zone)) return false;
  const bool asks_order = op != RuleOp::equal && op != RuleOp::not_equal;
  if (asks_order && a.kind == RuleKind::boolean) return false;
  return order_fits(op, compare_same_kind(a, b));
}

bool list_has(const json::array& list, const RuleValue& value, const base::TimeZone& zone) {
  return std::ranges::any_of(
      list, [&](const json::value& element) { return compares(RuleOp::equal, of_json(element), value, zone); });
}

bool set_has(const RuleSet& set, RuleValue value, const base::TimeZone& zone) {
  if (value.kind == set.kind || (value.kind == RuleKind::text && set.kind != RuleKind::boolean)) {
    RuleValue like = set.values.front();
    if (!bring_together(value, like, zone) || like.kind != set.kind) return false;
    return std::ranges::binary_search(set.values, value,
                                      [](const auto& a, const auto& b) { return compare_same_kind(a, b) < 0; });
  }
  // A number among texts: each may spell it.
  return value.kind == RuleKind::number && set.kind == RuleKind::text &&
         std::ranges::any_of(set.values, [&](const auto& text) { return compares(RuleOp::equal, value, text, zone); });
}

RuleDuration sum(const RuleDuration& a, const RuleDuration& b, int sign) {
  return {a.months + sign * b.months, a.days + sign * b.days, a.rest + sign * b.rest};
}

class Evaluation {
 public:
  Evaluation(const RuleProgram& program, const RuleFacts& facts) : program_(program), facts_(facts) {}

  // Chains of and, or lean to the right, so this recurses only as deep as the rule is nested.
  bool holds(std::size_t at) const {
    while (true) {
      const RuleNode& node = program_.nodes[at];
      if (node.op != RuleOp::conjunction && node.op != RuleOp::disjunction) return holds_alone(node);
      const bool left = holds(node.left);
      if (left == (node.op == RuleOp::disjunction)) return left;
      at = node.right;
    }
  }

 private:
  bool holds_alone(const RuleNode& node) const {
    switch (node.op) {
      case RuleOp::always:
        return true;
      case RuleOp::negation:
        return !holds(node.left);
      case RuleOp::exists:
        return is_there(program_.fields[program_.nodes[node.left].index]);
      case RuleOp::truth: {
        const RuleValue value = this->value(node.left);
        return value.kind == RuleKind::boolean && value.boolean;
      }
      case RuleOp::in:
        return is_in(node);
      case RuleOp::not_in:
        return value(node.left).kind != RuleKind::unknown && can_hold(node.right) && !is_in(node);
      case RuleOp::contains:
        return contains(value(node.left), value(node.right));
      default:
        return compares(node.op, value(node.left), value(node.right), zone());
    }
  }

  const base::TimeZone& zone() const { return facts_.clock.zone; }

  // Whether `not in` means anything for what stands there: a set, or a field that is a list.
  bool can_hold(std::size_t right) const {
    return program_.nodes[right].op == RuleOp::set || value(right).kind == RuleKind::list;
  }

  bool is_in(const RuleNode& node) const {
    const RuleNode& right = program_.nodes[node.right];
    const RuleValue wanted = value(node.left);
    if (right.op == RuleOp::set) return set_has(program_.sets[right.index], wanted, zone());
    const RuleValue among = value(node.right);
    return among.kind == RuleKind::list && list_has(*among.list, wanted, zone());
  }

  bool contains(const RuleValue& whole, const RuleValue& part) const {
    if (whole.kind == RuleKind::list) return list_has(*whole.list, part, zone());
    return whole.kind == RuleKind::text && part.kind == RuleKind::text &&
           whole.text.find(part.text) != std::string_view::npos;
  }

  RuleValue value(std::size_t at) const {
    const RuleNode& node = program_.nodes[at];
    switch (node.op) {
      case RuleOp::literal:
        return program_.literals[node.index];
      case RuleOp::field:
        return read(program_.fields[node.index]);
      case RuleOp::now:
        return of_date(facts_.clock.now);
      case RuleOp::today:
        return of_date(facts_.clock.today);
      case RuleOp::negate:
        return negated(value(node.left));
      case RuleOp::add:
      case RuleOp::subtract:
        return added(node, value(node.left), value(node.right));
      case RuleOp::multiply:
      case RuleOp::divide:
        return multiplied(node.op, value(node.left), value(node.right));
      default:
        return {};
    }
  }

  const json::object* object_of(RuleSource source) const {
    if (source == RuleSource::offer) return facts_.offer;
    return source == RuleSource::customer ? facts_.customer : facts_.params;
  }

  const json::value* find(const RuleField& field) const {
    const json::object* object = object_of(field.source);
    const json::value* found = nullptr;
    for (const std::string& member : field.path) {
      found = object == nullptr ? nullptr : object->if_contains(member);
      if (found == nullptr) return nullptr;
      object = found->if_object();
    }
    return found;
  }

  RuleValue read(const RuleField& field) const {
    if (field.source == RuleSource::context_one) return text_or_absent(facts_.context_one);
    if (field.source == RuleSource::context_two) return text_or_absent(facts_.context_two);
    const json::value* found = find(field);
    return found == nullptr ? RuleValue{} : of_json(*found);
  }

  bool is_there(const RuleField& field) const {
    if (field.path.empty()) return read(field).kind != RuleKind::unknown;
    const json::value* found = find(field);
    return found != nullptr && !found->is_null();
  }

  // A blank context is none.
  static RuleValue text_or_absent(std::string_view text) {
    return text.empty() ? RuleValue{} : RuleValue{.kind = RuleKind::text, .text = text};
  }

  static RuleValue as_number(RuleValue value) {
    if (value.kind != RuleKind::text) return value;
    const auto number = rule_number(value.text);
    return number ? of_number(*number) : RuleValue{};
  }

  RuleValue as_date(RuleValue value) const {
    if (value.kind != RuleKind::text) return value;
    const auto date = base::parse_time(value.text, zone());
    return date ? of_date(*date) : RuleValue{};
  }

  static RuleValue negated(RuleValue value) {
    if (is_duration(value.kind)) return of_duration(sum({}, value.duration, -1));
    value = as_number(value);
    return value.kind == RuleKind::number ? of_number(-value.number) : RuleValue{};
  }

  // The parser settled which of the sums it is: numbers, dates with durations, two dates.
  RuleValue added(const RuleNode& node, RuleValue a, RuleValue b) const {
    const int sign = node.op == RuleOp::add ? 1 : -1;
    if (node.kind == RuleKind::number) {
      a = as_number(a), b = as_number(b);
      const bool both = a.kind == RuleKind::number && b.kind == RuleKind::number;
      return both ? of_number(a.number + sign * b.number) : RuleValue{};
    }
    if (is_duration(a.kind) && is_duration(b.kind)) return of_duration(sum(a.duration, b.duration, sign));
    if (is_duration(a.kind)) return moved(as_date(b), a.duration, 1);
    if (is_duration(b.kind)) return moved(as_date(a), b.duration, sign);
    a = as_date(a), b = as_date(b);
    if (a.kind != RuleKind::date || b.kind != RuleKind::date) return {};
    return of_duration({.rest = a.date - b.date});
  }

  RuleValue moved(const RuleValue& from, const RuleDuration& by, int sign) const {
    if (from.kind != RuleKind::date) return {};
    const bool by_calendar = by.months != 0 || by.days != 0;
    const Time date = by_calendar ? zone().add_calendar(from.date, sign * by.months, sign * by.days) : from.date;
    return of_date(date + sign * by.rest);
  }

  static RuleValue multiplied(RuleOp op, RuleValue a, RuleValue b) {
    a = as_number(a), b = as_number(b);
    if (a.kind != RuleKind::number || b.kind != RuleKind::number) return {};
    if (op == RuleOp::multiply) return of_number(a.number * b.number);
    return b.number == 0 ? RuleValue{} : of_number(a.number / b.number);
  }

  const RuleProgram& program_;
  const RuleFacts& facts_;
};

}  // namespace

int compare_same_kind(const RuleValue& a, const RuleValue& b) {
  switch (a.kind) {
    case RuleKind::number:
      return compare(a.number, b.number);
    case RuleKind::text:
      return a.text.compare(b.text);
    case RuleKind::boolean:
      return compare(a.boolean, b.boolean);
    case RuleKind::date:
      return compare(a.date, b.date);
    default:
      return compare(fixed_length(a.duration), fixed_length(b.duration));
  }
}

std::optional<double> rule_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool leading_zero = digits.size() > 1 && digits[0] == '0' && base::is_digit(digits[1]);
  if (digits.empty() || !base::is_digit(digits.front()) || leading_zero) return std::nullopt;
  if (!base::is_digit(digits.back())) return std::nullopt;  // "1." is none
  if (digits.find(".e") != std::string_view::npos || digits.find(".E") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Rule::Rule() : program_(std::make_shared<const RuleProgram>()) {}

bool Rule::holds(const RuleFacts& facts) const noexcept { return Evaluation(*program_, facts).holds(program_->root); }

bool Rule::reads_offer() const { return program_->reads_offer; }
bool Rule::reads_request() const { return program_->reads_request; }

}  // namespace proffer::document
