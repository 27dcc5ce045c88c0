#include "app/csv_export.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::app {
namespace {

namespace json = boost::json;

// RFC 4180, section 2.
void append_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_value(std::string& out, const json::value* value) {
  if (value == nullptr || value->is_null()) return;
  append_cell(out, value->is_string() ? std::string(value->get_string()) : document::json_text(*value));
}

}  // namespace

base::Status CsvColumnNames::add(const json::array& documents) {
  for (const auto& document : documents) {
    for (const auto& member : document.as_object()) {
      if (known_.insert(std::string(member.key())).second) names_.emplace_back(member.key());
    }
    if (names_.size() > base::limits::csv_columns) {
      return base::fail(base::ErrorKind::too_large,
                        fmt::format("more than {} columns; export as ndjson", base::limits::csv_columns));
    }
  }
  return {};
}

std::string CsvColumnNames::header() const {
  std::string out;
  for (const auto& name : names_) {
    if (!out.empty()) out += ',';
    append_cell(out, name);
  }
  return out + "\r\n";
}

std::string CsvColumnNames::row(const json::object& document) const {
  std::string out;
  for (const auto& name : names_) {
    if (&name != names_.data()) out += ',';
    append_value(out, document.if_contains(name));
  }
  return out + "\r\n";
}

}  // namespace proffer::app
