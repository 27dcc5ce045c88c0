#include "document/csv.h"

#include <fmt/format.h>

namespace proffer::document {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

CsvReader::CsvReader(std::string_view text, std::size_t line) : rest_(text), line_(line) {
  if (line == 1 && rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

base::Result<std::optional<std::vector<std::string>>> CsvReader::next() {
  while (!rest_.empty() && at_line_end()) skip_line_end();
  record_line_ = line_;
  if (rest_.empty()) return std::nullopt;
  std::vector<std::string> cells;
  while (true) {
    TRY(std::string text, cell());
    cells.push_back(std::move(text));
    if (rest_.empty() || at_line_end()) break;
    rest_.remove_prefix(1);  // the comma
  }
  skip_line_end();
  return cells;
}

bool CsvReader::at_line_end() const { return rest_.starts_with('\n') || rest_.starts_with("\r\n"); }

void CsvReader::skip_line_end() {
  if (rest_.empty()) return;
  rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
  ++line_;
}

base::Result<std::string> CsvReader::cell() {
  if (rest_.starts_with('"')) return quoted_cell();
  const std::size_t end = std::min(rest_.find_first_of(",\n\""), rest_.size());
  if (end < rest_.size() && rest_[end] == '"') {
    return base::fail(base::ErrorKind::malformed,
                      fmt::format("line {}: a quote within a cell that does not begin with one", line_));
  }
  std::string text(rest_.substr(0, end));
  const bool carriage_return = end < rest_.size() && rest_[end] == '\n' && text.ends_with('\r');
  if (carriage_return) text.pop_back();
  rest_.remove_prefix(text.size());
  return text;
}

base::Result<std::string> CsvReader::quoted_cell() {
  const std::size_t opened = line_;
  std::string text;
  rest_.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest_.find('"');
    if (quote == std::string_view::npos) {
      return base::fail(base::ErrorKind::malformed, fmt::format("line {}: a quote is never closed", opened));
    }
    text.append(rest_, 0, quote);
    for (std::size_t i = 0; i < quote; ++i) line_ += rest_[i] == '\n';
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) break;
    text += '"';
    rest_.remove_prefix(1);
  }
  if (rest_.empty() || rest_.front() == ',' || at_line_end()) return text;
  return base::fail(base::ErrorKind::malformed, fmt::format("line {}: a closing quote is followed by text", line_));
}

}  // namespace proffer::document
