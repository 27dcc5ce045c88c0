#include "document/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/limits.h"
#include "document/csv.h"
#include "document/json.h"
#include "document/text.h"
#include "document/violations.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using Rows = std::vector<json::object>;
using base::ErrorKind;

std::string lower_trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  std::string out(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

struct MediaType {
  std::string name;
  std::string charset = "utf-8";
};

MediaType media_type(std::string_view content_type) {
  MediaType type;
  std::size_t end = content_type.find(';');
  type.name = lower_trimmed(content_type.substr(0, end));
  while (end != std::string_view::npos) {
    content_type.remove_prefix(end + 1);
    end = content_type.find(';');
    std::string parameter = lower_trimmed(content_type.substr(0, end));
    std::erase(parameter, '"');
    if (parameter.starts_with("charset=")) type.charset = parameter.substr(8);
  }
  return type;
}

tl::unexpected<base::Error> malformed(std::string location, std::string message) {
  base::Error error{ErrorKind::malformed, message, {{std::move(location), message}}};
  return tl::unexpected(std::move(error));
}

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
    if (!row) return malformed(fmt::format("body[{}]", gathered.count()), row.error().message);
    gathered.add(std::move(*row));
  }
  return gathered.take();
}

struct Column {
  std::string name;
  bool text = false;
};

base::Result<std::vector<Column>> read_header(CsvReader& reader, const RowOptions& options) {
  TRY(auto cells, reader.next());
  if (!cells) return malformed("body", "body is empty; a CSV header line was expected");
  std::vector<Column> columns;
  std::set<std::string, std::less<>> seen;
  for (std::string& name : *cells) {
    if (name.empty()) return malformed("body", fmt::format("the header's column {} has no name", columns.size() + 1));
    if (!seen.insert(name).second) return malformed("body", fmt::format("the header names column \"{}\" twice", name));
    const bool text = std::count(options.text_columns.begin(), options.text_columns.end(), name) > 0;
    columns.push_back({std::move(name), text});
  }
  return columns;
}

json::value cell_value(const std::string& cell, bool text) {
  if (text) return json::value(cell);
  if (cell == "true" || cell == "false") return cell == "true";
  json::value number = number_from_text(cell);
  // An integer too long for 64 bits is an identifier, not a quantity: a double would change its digits.
  const bool digits_only = cell.find_first_not_of("-0123456789") == std::string::npos;
  if (number.is_null() || (number.is_double() && digits_only)) return json::value(cell);
  return number;
}

json::object row_of(const std::vector<std::string>& cells, const std::vector<Column>& columns) {
  json::object row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].empty()) row[columns[i].name] = cell_value(cells[i], columns[i].text);
  }
  return row;
}

base::Result<Rows> csv_rows(std::string_view body, const RowOptions& options) {
  if (const auto bad = first_invalid_utf8(body)) {
    return malformed("body", fmt::format("body is not CSV: a byte that is not UTF-8 at offset {}", *bad));
  }
  CsvReader reader(body);
  TRY(const auto columns, read_header(reader, options));
  Rows rows;
  while (true) {
    auto cells = reader.next();
    const std::size_t row = rows.size() + 1;
    const std::string location = fmt::format("body[{}]", row - 1);
    if (!cells) return malformed(location, fmt::format("row {}: {}", row, cells.error().message));
    if (!*cells) return rows;
    TRY_DO(check_count(row, options));
    if ((*cells)->size() != columns.size()) {
      return malformed(location, fmt::format("row {} (line {}) has {} cells, the header {}", row, reader.line(),
                                             (*cells)->size(), columns.size()));
    }
    rows.push_back(row_of(**cells, columns));
  }
}

}  // namespace

base::Result<Rows> parse_rows(std::string_view content_type, std::string_view body, const RowOptions& options) {
  const MediaType type = media_type(content_type);
  if (type.charset != "utf-8" && type.charset != "utf8" && type.charset != "us-ascii") {
    return base::fail(ErrorKind::unsupported, fmt::format("charset {} is not read; send UTF-8", type.charset));
  }
  if (type.name.empty() || type.name == "application/json") return json_rows(body, options);
  const bool lines =
      type.name == "application/x-ndjson" || type.name == "application/ndjson" || type.name == "application/jsonl";
  if (lines) return json_line_rows(body, options);
  if (type.name == "text/csv") return csv_rows(body, options);
  return base::fail(
      ErrorKind::unsupported,
      fmt::format("rows of type {} are not read; send application/json, application/x-ndjson or text/csv", type.name));
}

}  // namespace proffer::document
