#include "document/row_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/csv.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Result;
using Row = std::optional<json::value>;

bool is_blank(std::string_view text) { return text.find_first_not_of(json_blanks) == std::string_view::npos; }

std::size_t count_lines(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

}  // namespace

void RowStream::feed(std::string_view text) {
  text_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  text_ += text;
}

Result<Row> RowStream::next() {
  switch (form_) {
    case RowForm::array:
      return next_element();
    case RowForm::lines:
      return next_line();
    case RowForm::csv:
      return next_record();
  }
  return base::fail(ErrorKind::internal, "rows of no form");
}

// ---- Of all forms

base::Status RowStream::check_length(std::size_t bytes) const {
  if (bytes <= options_.row_bytes) return {};
  return base::fail(ErrorKind::too_large,
                    fmt::format("row {} (line {}) is longer than {} bytes", row_ + 1, line_, options_.row_bytes));
}

// Nothing yet: what there is may become the beginning of a row.
Result<Row> RowStream::await_more() {
  TRY_DO(check_length(rest().size()));
  return std::nullopt;
}

// The text from the row's beginning to `end`, which is behind it; the next row begins at `next`.
Result<std::string_view> RowStream::take(std::size_t end, std::size_t next) {
  TRY_DO(check_length(end - begin_));
  const std::string_view text = std::string_view(text_).substr(begin_, end - begin_);
  next_line_ = line_ + count_lines(std::string_view(text_).substr(begin_, next - begin_));
  begin_ = scanned_ = next;
  return text;
}

Result<json::value> RowStream::parse(std::string_view text) {
  ++row_;
  row_line_ = line_;
  auto value = parse_json(text, fmt::format("row {} (line {})", row_, line_));
  if (!value) return malformed_at(fmt::format("body[{}]", row_ - 1), value.error().message);
  return std::move(*value);
}

// ---- A JSON array

Result<Row> RowStream::next_element() {
  if (array_ == ArrayState::before) {
    TRY(const bool opened, open_array());
    if (!opened) return std::nullopt;
  }
  if (array_ == ArrayState::after) return close_array();
  const auto end = scan_element();
  if (!end) return ended_ ? malformed_at("body", fmt::format("the array ends within row {}", row_ + 1)) : await_more();
  const bool last = text_[*end] == ']';
  if (last) array_ = ArrayState::after;
  TRY(const std::string_view text, take(*end, *end + 1));
  if (last && row_ == 0 && is_blank(text)) return close_array();
  line_ += count_lines(text.substr(0, std::min(text.find_first_not_of(json_blanks), text.size())));
  TRY(json::value value, parse(text));
  line_ = next_line_;
  return value;
}

// Drops blanks; whether something else stands there now.
bool RowStream::skip_blanks() {
  const std::size_t first = std::min(text_.find_first_not_of(json_blanks, begin_), text_.size());
  line_ += count_lines(std::string_view(text_).substr(begin_, first - begin_));
  begin_ = scanned_ = first;
  return first < text_.size();
}

Result<bool> RowStream::open_array() {
  const bool found = skip_blanks();
  if (!found && !ended_) return false;
  if (!found || text_[begin_] != '[') return base::fail_field("body", "expected an array of objects");
  ++begin_;
  scanned_ = begin_;
  array_ = ArrayState::inside;
  return true;
}

Result<Row> RowStream::close_array() {
  if (skip_blanks()) return malformed_at("body", fmt::format("line {}: text behind the array", line_));
  return std::nullopt;
}

// Where the comma or bracket stands that ends the element, if it has come. Whether brackets match, the parser sees.
std::optional<std::size_t> RowStream::scan_element() {
  for (; scanned_ < text_.size(); ++scanned_) {
    const char c = text_[scanned_];
    if (in_quotes_) {
      if (!escaped_ && c == '"') in_quotes_ = false;
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_quotes_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ == 0 && (c == ',' || c == ']')) {
      return scanned_;
    } else if (c == '}' || c == ']') {
      --depth_;
    }
  }
  return std::nullopt;
}

// ---- Lines of JSON

Result<Row> RowStream::next_line() {
  for (;;) {
    const std::size_t end = std::min(text_.find('\n', scanned_), text_.size());
    scanned_ = end;
    if (end == text_.size() && !ended_) return await_more();
    if (begin_ == text_.size()) return std::nullopt;
    TRY(const std::string_view text, take(end, std::min(end + 1, text_.size())));
    if (is_blank(text)) {
      line_ = next_line_;
      continue;
    }
    TRY(json::value value, parse(text));
    line_ = next_line_;
    return value;
  }
}

// ---- CSV

Result<Row> RowStream::next_record() {
  for (;;) {
    TRY(const auto cells, next_cells());
    if (!cells && (!ended_ || columns_)) return std::nullopt;
    if (!columns_) {
      TRY(columns_, CsvColumns::read(cells, options_.text_columns));
      continue;
    }
    row_line_ = record_line_;
    TRY(auto row, columns_->row(*cells, ++row_, record_line_));
    return row;
  }
}

// Of the next record that is not an empty line.
Result<std::optional<std::vector<std::string>>> RowStream::next_cells() {
  while (scan_record() || (ended_ && begin_ < text_.size())) {
    TRY(const std::string_view text, take(scanned_, scanned_));
    in_quotes_ = false;
    TRY(auto cells, read_cells(text));
    line_ = next_line_;
    if (cells) return cells;
  }
  if (!ended_) TRY_DO(check_length(rest().size()));
  return std::nullopt;
}

Result<std::optional<std::vector<std::string>>> RowStream::read_cells(std::string_view record) {
  const std::string location = fmt::format("body[{}]", row_);
  if (first_invalid_utf8(record)) {
    return malformed_at(location, fmt::format("row {} (line {}): a byte that is not UTF-8", row_ + 1, line_));
  }
  CsvReader reader(record, line_);
  auto cells = reader.next();
  if (!cells) return malformed_at(location, fmt::format("row {}: {}", row_ + 1, cells.error().message));
  record_line_ = reader.line();
  return std::move(*cells);
}

// Moves on behind the next line end that is not within quotes; false when it has not come yet.
bool RowStream::scan_record() {
  while (scanned_ < text_.size()) {
    const char c = text_[scanned_++];
    if (c == '"') in_quotes_ = !in_quotes_;
    if (c == '\n' && !in_quotes_) return true;
  }
  return false;
}

}  // namespace proffer::document
