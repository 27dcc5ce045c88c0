#include "store/document_text.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::store {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Status;

// Doubles must read back as doubles, so 1 is written 1.0.
void append_double(std::string& out, double value) {
  if (value == 0 && std::signbit(value)) out += '-';
  const std::size_t begin = out.size();
  base::append_number(out, value);
  if (out.find_first_of(".e", begin) == std::string::npos) out += ".0";
}

// Appends values as text, and refuses what could not be read again.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Status append(const json::value& value, std::size_t depth) {
    switch (value.kind()) {
      case json::kind::double_:
        return append_finite(value.get_double());
      case json::kind::array:
        return append_array(value.get_array(), depth + 1);
      case json::kind::object:
        return append_object(value.get_object(), depth + 1);
      default:
        document::append_json(out_, value);
        return {};
    }
  }

  Status append_object(const json::object& object, std::size_t depth) {
    TRY_DO(check(depth));
    char separator = '{';
    for (const auto& member : object) {
      out_ += std::exchange(separator, ',');
      document::append_json_string(out_, member.key());
      out_ += ':';
      TRY_DO(append(member.value(), depth));
    }
    out_ += object.empty() ? "{}" : "}";
    return {};
  }

 private:
  Status append_array(const json::array& array, std::size_t depth) {
    TRY_DO(check(depth));
    char separator = '[';
    for (const auto& element : array) {
      out_ += std::exchange(separator, ',');
      TRY_DO(append(element, depth));
    }
    out_ += array.empty() ? "[]" : "]";
    return {};
  }

  Status append_finite(double value) {
    if (!std::isfinite(value))
      return base::fail(ErrorKind::invalid, "a document cannot hold a number that is not finite");
    append_double(out_, value);
    return {};
  }

  // At every opening bracket, so a document far past the limit is not written out first.
  Status check(std::size_t depth) const {
    if (depth > document_depth) {
      return base::fail(ErrorKind::invalid, fmt::format("a document cannot be nested deeper than {}", document_depth));
    }
    return check_size(out_.size());
  }

 public:
  static Status check_size(std::size_t bytes) {
    if (bytes <= base::limits::document_bytes) return {};
    return base::fail(ErrorKind::too_large,
                      fmt::format("a document is limited to {} bytes of JSON", base::limits::document_bytes));
  }

 private:
  std::string& out_;
};

}  // namespace

base::Result<std::string_view> id_of(const Document& document) {
  const json::value* id = document.if_contains("_id");
  if (id == nullptr || !id->is_string()) {
    return base::fail(ErrorKind::invalid, "a document needs an `_id` that is a string");
  }
  return std::string_view(id->get_string());
}

base::Result<std::string> document_text(const Document& document) {
  TRY_DO(id_of(document));
  std::string text;
  TRY_DO(Writer(text).append_object(document, 1));
  TRY_DO(Writer::check_size(text.size()));
  if (const auto offset = document::first_invalid_utf8(text)) {
    return base::fail(ErrorKind::invalid, fmt::format("a document's text must be UTF-8: byte {} is not", *offset));
  }
  return text;
}

base::Result<Document> parse_document(std::string_view text) {
  auto value = document::parse_json(text, "stored document", document_depth);
  if (!value) return base::fail(ErrorKind::internal, "a stored document is damaged: " + value.error().message);
  if (!value->is_object()) return base::fail(ErrorKind::internal, "a stored document is damaged: it is not an object");
  return std::move(value->get_object());
}

}  // namespace proffer::store
