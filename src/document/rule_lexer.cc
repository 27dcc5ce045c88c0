#include "document/rule_lexer.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace proffer::document {
namespace {

bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return begins_word(c) || base::is_digit(c); }

constexpr std::string_view date_form = "dddd-dd-dd";
constexpr std::string_view date_time_characters = "0123456789T:.+-Z";
constexpr std::array<std::string_view, 4> double_signs{"==", "!=", "<=", ">="};
constexpr std::string_view single_signs = "=<>+-*/()[],.";

}  // namespace

void RuleLexer::advance() {
  at_ = std::min(rule_.find_first_not_of(" \t\r\n", at_), rule_.size());
  begin_ = at_;
  next_ = read();
}

RuleLexeme RuleLexer::read() {
  if (at_ == rule_.size()) return {};
  const char first = rule_[at_];
  if (begins_word(first)) {
    const auto* end = std::find_if_not(rule_.begin() + at_, rule_.end(), continues_word);
    return take(RuleToken::word, static_cast<std::size_t>(end - rule_.begin()) - at_);
  }
  if (base::is_digit(first)) return read_number_or_date();
  if (first == '"' || first == '\'') return read_text(first);
  const bool is_double = std::ranges::find(double_signs, rule_.substr(at_, 2)) != double_signs.end();
  if (is_double) return take(RuleToken::sign, 2);
  const bool known = single_signs.find(first) != std::string_view::npos;
  return take(known ? RuleToken::sign : RuleToken::unknown, 1);
}

RuleLexeme RuleLexer::take(RuleToken token, std::size_t length) {
  const std::string_view source = rule_.substr(at_, length);
  at_ += length;
  return {token, source, {}};
}

RuleLexeme RuleLexer::read_text(char quote) {
  std::string text;
  for (std::size_t at = at_ + 1; at < rule_.size(); ++at) {
    if (rule_[at] == quote) {
      auto lexeme = take(RuleToken::text, at + 1 - at_);
      lexeme.text = std::move(text);
      return lexeme;
    }
    if (rule_[at] == '\\' && ++at == rule_.size()) break;
    text += rule_[at];
  }
  return take(RuleToken::unknown, rule_.size() - at_);
}

RuleLexeme RuleLexer::read_number_or_date() {
  if (!is_date()) return take(RuleToken::number, number_length());
  std::size_t end = at_ + date_form.size();
  if (end < rule_.size() && rule_[end] == 'T') end = rule_.find_first_not_of(date_time_characters, end);
  return take(RuleToken::date, std::min(end, rule_.size()) - at_);
}

bool RuleLexer::is_date() const {
  const std::string_view text = rule_.substr(at_, date_form.size());
  return std::ranges::equal(text, date_form,
                            [](char c, char form) { return form == 'd' ? base::is_digit(c) : c == form; });
}

std::size_t RuleLexer::digits_from(std::size_t at) const {
  while (at < rule_.size() && base::is_digit(rule_[at])) ++at;
  return at;
}

// Digits, perhaps a fraction, perhaps an exponent.
std::size_t RuleLexer::number_length() const {
  std::size_t end = digits_from(at_);
  if (end < rule_.size() && rule_[end] == '.' && digits_from(end + 1) > end + 1) end = digits_from(end + 1);
  if (end < rule_.size() && (rule_[end] == 'e' || rule_[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < rule_.size() && (rule_[exponent] == '+' || rule_[exponent] == '-')) ++exponent;
    if (digits_from(exponent) > exponent) end = digits_from(exponent);
  }
  return end - at_;
}

}  // namespace proffer::document
