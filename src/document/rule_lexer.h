// The words and signs of a rule's text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proffer::document {

enum class RuleToken {
  end,
  word,    // a name or a keyword
  number,  // 18, 0.5, 1e3
  date,    // 2024-12-20, 2024-12-20T10:00:00+02:00
  text,    // in quotes of either kind, with \ before a quote or \ within
  sign,    // one of  = == != < <= > >= + - * / ( ) [ ] , .
  unknown,
};

struct RuleLexeme {
  RuleToken token = RuleToken::end;
  std::string_view source;  // as it stands in the rule
  std::string text;         // what a text says, without quotes
};

// Reads one lexeme after the other.
class RuleLexer {
 public:
  explicit RuleLexer(std::string_view rule) : rule_(rule) { advance(); }

  const RuleLexeme& next() const { return next_; }
  std::size_t offset() const { return begin_; }  // of next()
  void advance();

 private:
  RuleLexeme read();
  RuleLexeme read_text(char quote);
  RuleLexeme read_number_or_date();
  std::size_t digits_from(std::size_t at) const;
  std::size_t number_length() const;
  bool is_date() const;
  RuleLexeme take(RuleToken token, std::size_t length);

  std::string_view rule_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
  RuleLexeme next_;
};

}  // namespace proffer::document
