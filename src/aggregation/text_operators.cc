// String Expression Operators of MongoDB's manual. Upper and lower case are those of ASCII, as there.
#include <fmt/format.h>

#include <algorithm>

#include "aggregation/conversions.h"
#include "aggregation/numbers.h"
#include "aggregation/operator_table.h"
#include "base/limits.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;

constexpr std::size_t most_text = base::limits::document_bytes;

Value text_value(std::string_view text) { return json::value(text); }

std::string_view text_at(Arguments arguments, std::size_t i) { return std::string_view(arguments[i]->get_string()); }

base::Status check_texts(Arguments arguments) {
  for (const auto& value : arguments) {
    if (value && !value->is_string()) return refuse(fmt::format("expected strings, got {}", kind_of(value)));
  }
  return {};
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

// Where the character of that number begins; the text's end beyond the last.
std::size_t character_begin(std::string_view text, std::size_t number) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!is_continuation(text[at]) && number-- == 0) break;
  }
  return at;
}

Result<Value> concat(Arguments arguments) {
  std::string out;
  for (const auto& value : arguments) {
    if (is_missing_or_null(value)) return null_result();
    if (!value->is_string()) return refuse(fmt::format("expected strings, got {}", kind_of(value)));
    out += value->get_string();
  }
  return text_value(out);
}

template <char first, char last>
Result<Value> change_case(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return text_value("");
  TRY(std::string text, text_of(*arguments[0]));
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  }
  return text_value(text);
}

Result<Value> to_upper(Arguments arguments) { return change_case<'a', 'z'>(arguments); }
Result<Value> to_lower(Arguments arguments) { return change_case<'A', 'Z'>(arguments); }

// The text, and the two integers behind it.
struct Cut {
  std::string text;
  std::int64_t begin = 0;
  std::int64_t length = 0;
};

Result<Cut> cut_of(Arguments arguments) {
  Cut cut;
  if (!is_missing_or_null(arguments[0])) {
    TRY(cut.text, text_of(*arguments[0]));
  }
  const auto begin = arguments[1] ? whole_number(*arguments[1]) : std::nullopt;
  const auto length = arguments[2] ? whole_number(*arguments[2]) : std::nullopt;
  if (!begin || !length) return refuse("expected a text and two integers");
  cut.begin = *begin;
  cut.length = *length;
  return cut;
}

Result<Value> substr_characters(Arguments arguments) {
  TRY(const Cut cut, cut_of(arguments));
  if (cut.begin < 0 || cut.length < 0) return refuse("expected integers of at least 0");
  const std::string_view rest =
      std::string_view(cut.text).substr(character_begin(cut.text, static_cast<std::size_t>(cut.begin)));
  return text_value(rest.substr(0, character_begin(rest, static_cast<std::size_t>(cut.length))));
}

// A negative length means up to the end.
Result<Value> substr_bytes(Arguments arguments) {
  TRY(const Cut cut, cut_of(arguments));
  if (cut.begin < 0) return refuse("expected a first byte of at least 0");
  const auto begin = std::min(static_cast<std::size_t>(cut.begin), cut.text.size());
  const std::size_t left = cut.text.size() - begin;
  const auto length = cut.length < 0 ? left : std::min(static_cast<std::size_t>(cut.length), left);
  const auto is_within = [&](std::size_t at) { return at < cut.text.size() && is_continuation(cut.text[at]); };
  if (is_within(begin) || is_within(begin + length)) return refuse("the cut goes through a character of UTF-8");
  return text_value(std::string_view(cut.text).substr(begin, length));
}

template <class Count>
Result<Value> length(Arguments arguments, Count count) {
  if (!arguments[0] || !arguments[0]->is_string()) {
    return refuse(fmt::format("expected a string, got {}", kind_of(arguments[0])));
  }
  return Value(json::value(static_cast<std::int64_t>(count(text_at(arguments, 0)))));
}

Result<Value> length_characters(Arguments arguments) { return length(arguments, count_characters); }
Result<Value> length_bytes(Arguments arguments) {
  return length(arguments, [](std::string_view text) { return text.size(); });
}

// Whether one of the arguments is null, which makes null; else they are strings, or left out.
Result<bool> has_null(Arguments arguments, std::size_t needed) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] ? arguments[i]->is_null() : i < needed) return true;
  }
  TRY_DO(check_texts(arguments));
  return false;
}

Result<Value> split(Arguments arguments) {
  TRY(const bool is_null, has_null(arguments, 2));
  if (is_null) return null_result();
  const std::string_view separator = text_at(arguments, 1);
  if (separator.empty()) return refuse("expected a separator that is not empty");
  json::array parts;
  std::string_view rest = text_at(arguments, 0);
  for (std::size_t at = rest.find(separator); at != std::string_view::npos; at = rest.find(separator)) {
    parts.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + separator.size());
  }
  parts.emplace_back(rest);
  return Value(std::move(parts));
}

// The manual's white space.
constexpr std::string_view blanks[] = {std::string_view("\0", 1),
                                       " ",
                                       "\t",
                                       "\n",
                                       "\v",
                                       "\f",
                                       "\r",
                                       "\xc2\xa0",
                                       "\xe1\x9a\x80",
                                       "\xe2\x80\x80",
                                       "\xe2\x80\x81",
                                       "\xe2\x80\x82",
                                       "\xe2\x80\x83",
                                       "\xe2\x80\x84",
                                       "\xe2\x80\x85",
                                       "\xe2\x80\x86",
                                       "\xe2\x80\x87",
                                       "\xe2\x80\x88",
                                       "\xe2\x80\x89",
                                       "\xe2\x80\x8a"};

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    out.push_back(text.substr(0, character_begin(text, 1)));
    text.remove_prefix(out.back().size());
  }
  return out;
}

template <bool at_begin, bool at_end>
Result<Value> trim(Arguments arguments) {
  TRY(const bool is_null, has_null(arguments, 1));
  if (is_null) return null_result();
  const auto wanted = arguments[1] ? characters(text_at(arguments, 1))
                                   : std::vector<std::string_view>(std::begin(blanks), std::end(blanks));
  auto text = characters(text_at(arguments, 0));
  const auto stays = [&](std::string_view one) { return std::ranges::find(wanted, one) == wanted.end(); };
  const auto begin = at_begin ? std::ranges::find_if(text, stays) : text.begin();
  auto end = text.end();
  while (at_end && end != begin && !stays(*std::prev(end))) --end;
  std::string out;
  for (auto one = begin; one != end; ++one) out += *one;
  return text_value(out);
}

// {input, find, replacement}
template <bool all>
Result<Value> replace(Arguments arguments) {
  TRY(const bool is_null, has_null(arguments, 3));
  if (is_null) return null_result();
  const std::string_view wanted = text_at(arguments, 1), replacement = text_at(arguments, 2);
  std::string text(text_at(arguments, 0));
  const std::size_t most = wanted.empty() ? 0 : text.size();
  std::string out;
  std::size_t from = 0;
  for (std::size_t n = 0, at = 0; n < (all ? most : std::min<std::size_t>(most, 1)); ++n) {
    at = text.find(wanted, from);
    if (at == std::string::npos) break;
    out.append(text, from, at - from).append(replacement);
    from = at + wanted.size();
    if (out.size() > most_text) return refuse("makes too long a text");
  }
  return text_value(out.append(text, from));
}

Result<Value> compare_ignoring_case(Arguments arguments) {
  TRY(const auto a, to_upper(arguments.first(1)));
  TRY(const auto b, to_upper(arguments.last(1)));
  const int order = compare(a, b);
  return Value(json::value((order > 0) - (order < 0)));
}

constexpr OperatorRow text_rows[] = {
    {"$concat", concat},
    {"$ltrim", trim<true, false>, 1, 2, {"input", "chars"}, true},
    {"$replaceAll", replace<true>, 3, 3, {"input", "find", "replacement"}, true},
    {"$replaceOne", replace<false>, 3, 3, {"input", "find", "replacement"}, true},
    {"$rtrim", trim<false, true>, 1, 2, {"input", "chars"}, true},
    {"$split", split, 2, 2},
    {"$strLenBytes", length_bytes, 1, 1},
    {"$strLenCP", length_characters, 1, 1},
    {"$strcasecmp", compare_ignoring_case, 2, 2},
    {"$substr", substr_bytes, 3, 3},
    {"$substrBytes", substr_bytes, 3, 3},
    {"$substrCP", substr_characters, 3, 3},
    {"$toLower", to_lower, 1, 1},
    {"$toUpper", to_upper, 1, 1},
    {"$trim", trim<true, true>, 1, 2, {"input", "chars"}, true},
};

}  // namespace

std::span<const OperatorRow> text_operators() { return text_rows; }

}  // namespace proffer::aggregation
