#include "adapters/mongodb/bson_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "adapters/mongodb/member_names.h"
#include "base/time_text.h"
#include "document/json.h"

namespace proffer::adapters {
namespace {

namespace json = boost::json;
using base::Result;
using base::Status;

int length(std::string_view text) { return static_cast<int>(text.size()); }

tl::unexpected<base::Error> too_large() {
  return base::fail(base::ErrorKind::too_large,
                    fmt::format("a document is limited to {} bytes of BSON on MongoDB", base::limits::document_bytes));
}

// ---- To BSON

// The milliseconds of {"$date": …}, if a date holds it exactly.
std::optional<std::int64_t> date_of(const json::object& object) {
  const json::value& date = object.begin()->value();
  if (date.is_int64()) return date.get_int64();
  if (!date.is_string()) return std::nullopt;
  const auto time = base::parse_time(std::string_view(date.get_string()));
  if (!time || time->time_since_epoch() % std::chrono::milliseconds{1} != std::chrono::microseconds{0})
    return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count();
}

// Kinds that JSON does not have and that need no code to read or write: the library knows their Extended JSON.
constexpr std::array<std::string_view, 8> extended_kinds = {
    "$oid", "$numberDecimal", "$binary", "$timestamp", "$regularExpression", "$minKey", "$maxKey", "$numberDouble"};

// The value that the Extended JSON stands for, if reading it gives the same Extended JSON again.
std::optional<Bson> extended_value(const json::object& object) {
  if (std::ranges::find(extended_kinds, std::string_view(object.begin()->key())) == extended_kinds.end())
    return std::nullopt;
  const std::string text = "{\"v\":" + document::json_text(object) + "}";
  bson_error_t error;
  bson_t* made = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()), length(text), &error);
  if (made == nullptr) return std::nullopt;
  Bson value(made);
  if (from_bson(value).at("v") != json::value(object)) return std::nullopt;
  return value;
}

class Writer {
 public:
  static Status append_object(bson_t* bson, const json::object& object) {
    for (const auto& member : object) {
      TRY_DO(append(bson, escape_name(member.key()), member.value()));
    }
    return {};
  }

  static Status append(bson_t* bson, std::string_view name, const json::value& value) {
    switch (value.kind()) {
      case json::kind::array:
        return append_array(bson, name, value.get_array());
      case json::kind::object:
        return append_special_or_object(bson, name, value.get_object());
      default:
        append_scalar(bson, name, value);
        return bson->len > base::limits::document_bytes ? Status(too_large()) : Status();
    }
  }

 private:
  static void append_scalar(bson_t* bson, std::string_view name, const json::value& value) {
    switch (value.kind()) {
      case json::kind::bool_:
        bson_append_bool(bson, name.data(), length(name), value.get_bool());
        break;
      case json::kind::int64:
        bson_append_int64(bson, name.data(), length(name), value.get_int64());
        break;
      case json::kind::uint64:
        append_unsigned(bson, name, value.get_uint64());
        break;
      case json::kind::double_:
        bson_append_double(bson, name.data(), length(name), value.get_double());
        break;
      case json::kind::string:
        bson_append_utf8(bson, name.data(), length(name), value.get_string().data(), length(value.get_string()));
        break;
      default:
        bson_append_null(bson, name.data(), length(name));
    }
  }

  static void append_unsigned(bson_t* bson, std::string_view name, std::uint64_t value) {
    if (value <= INT64_MAX) {
      bson_append_int64(bson, name.data(), length(name), static_cast<std::int64_t>(value));
      return;
    }
    bson_decimal128_t decimal;
    bson_decimal128_from_string(std::to_string(value).c_str(), &decimal);
    bson_append_decimal128(bson, name.data(), length(name), &decimal);
  }

  static Status append_array(bson_t* bson, std::string_view name, const json::array& array) {
    bson_t child;
    bson_append_array_begin(bson, name.data(), length(name), &child);
    Status status = append_elements(&child, array);
    bson_append_array_end(bson, &child);
    return status;
  }

  static Status append_elements(bson_t* bson, const json::array& array) {
    char text[16];
    for (std::uint32_t i = 0; i < array.size(); ++i) {
      const char* key = nullptr;
      const std::size_t bytes = bson_uint32_to_string(i, &key, text, sizeof text);
      TRY_DO(append(bson, {key, bytes}, array[i]));
    }
    return {};
  }

  static Status append_special_or_object(bson_t* bson, std::string_view name, const json::object& object) {
    if (object.size() == 1 && object.begin()->key().starts_with('$')) {
      if (append_special(bson, name, object)) return {};
    }
    bson_t child;
    bson_append_document_begin(bson, name.data(), length(name), &child);
    Status status = append_object(&child, object);
    bson_append_document_end(bson, &child);
    return status;
  }

  static bool append_special(bson_t* bson, std::string_view name, const json::object& object) {
    if (object.begin()->key() == "$date") {
      const auto date = date_of(object);
      return date && bson_append_date_time(bson, name.data(), length(name), *date);
    }
    const auto value = extended_value(object);
    bson_iter_t iter;
    return value && bson_iter_init_find(&iter, *value, "v") &&
           bson_append_value(bson, name.data(), length(name), bson_iter_value(&iter));
  }
};

// ---- From BSON

json::object object_of(bson_iter_t& iter);

json::value extended_json(const bson_iter_t& iter) {
  Bson one;
  bson_append_iter(one.get(), "v", 1, &iter);
  std::size_t bytes = 0;
  char* text = bson_as_canonical_extended_json(one, &bytes);
  auto parsed = document::parse_json({text, bytes}, "BSON", store::document_depth);
  bson_free(text);
  return parsed ? parsed->as_object().at("v") : json::value();
}

json::value number_of(const bson_iter_t& iter) {
  const double number = bson_iter_double(&iter);
  return std::isfinite(number) ? json::value(number) : extended_json(iter);
}

// As append_unsigned wrote it, or as others did.
json::value decimal_value(const bson_iter_t& iter) {
  bson_decimal128_t decimal;
  bson_iter_decimal128(&iter, &decimal);
  char text[BSON_DECIMAL128_STRING];
  bson_decimal128_to_string(&decimal, text);
  const std::string_view digits = text;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && value > INT64_MAX ? json::value(value) : extended_json(iter);
}

json::value text_of(const bson_iter_t& iter) {
  std::uint32_t bytes = 0;
  const char* text = bson_iter_utf8(&iter, &bytes);
  return json::value(json::string_view(text, bytes));
}

json::value value_of(bson_iter_t& iter);

json::array array_of(bson_iter_t& iter) {
  json::array array;
  while (bson_iter_next(&iter)) array.push_back(value_of(iter));
  return array;
}

json::value value_of(bson_iter_t& iter) {
  bson_iter_t child;
  switch (bson_iter_type(&iter)) {
    case BSON_TYPE_NULL:
      return nullptr;
    case BSON_TYPE_BOOL:
      return bson_iter_bool(&iter);
    case BSON_TYPE_INT32:
      return std::int64_t{bson_iter_int32(&iter)};
    case BSON_TYPE_INT64:
      return bson_iter_int64(&iter);
    case BSON_TYPE_DOUBLE:
      return number_of(iter);
    case BSON_TYPE_DECIMAL128:
      return decimal_value(iter);
    case BSON_TYPE_UTF8:
      return text_of(iter);
    case BSON_TYPE_DATE_TIME:
      return json::object{{"$date", bson_iter_date_time(&iter)}};
    case BSON_TYPE_ARRAY:
      bson_iter_recurse(&iter, &child);
      return array_of(child);
    case BSON_TYPE_DOCUMENT:
      bson_iter_recurse(&iter, &child);
      return object_of(child);
    default:
      return extended_json(iter);
  }
}

json::object object_of(bson_iter_t& iter) {
  json::object object;
  while (bson_iter_next(&iter)) object.emplace(unescape_name(bson_iter_key(&iter)), value_of(iter));
  return object;
}

std::string id_text(const bson_iter_t& iter) {
  if (BSON_ITER_HOLDS_UTF8(&iter)) return std::string(text_of(iter).get_string());
  if (!BSON_ITER_HOLDS_OID(&iter)) return {};
  char hex[25];
  bson_oid_to_string(bson_iter_oid(&iter), hex);
  return std::string(object_id_prefix) + hex + "\"}";
}

}  // namespace

Result<Bson> to_bson(const store::Document& document) {
  Bson bson;
  append_id(bson, "_id", document.at("_id").get_string());
  for (const auto& member : document) {
    if (member.key() != "_id") TRY_DO(append_value(bson, escape_name(member.key()), member.value()));
  }
  if (bson.bytes() > base::limits::document_bytes) return too_large();
  return bson;
}

Status append_value(Bson& bson, std::string_view name, const json::value& value) {
  return Writer::append(bson.get(), name, value);
}

void append_id(Bson& bson, std::string_view name, std::string_view id) {
  if (!is_object_id(id)) {
    bson.text(name, id);
    return;
  }
  bson_oid_t oid;
  bson_oid_init_from_string(&oid, std::string(id.substr(object_id_prefix.size(), 24)).c_str());
  bson_append_oid(bson.get(), name.data(), length(name), &oid);
}

store::Document from_bson(const bson_t* bson) {
  bson_iter_t iter;
  bson_iter_init(&iter, bson);
  store::Document document = object_of(iter);
  if (auto* id = document.if_contains("_id"); id != nullptr && !id->is_string()) *id = id_of(bson);
  return document;
}

std::string id_of(const bson_t* bson) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, bson, "_id") ? id_text(iter) : std::string();
}

bool is_object_id(std::string_view id) {
  return id.size() == object_id_prefix.size() + 26 && id.starts_with(object_id_prefix) && id.ends_with("\"}") &&
         id.substr(object_id_prefix.size(), 24).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace proffer::adapters
