#include "app/row_chunks.h"

#include <algorithm>
#include <iterator>

namespace proffer::app {

RowChunks::RowChunks(std::istream& in, const std::string& content_type, std::size_t rows)
    : in_(in), csv_(content_type == "text/csv"), lines_(csv_ || content_type == "application/x-ndjson"), rows_(rows) {
  if (csv_) read_row(header_);
}

std::optional<std::string> RowChunks::next() {
  if (!lines_) return whole();
  rows_before_ += last_rows_;
  std::string piece = header_;
  std::string row;
  for (last_rows_ = 0; last_rows_ < rows_ && read_row(row); ++last_rows_) piece += row;
  if (last_rows_ == 0) return std::nullopt;
  return piece;
}

std::optional<std::string> RowChunks::whole() {
  std::string text(std::istreambuf_iterator<char>(in_), {});
  if (text.empty()) return std::nullopt;
  return text;
}

// One row with its line end. A line break within quotes belongs to the row.
bool RowChunks::read_row(std::string& row) {
  row.clear();
  std::string line;
  do {
    if (!std::getline(in_, line)) return !row.empty();
    row += line + '\n';
  } while (csv_ && std::ranges::count(row, '"') % 2 == 1);
  return true;
}

}  // namespace proffer::app
