#include "store/field_key.h"

#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "base/sha256.h"
#include "document/text.h"

namespace proffer::store {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Status;

constexpr std::size_t whole_text_bytes = 64;  // of longer texts a hash, that nobody can make collide, stands in

std::string text_key(std::string_view text) {
  if (text.size() <= whole_text_bytes) return "t" + std::string(text);
  return "h" + base::sha256_hex(text);
}

std::string number_key(double value) { return "n" + base::number_text(value == 0 ? 0.0 : value); }  // -0 is 0

}  // namespace

std::optional<std::string> field_key(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return text_key(value.get_string());
    case json::kind::int64:
      return number_key(static_cast<double>(value.get_int64()));
    case json::kind::uint64:
      return number_key(static_cast<double>(value.get_uint64()));
    case json::kind::double_:
      return number_key(value.get_double());
    default:
      return std::nullopt;
  }
}

std::set<std::string> field_keys(const Document& document, std::string_view path) {
  std::set<std::string> keys;
  document::visit_values(document, path, [&](const json::value& value) {
    if (auto key = field_key(value)) keys.insert(std::move(*key));
  });
  return keys;
}

Status check_indexed_path(std::string_view path) {
  if (!path.empty() && path.size() <= base::limits::indexed_path_bytes && !document::first_invalid_utf8(path))
    return {};
  return base::fail(ErrorKind::invalid,
                    fmt::format("the path of a field needs 1 to {} bytes of UTF-8", base::limits::indexed_path_bytes));
}

Status check_index_count(std::size_t existing) {
  if (existing < base::limits::indexes_per_collection) return {};
  return base::fail(ErrorKind::too_large, fmt::format("a collection is limited to {} fields that are looked up",
                                                      base::limits::indexes_per_collection));
}

Status check_field_value(const json::value& value) {
  if (value.is_string() || (value.is_number() && !(value.is_double() && !std::isfinite(value.get_double())))) return {};
  return base::fail(ErrorKind::invalid, "documents are looked up by a string or a number");
}

}  // namespace proffer::store
