// Type Expression Operators of MongoDB's manual. Integers are of 64 bits here, so $toInt only checks the range of 32.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "aggregation/conversions.h"
#include "aggregation/numbers.h"
#include "base/number_text.h"
#include "base/time_text.h"
#include "document/json.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;
using document::ValueType;
using Conversion = Result<Value> (*)(const json::value& value);

tl::unexpected<base::Error> cannot_convert(const json::value& value, std::string_view to) {
  return refuse(fmt::format("cannot make {} of {}", to, document::json_excerpt(value)));
}

// All of the text is one number, as C's strtod and strtol read it.
template <class Number>
std::optional<Number> parsed(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class Number>
Result<Value> number_of_text(const json::value& value, std::string_view to) {
  const auto number = parsed<Number>(std::string_view(value.get_string()));
  if (!number) return cannot_convert(value, to);
  return Value(json::value(*number));
}

Result<Value> to_double(const json::value& value) {
  if (value.is_string()) return number_of_text<double>(value, "a double");
  if (value.is_bool()) return Value(json::value(value.get_bool() ? 1.0 : 0.0));
  if (value.is_number()) return Value(json::value(value.to_number<double>()));
  if (const auto date = document::date_of(value)) return Value(json::value(static_cast<double>(*date)));
  return cannot_convert(value, "a double");
}

Result<Value> to_long(const json::value& value) {
  if (value.is_string()) return number_of_text<std::int64_t>(value, "an integer");
  if (value.is_bool()) return Value(json::value(std::int64_t{value.get_bool()}));
  if (const auto date = document::date_of(value)) return Value(json::value(*date));
  if (!value.is_number()) return cannot_convert(value, "an integer");
  if (const auto integer = integer_of(value)) return Value(json::value(*integer));
  const double number = value.to_number<double>();
  if (!(number >= -0x1p63 && number < 0x1p63)) return cannot_convert(value, "an integer of 64 bits");
  return Value(json::value(static_cast<std::int64_t>(number)));
}

Result<Value> to_int(const json::value& value) {
  if (document::date_of(value)) return cannot_convert(value, "an integer of 32 bits");
  TRY(const auto integer, to_long(value));
  using Limits = std::numeric_limits<std::int32_t>;
  const auto number = integer->to_number<std::int64_t>();
  if (number < Limits::min() || number > Limits::max()) return cannot_convert(value, "an integer of 32 bits");
  return Value(json::value(number));
}

Result<Value> to_string(const json::value& value) {
  TRY(auto text, text_of(value));
  return Value(json::value(text));
}

Result<Value> to_bool(const json::value& value) {
  if (value.is_number()) return Value(json::value(value.to_number<double>() != 0));
  return Value(json::value(!value.is_bool() || value.get_bool()));
}

Result<Value> to_date(const json::value& value) {
  if (document::date_of(value)) return Value(value);
  if (value.is_number()) {
    TRY(auto milliseconds, to_long(value));
    return Value(document::date_value(milliseconds->get_int64()));
  }
  const auto* text = value.if_string();
  const auto time = text == nullptr ? std::nullopt : base::parse_time(*text, base::TimeZone());
  if (!time) return cannot_convert(value, "a date");
  return Value(document::date_value(std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count()));
}

struct Target {
  std::string_view name;
  int code;
  Conversion convert;
};

// By the names and the numbers of BSON's types.
constexpr Target targets[] = {{"double", 1, to_double}, {"string", 2, to_string}, {"bool", 8, to_bool},
                              {"date", 9, to_date},     {"int", 16, to_int},      {"long", 18, to_long}};

const Target* find_target(const Value& to) {
  const auto is_meant = [&](const Target& target) {
    return to && (*to == json::value(target.name) || *to == json::value(target.code));
  };
  const auto found = std::ranges::find_if(targets, is_meant);
  return found == std::end(targets) ? nullptr : found;
}

// {input, to, onError, onNull}
Result<Value> convert(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return arguments[3] ? arguments[3] : Value(json::value());
  const Target* target = find_target(arguments[1]);
  if (target == nullptr) return refuse("`to` is one of double, string, bool, date, int, long");
  auto converted = target->convert(*arguments[0]);
  if (!converted && arguments[2]) return arguments[2];
  return converted;
}

template <Conversion conversion>
Result<Value> short_form(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return Value(json::value());
  return conversion(*arguments[0]);
}

// BSON's names of types; what is not there is "missing".
std::string_view type_name(const Value& value) {
  if (!value) return "missing";
  switch (document::type_of(*value)) {
    case ValueType::null:
      return "null";
    case ValueType::number:
      return integer_of(*value) ? "long" : "double";
    case ValueType::string:
      return "string";
    case ValueType::object:
      return "object";
    case ValueType::array:
      return "array";
    case ValueType::boolean:
      return "bool";
    case ValueType::date:
      return "date";
  }
  return "";
}

Result<Value> type(Arguments arguments) { return Value(json::value(type_name(arguments[0]))); }

Result<Value> is_number(Arguments arguments) {
  return Value(json::value(arguments[0].has_value() && arguments[0]->is_number()));
}

constexpr OperatorRow conversion_rows[] = {
    {"$convert", convert, 2, 4, {"input", "to", "onError", "onNull"}, true},
    {"$isNumber", is_number, 1, 1},
    {"$toBool", short_form<to_bool>, 1, 1},
    {"$toDate", short_form<to_date>, 1, 1},
    {"$toDouble", short_form<to_double>, 1, 1},
    {"$toInt", short_form<to_int>, 1, 1},
    {"$toLong", short_form<to_long>, 1, 1},
    {"$toString", short_form<to_string>, 1, 1},
    {"$type", type, 1, 1},
};

}  // namespace

std::span<const OperatorRow> conversion_operators() { return conversion_rows; }

base::Result<std::string> text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto date = document::date_of(value)) return date_text(*date);
  if (value.is_double() && !std::isfinite(value.get_double())) {
    return std::string(std::isnan(value.get_double()) ? "NaN" : value.get_double() > 0 ? "Infinity" : "-Infinity");
  }
  if (value.is_number() || value.is_bool()) return document::json_text(value);
  return refuse(fmt::format("cannot make text of {}", kind_of(value)));
}

}  // namespace proffer::aggregation
