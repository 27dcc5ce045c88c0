#include "document/lax_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>

#include "base/ascii.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

constexpr std::string_view ends_name = " \t\r\n,:{}[]\"'";
constexpr std::string_view ends_value = ",}]\r\n";

class LaxParser {
 public:
  LaxParser(std::string_view text, std::string_view what, std::size_t depth)
      : text_(text), what_(what), depth_(depth) {}

  base::Result<json::value> parse() {
    if (const auto bad = first_invalid_utf8(text_)) return fail("a byte that is not UTF-8", *bad);
    TRY(json::value value, read_value(0));
    skip_blanks();
    if (at_ < text_.size()) return fail("something follows the value");
    return value;
  }

 private:
  tl::unexpected<base::Error> fail(std::string_view why, std::size_t offset) const {
    const std::string place = fmt::format("{} at {}", why, line_and_column(text_, offset));
    base::Error error{base::ErrorKind::malformed, fmt::format("{} is not JSON: {}", what_, place), {}};
    error.fields.push_back({std::string(what_), place, "null"});
    return tl::unexpected(std::move(error));
  }
  tl::unexpected<base::Error> fail(std::string_view why) const { return fail(why, at_); }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(json_blanks, at_), text_.size()); }
  bool is_next(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    skip_blanks();
    if (!is_next(c)) return false;
    ++at_;
    return true;
  }

  base::Result<json::value> read_value(std::size_t level) {
    skip_blanks();
    if (at_ == text_.size()) return fail("expected a value, found the end");
    if (level == depth_ && (is_next('{') || is_next('[')))
      return fail(fmt::format("nested deeper than {} levels", depth_));
    if (take('{')) return read_object(level + 1);
    if (take('[')) return read_array(level + 1);
    if (is_next('"') || is_next('\'')) return read_quoted();
    return read_bare_value();
  }

  base::Result<json::value> read_object(std::size_t level) {
    json::object object;
    while (!take('}')) {
      const std::size_t begin = at_;
      TRY(const std::string name, read_name());
      if (object.contains(name))
        return fail(fmt::format("the member \"{}\" stands twice in one object", cut_utf8(name, 100)), begin);
      if (!take(':')) return fail(fmt::format("expected ':' behind the name \"{}\"", cut_utf8(name, 100)));
      TRY(object[name], read_value(level));
      if (!take(',') && !is_next('}')) return fail("expected ',' or '}'");
    }
    return object;
  }

  base::Result<json::value> read_array(std::size_t level) {
    json::array array;
    while (!take(']')) {
      TRY(json::value value, read_value(level));
      array.push_back(std::move(value));
      if (!take(',') && !is_next(']')) return fail("expected ',' or ']'");
    }
    return array;
  }

  base::Result<std::string> read_name() {
    skip_blanks();
    if (is_next('"') || is_next('\'')) {
      TRY(const json::value quoted, read_quoted());
      return std::string(quoted.get_string());
    }
    const std::size_t end = std::min(text_.find_first_of(ends_name, at_), text_.size());
    if (end == at_) return fail(at_ == text_.size() ? "expected a name or '}', found the end" : "expected a name");
    const std::string_view name = text_.substr(at_, end - at_);
    at_ = end;
    return std::string(name);
  }

  base::Result<json::value> read_bare_value() {
    const std::size_t end = std::min(text_.find_first_of(ends_value, at_), text_.size());
    const std::string_view word = base::trimmed(text_.substr(at_, end - at_));
    if (word.empty()) return fail("expected a value");
    at_ = end;
    if (word == "true" || word == "false") return json::value(word == "true");
    if (word == "null") return json::value(nullptr);
    const json::value number = number_from_text(word);
    return number.is_null() ? json::value(word) : number;
  }

  // Text in either kind of quotes, by way of the same text as JSON has it.
  base::Result<json::value> read_quoted() {
    const char quote = text_[at_];
    const std::size_t begin = at_;
    std::string strict = "\"";
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) append_strictly(strict);
    if (at_ >= text_.size()) return fail("this quote is not closed", begin);
    ++at_;
    strict += '"';
    auto value = parse_json(strict);
    if (!value) return fail("text with an escape or a control character that JSON does not have", begin);
    return value;
  }

  // The character at `at_`, or the two of an escape.
  void append_strictly(std::string& strict) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      ++at_;
      strict += text_[at_] == '\'' ? "'" : std::string{'\\', text_[at_]};
    } else {
      strict += text_[at_] == '"' ? "\\\"" : std::string{text_[at_]};
    }
  }

  std::string_view text_;
  std::string_view what_;
  std::size_t depth_;
  std::size_t at_ = 0;
};

}  // namespace

base::Result<json::value> parse_lax_json(std::string_view text, std::string_view what, std::size_t depth) {
  return LaxParser(text, what, depth).parse();
}

}  // namespace proffer::document
