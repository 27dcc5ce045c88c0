#include "document/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "document/csv.h"
#include "document/json.h"
#include "document/row_form.h"
#include "document/text.h"
#include "document/violations.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using Rows = std::vector<json::object>;
using base::ErrorKind;

base::Status check_count(std::size_t rows, const RowOptions& options) {
  if (options.max_rows == 0 || rows <= options.max_rows) return {};
  return base::fail(ErrorKind::too_large, fmt::format("more than {} rows", options.max_rows));
}

// Rows that must be objects, gathered one by one.
class Gathered {
 public:
  void add(json::value row) {
    ++count_;
    if (row.is_object()) {
      rows_.push_back(std::move(row.get_object()));
    } else {
      violations_.add(fmt::format("body[{}]", count_ - 1), fmt::format("row {}: expected an object", count_), row);
    }
  }
  std::size_t count() const { return count_; }
  base::Result<Rows> take() {
    if (!violations_.empty()) return tl::unexpected(violations_.error());
    return std::move(rows_);
  }

 private:
  Rows rows_;
  Violations violations_;
  std::size_t count_ = 0;
};

base::Result<Rows> json_rows(std::string_view body, const RowOptions& options) {
  TRY(json::value value, parse_json(body));
  if (!value.is_array()) return base::fail_field("body", "expected an array of objects", json_excerpt(value));
  TRY_DO(check_count(value.get_array().size(), options));
  Gathered gathered;
  for (json::value& row : value.get_array()) gathered.add(std::move(row));
  return gathered.take();
}

base::Result<Rows> json_line_rows(std::string_view body, const RowOptions& options) {
  Gathered gathered;
  for (std::size_t line = 1; !body.empty(); ++line) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view text = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    TRY_DO(check_count(gathered.count() + 1, options));
    auto row = parse_json(text, fmt::format("row {} (line {})", gathered.count() + 1, line));
    if (!row) return malformed_at(fmt::format("body[{}]", gathered.count()), row.error().message);
    gathered.add(std::move(*row));
  }
  return gathered.take();
}

base::Result<Rows> csv_rows(std::string_view body, const RowOptions& options) {
  if (const auto bad = first_invalid_utf8(body)) {
    return malformed_at("body", fmt::format("body is not CSV: a byte that is not UTF-8 at offset {}", *bad));
  }
  CsvReader reader(body);
  TRY(const auto header, reader.next());
  TRY(const auto columns, CsvColumns::read(header, options.text_columns));
  Rows rows;
  while (true) {
    auto cells = reader.next();
    const std::size_t row = rows.size() + 1;
    const std::string location = fmt::format("body[{}]", row - 1);
    if (!cells) return malformed_at(location, fmt::format("row {}: {}", row, cells.error().message));
    if (!*cells) return rows;
    TRY_DO(check_count(row, options));
    TRY(auto object, columns.row(**cells, row, reader.line()));
    rows.push_back(std::move(object));
  }
}

}  // namespace

base::Result<Rows> parse_rows(std::string_view content_type, std::string_view body, const RowOptions& options) {
  TRY(const RowForm form, row_form(content_type));
  switch (form) {
    case RowForm::array:
      return json_rows(body, options);
    case RowForm::lines:
      return json_line_rows(body, options);
    case RowForm::csv:
      return csv_rows(body, options);
  }
  return base::fail(ErrorKind::internal, "rows of no form");
}

}  // namespace proffer::document
