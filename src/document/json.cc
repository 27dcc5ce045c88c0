#include "document/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "base/number_text.h"
#include "document/text.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using ErrorCode = json::error_code;
using Text = json::string_view;

// Boost's own conversion may miss the nearest double by a bit, so the digits are read again. `approximate` tells apart
// what is too small (0) and what is too large (nothing), which from_chars does not.
std::optional<double> nearest_double(std::string_view digits, double approximate) {
  double value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (status != std::errc::result_out_of_range) return value;
  if (std::abs(approximate) < 1) return std::copysign(0.0, approximate);
  return std::nullopt;
}

// The member names of the objects that are open, so that a second one of the same name is found when its object closes.
class OpenNames {
 public:
  OpenNames() {
    text_.reserve(256);
    names_.reserve(32);
  }

  void add_part(Text part) { text_.append(part.data(), part.size()); }

  void close_name(std::size_t size) { names_.push_back({text_.size() - size, size}); }

  // Takes the last `count` names away; the one that stands there twice, if any.
  std::optional<std::string> close_object(std::size_t count) {
    if (count == 0) return std::nullopt;
    const auto first = names_.end() - static_cast<std::ptrdiff_t>(count);
    const std::size_t text_begin = first->begin;
    std::optional<std::string> twice = find_twice(first);
    names_.erase(first, names_.end());
    text_.resize(text_begin);
    return twice;
  }

 private:
  struct Name {
    std::size_t begin, size;
  };
  using Iterator = std::vector<Name>::iterator;

  std::string_view text(Name name) const { return std::string_view(text_).substr(name.begin, name.size); }

  std::optional<std::string> find_twice(Iterator first) {
    if (names_.end() - first < few) return find_twice_among_few(first);
    const std::size_t text_begin = first->begin;
    std::sort(first, names_.end(), [&](Name a, Name b) { return text(a) < text(b); });
    const auto twice = std::adjacent_find(first, names_.end(), [&](Name a, Name b) { return text(a) == text(b); });
    first->begin = text_begin;
    if (twice == names_.end()) return std::nullopt;
    return std::string(text(*std::next(twice)));
  }

  // Comparing all pairs is faster than sorting for the objects that requests are made of.
  std::optional<std::string> find_twice_among_few(Iterator first) const {
    for (auto a = first; a != names_.end(); ++a) {
      const bool twice = std::any_of(first, a, [&](Name b) { return text(*a) == text(b); });
      if (twice) return std::string(text(*a));
    }
    return std::nullopt;
  }

  static constexpr std::ptrdiff_t few = 16;

  std::string text_;
  std::vector<Name> names_;
};

// Builds the value from the parser's events.
struct Builder {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  Builder() {}  // leaves `unfinished` as it is

  // Most bodies need no heap for what is unfinished.
  unsigned char unfinished[4096];
  json::value_stack stack{{}, unfinished, sizeof unfinished};
  OpenNames names;
  std::string number;   // the digits so far
  std::string problem;  // what is wrong, where the parser itself saw nothing

  bool refuse(std::string why, ErrorCode& code) {
    problem = std::move(why);
    code = json::error::syntax;
    return false;
  }

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_object_begin(ErrorCode&) { return true; }
  bool on_object_end(std::size_t count, ErrorCode& code) {
    if (auto twice = names.close_object(count)) {
      return refuse(fmt::format("the member \"{}\" stands twice in one object", cut_utf8(*twice, 100)), code);
    }
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(ErrorCode&) { return true; }
  bool on_array_end(std::size_t count, ErrorCode&) { return stack.push_array(count), true; }
  bool on_key_part(Text part, std::size_t, ErrorCode&) {
    names.add_part(part);
    return stack.push_chars(part), true;
  }
  bool on_key(Text part, std::size_t size, ErrorCode&) {
    names.add_part(part);
    names.close_name(size);
    return stack.push_key(part), true;
  }
  bool on_string_part(Text part, std::size_t, ErrorCode&) { return stack.push_chars(part), true; }
  bool on_string(Text part, std::size_t, ErrorCode&) { return stack.push_string(part), true; }
  bool on_number_part(Text part, ErrorCode&) { return number.append(part.data(), part.size()), true; }
  bool on_int64(std::int64_t value, Text, ErrorCode&) {
    number.clear();
    return stack.push_int64(value), true;
  }
  bool on_uint64(std::uint64_t value, Text, ErrorCode&) {
    number.clear();
    return stack.push_uint64(value), true;
  }
  bool on_double(double approximate, Text part, ErrorCode& code) {
    number.append(part.data(), part.size());
    const auto value = nearest_double(number, approximate);
    if (!value) return refuse(fmt::format("the number {} is too large", cut_utf8(number, 40)), code);
    number.clear();
    return stack.push_double(*value), true;
  }
  bool on_bool(bool value, ErrorCode&) { return stack.push_bool(value), true; }
  bool on_null(ErrorCode&) { return stack.push_null(), true; }
  bool on_comment_part(Text, ErrorCode&) { return true; }
  bool on_comment(Text, ErrorCode&) { return true; }
};

std::string explain(const ErrorCode& code, const Builder& builder, std::string_view text, std::size_t offset,
                    std::size_t depth) {
  if (!builder.problem.empty()) return builder.problem;
  if (code == json::error::incomplete) return "the text ends before the value does";
  if (code == json::error::too_deep) return fmt::format("nested deeper than {} levels", depth);
  if (code == json::error::exponent_overflow) return "a number with an exponent that is too large";
  if (code == json::error::extra_data) return "something follows the value";
  if (offset >= text.size()) return code.message();
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte > 0x20 && byte < 0x7f) return fmt::format("unexpected '{}' ({})", text[offset], code.message());
  return fmt::format("unexpected byte 0x{:02X} ({})", byte, code.message());  // it may be part of a character
}

base::Error malformed(std::string_view what, std::string_view why, std::string_view text, std::size_t offset) {
  const std::string place = line_and_column(text, offset);
  base::Error error{base::ErrorKind::malformed, fmt::format("{} is not JSON: {} at {}", what, why, place), {}};
  error.fields.push_back({std::string(what), fmt::format("{} at {}", why, place), "null"});
  return error;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

base::Error empty_text(std::string_view what) {
  return {base::ErrorKind::malformed,
          fmt::format("{} is empty; JSON was expected", what),
          {{std::string(what), "expected JSON, found nothing"}}};
}

}  // namespace

base::Result<json::value> parse_json(std::string_view text, std::string_view what, std::size_t depth) {
  if (blank(text)) return tl::unexpected(empty_text(what));
  json::parse_options options;
  options.max_depth = depth;
  json::basic_parser<Builder> parser(options);
  parser.handler().stack.reset();
  ErrorCode code;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
  if (!code && read < text.size()) code = json::error::extra_data;
  if (!code) return parser.handler().stack.release();
  if (const auto bad = first_invalid_utf8(text); bad && *bad <= read + 4) {
    return tl::unexpected(malformed(what, "a byte that is not UTF-8", text, *bad));
  }
  return tl::unexpected(malformed(what, explain(code, parser.handler(), text, read, depth), text, read));
}

json::value number_from_text(std::string_view text) {
  if (text.empty() || text.size() > 400) return nullptr;
  const char last = text.back();
  const bool may_be =
      (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) && last >= '0' && last <= '9';
  if (!may_be) return nullptr;
  auto value = parse_json(text);
  return value && value->is_number() ? *value : json::value(nullptr);
}

}  // namespace proffer::document
