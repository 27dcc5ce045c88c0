#include "document/row_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "document/json.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
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

json::value cell_value(const std::string& cell, bool text) {
  if (text) return json::value(cell);
  if (cell == "true" || cell == "false") return cell == "true";
  json::value number = number_from_text(cell);
  // An integer too long for 64 bits is an identifier, not a quantity: a double would change its digits.
  const bool digits_only = cell.find_first_not_of("-0123456789") == std::string::npos;
  if (number.is_null() || (number.is_double() && digits_only)) return json::value(cell);
  return number;
}

}  // namespace

tl::unexpected<base::Error> malformed_at(std::string location, std::string message) {
  base::Error error{ErrorKind::malformed, message, {{std::move(location), message}}};
  return tl::unexpected(std::move(error));
}

base::Result<RowForm> row_form(std::string_view content_type) {
  const MediaType type = media_type(content_type);
  if (type.charset != "utf-8" && type.charset != "utf8" && type.charset != "us-ascii") {
    return base::fail(ErrorKind::unsupported, fmt::format("charset {} is not read; send UTF-8", type.charset));
  }
  if (type.name.empty() || type.name == "application/json") return RowForm::array;
  if (type.name == "application/x-ndjson" || type.name == "application/ndjson" || type.name == "application/jsonl")
    return RowForm::lines;
  if (type.name == "text/csv") return RowForm::csv;
  return base::fail(
      ErrorKind::unsupported,
      fmt::format("rows of type {} are not read; send application/json, application/x-ndjson or text/csv", type.name));
}

base::Result<CsvColumns> CsvColumns::read(const std::optional<std::vector<std::string>>& header,
                                          std::span<const std::string> text_columns) {
  if (!header) return malformed_at("body", "body is empty; a CSV header line was expected");
  CsvColumns columns;
  std::set<std::string, std::less<>> seen;
  for (const std::string& name : *header) {
    if (name.empty())
      return malformed_at("body", fmt::format("the header's column {} has no name", columns.columns_.size() + 1));
    if (!seen.insert(name).second)
      return malformed_at("body", fmt::format("the header names column \"{}\" twice", name));
    const bool text = std::ranges::count(text_columns, name) > 0;
    columns.columns_.push_back({name, text});
  }
  return columns;
}

base::Result<json::object> CsvColumns::row(const std::vector<std::string>& cells, std::size_t row,
                                           std::size_t line) const {
  if (cells.size() != columns_.size()) {
    return malformed_at(fmt::format("body[{}]", row - 1), fmt::format("row {} (line {}) has {} cells, the header {}",
                                                                      row, line, cells.size(), columns_.size()));
  }
  json::object out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].empty()) out[columns_[i].name] = cell_value(cells[i], columns_[i].text);
  }
  return out;
}

}  // namespace proffer::document
