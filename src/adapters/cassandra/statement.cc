#include "adapters/cassandra/statement.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "document/text.h"

namespace proffer::adapters::cql {
namespace {

using base::ErrorKind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_name_part(char c) {
  return (c >= '0' && c <= '9') || c == '_' || (base::lower(c) >= 'a' && base::lower(c) <= 'z');
}

// The statement without its comments; quoted parts stay as they are.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  base::Result<std::string> run() {
    while (!text_.empty()) TRY_DO(step());
    while (!out_.empty() && is_blank(out_.back())) out_.pop_back();
    return std::move(out_);
  }

 private:
  base::Status step() {
    if (text_.starts_with("--") || text_.starts_with("//")) return drop_line();
    if (text_.starts_with("/*")) return skip_comment();
    if (text_.starts_with("$$")) return copy_quoted("$$");
    if (text_.front() == '\'' || text_.front() == '"') return copy_quoted(text_.substr(0, 1));
    if (text_.front() == ';') return end_statement();
    if (ended_ && !is_blank(text_.front()))
      return base::fail(ErrorKind::invalid, "expected one statement, and nothing behind its ';'");
    if (!out_.empty() || !is_blank(text_.front())) out_ += text_.front();
    text_.remove_prefix(1);
    return {};
  }

  base::Status drop_line() {
    text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
    return {};
  }

  base::Status skip_comment() {
    const auto end = text_.find("*/", 2);
    if (end == std::string_view::npos) return base::fail(ErrorKind::invalid, "a comment does not end");
    text_.remove_prefix(end + 2);
    if (!out_.empty()) out_ += ' ';
    return {};
  }

  // A doubled quote within is the end of one part and the beginning of the next.
  base::Status copy_quoted(std::string_view quote) {
    if (ended_) return base::fail(ErrorKind::invalid, "expected one statement, and nothing behind its ';'");
    const auto end = text_.find(quote, quote.size());
    if (end == std::string_view::npos)
      return base::fail(ErrorKind::invalid, fmt::format("what begins with {} does not end", quote));
    out_ += text_.substr(0, end + quote.size());
    text_.remove_prefix(end + quote.size());
    return {};
  }

  base::Status end_statement() {
    ended_ = true;
    text_.remove_prefix(1);
    return {};
  }

  std::string_view text_;
  std::string out_;
  bool ended_ = false;
};

}  // namespace

base::Result<std::string> select_statement(std::string_view text) {
  if (text.size() > base::limits::cassandra_query_bytes) {
    return base::fail(ErrorKind::invalid,
                      fmt::format("expected at most {} bytes", base::limits::cassandra_query_bytes));
  }
  if (document::first_invalid_utf8(text)) return base::fail(ErrorKind::invalid, "expected UTF-8");
  TRY(auto statement, Scanner(text).run());
  constexpr std::string_view select = "select";
  const std::string_view first = std::string_view(statement).substr(0, select.size());
  const bool is_whole = statement.size() > select.size() && !is_name_part(statement[select.size()]);
  if (is_whole && base::equal_ignoring_case(first, select)) return statement;
  return base::fail(ErrorKind::invalid, "expected one SELECT statement of CQL: nothing else is sent to Cassandra");
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

}  // namespace proffer::adapters::cql
