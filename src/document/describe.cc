#include "document/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/number_text.h"
#include "document/json.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

// "a number", with its bounds: "a number from 0 to 1", "a number above 0", "an integer of at least 0 and at most 9".
std::string with_bounds(std::string text, const Rules& rules) {
  const auto number = [](double value) { return base::number_text(value); };
  if (rules.minimum && rules.maximum)
    return text + fmt::format(" from {} to {}", number(*rules.minimum), number(*rules.maximum));
  std::vector<std::string> bounds;
  if (rules.minimum) bounds.push_back("of at least " + number(*rules.minimum));
  if (rules.above) bounds.push_back("above " + number(*rules.above));
  if (rules.maximum) bounds.push_back("of at most " + number(*rules.maximum));
  if (rules.below) bounds.push_back("below " + number(*rules.below));
  if (bounds.empty()) return text;
  return text + " " + fmt::format("{}", fmt::join(bounds, " and "));
}

std::string expected_text(const Rules& rules) {
  if (!rules.allowed.empty()) return fmt::format("expected one of \"{}\"", fmt::join(rules.allowed, "\", \""));
  std::string text = "expected ";
  text += rules.pattern_text.empty() ? "text" : rules.pattern_text;
  if (rules.max_bytes > 0) text += fmt::format(" of at most {} bytes", rules.max_bytes);
  return text;
}

bool within(double value, const Rules& rules) {
  return (!rules.minimum || value >= *rules.minimum) && (!rules.maximum || value <= *rules.maximum) &&
         (!rules.above || value > *rules.above) && (!rules.below || value < *rules.below);
}

bool fits(std::string_view text, const Rules& rules) {
  if (rules.max_bytes > 0 && text.size() > rules.max_bytes) return false;
  if (rules.matches != nullptr && !rules.matches(text)) return false;
  return rules.allowed.empty() || std::find(rules.allowed.begin(), rules.allowed.end(), text) != rules.allowed.end();
}

// `value` itself, or the number that it spells where that is allowed; null when there is none.
json::value as_number(const json::value& value, const Rules& rules) {
  if (value.is_number()) return value;
  if (rules.text_accepted && value.is_string()) return number_from_text(value.get_string());
  return nullptr;
}

// The integer that a number is, if it is one within [smallest, largest]; 3.0 is 3.
template <class Integer>
std::optional<Integer> as_integer(const json::value& number) {
  if (number.is_null()) return std::nullopt;
  json::error_code inexact;
  const auto integer = number.to_number<Integer>(inexact);
  return inexact ? std::nullopt : std::optional<Integer>(integer);
}

Rules unsigned_rules(Rules rules, std::uint64_t largest) {
  if (!rules.minimum && !rules.above) rules.minimum = 0;
  if (!rules.maximum && !rules.below && largest < std::numeric_limits<std::uint64_t>::max()) {
    rules.maximum = static_cast<double>(largest);
  }
  return rules;
}

bool named(std::string_view name, const FieldDoc& field) {
  return !field.rules.rest && (name == field.json_name() || (!field.rules.also.empty() && name == field.rules.also));
}

bool known(std::string_view name, std::span<const FieldDoc> fields) {
  return std::any_of(fields.begin(), fields.end(), [&](const FieldDoc& field) { return named(name, field); });
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each once.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// The described name nearest to `name`, when it is near enough to be meant.
std::optional<std::string_view> meant(std::string_view name, std::span<const FieldDoc> fields) {
  constexpr std::size_t longest_name = 64;
  if (name.size() > longest_name) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t least = std::min<std::size_t>(3, name.size() / 3 + 1) + 1;
  for (const FieldDoc& field : fields) {
    if (field.rules.rest) continue;
    const std::size_t distance = edit_distance(name, field.json_name());
    if (distance >= least) continue;
    least = distance;
    nearest = field.json_name();
  }
  return nearest;
}

}  // namespace

std::optional<bool> read_bool(const json::value& value, const Rules& rules, const Place& place,
                              Violations& violations) {
  if (value.is_bool()) return value.get_bool();
  if (rules.text_accepted && value == json::value("true")) return true;
  if (rules.text_accepted && value == json::value("false")) return false;
  violations.add(place, "expected true or false", value);
  return std::nullopt;
}

std::optional<double> read_number(const json::value& value, const Rules& rules, const Place& place,
                                  Violations& violations) {
  const json::value number = as_number(value, rules);
  if (number.is_number() && within(number.to_number<double>(), rules)) return number.to_number<double>();
  violations.add(place, "expected " + with_bounds("a number", rules), value);
  return std::nullopt;
}

std::optional<std::int64_t> read_int64(const json::value& value, const Rules& rules, const Place& place,
                                       Violations& violations) {
  const auto integer = as_integer<std::int64_t>(as_number(value, rules));
  if (integer && within(static_cast<double>(*integer), rules)) return integer;
  violations.add(place, "expected " + with_bounds("an integer", rules), value);
  return std::nullopt;
}

std::optional<std::uint64_t> read_unsigned(const json::value& value, std::uint64_t largest, const Rules& rules,
                                           const Place& place, Violations& violations) {
  const auto integer = as_integer<std::uint64_t>(as_number(value, rules));
  if (integer && *integer <= largest && within(static_cast<double>(*integer), rules)) return integer;
  violations.add(place, "expected " + with_bounds("an integer", unsigned_rules(rules, largest)), value);
  return std::nullopt;
}

std::optional<std::string> read_text(const json::value& value, const Rules& rules, const Place& place,
                                     Violations& violations) {
  std::optional<std::string> text;
  if (value.is_string()) text = std::string(value.get_string());
  if (rules.number_accepted && value.is_number()) text = json_text(value);
  if (text && fits(*text, rules)) return text;
  violations.add(place, expected_text(rules), value);
  return std::nullopt;
}

const json::array* read_array(const json::value& value, const Rules& rules, const Place& place,
                              Violations& violations) {
  const json::array* array = value.if_array();
  const bool too_long = array != nullptr && rules.max_items > 0 && array->size() > rules.max_items;
  if (array != nullptr && !too_long) return array;
  std::string message = "expected an array";
  if (rules.max_items > 0) message += fmt::format(" of at most {} entries", rules.max_items);
  if (too_long) message += fmt::format(", found {}", array->size());
  violations.add(place, std::move(message), too_long ? json::value(nullptr) : value);
  return nullptr;
}

const json::object* read_object(const json::value& value, const Place& place, Violations& violations) {
  if (value.is_object()) return &value.get_object();
  violations.add(place, "expected an object", value);
  return nullptr;
}

const json::key_value_pair* find_member(const json::object& object, const FieldDoc& field) {
  auto member = object.find(field.json_name());
  if (member == object.end() && !field.rules.also.empty()) member = object.find(field.rules.also);
  return member == object.end() ? nullptr : &*member;
}

void refuse_unknown_members(const json::object& object, std::span<const FieldDoc> fields, const Place& place,
                            Violations& violations) {
  for (const auto& member : object) {
    if (known(member.key(), fields)) continue;
    std::string message = "is not a known field";
    if (const auto near = meant(member.key(), fields)) message += fmt::format("; did you mean \"{}\"?", *near);
    violations.add(Place(place, member.key()), std::move(message), member.value());
  }
}

json::object unknown_members(const json::object& object, std::span<const FieldDoc> fields) {
  json::object rest;
  for (const auto& member : object) {
    if (!known(member.key(), fields)) rest.emplace(member.key(), member.value());
  }
  return rest;
}

void add_missing(const FieldDoc& field, const Place& parent, Violations& violations) {
  violations.add(Place(parent, field.json_name()), "is required");
}

}  // namespace proffer::document
