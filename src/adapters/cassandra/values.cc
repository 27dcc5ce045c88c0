#include "adapters/cassandra/values.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "adapters/cassandra/decimal.h"
#include "base/base64url.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::adapters::cql {
namespace {

namespace json = boost::json;
using Value = base::Result<json::value>;

constexpr std::int64_t nanoseconds_a_day = 86'400'000'000'000;

tl::unexpected<base::Error> not_a_value(const Type& type, std::string_view bytes) {
  return base::fail(base::ErrorKind::remote,
                    fmt::format("{} bytes are no value of type {}", bytes.size(), type_text(type)));
}

// RFC 4648, section 4: with padding.
std::string base64(std::string_view bytes) {
  std::string text = base::to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text.append((4 - text.size() % 4) % 4, '=');
}

json::value real_value(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

// 0.1f is 0.1, and not the double nearest to that float.
json::value float_value(float value) {
  if (!std::isfinite(value)) return real_value(value);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double same = 0;
  std::from_chars(text, end, same);
  return same;
}

std::string uuid_text(WireReader& reader) {
  base::Uuid uuid;
  uuid.high = static_cast<std::uint64_t>(reader.int64());
  uuid.low = static_cast<std::uint64_t>(reader.int64());
  return uuid.to_string();
}

json::value inet_value(WireReader& reader) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool is_short = reader.remaining() == 4;
  const auto bytes = reader.take(is_short ? 4 : 16);
  if (!reader.ok()) return nullptr;
  ::inet_ntop(is_short ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

// The civil date of a day since 1970, in the proleptic Gregorian calendar: eras of 400 years, which begin in March.
std::string date_text(std::int64_t day) {
  constexpr std::int64_t days_of_era = 146'097;
  const std::int64_t shifted = day + 719'468;  // since 0000-03-01
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - days_of_era + 1) / days_of_era;
  const std::int64_t of_era = shifted - era * days_of_era;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * of_year + 2) / 153;
  const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const char* sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return fmt::format("{}{:04}-{:02}-{:02}", sign, std::abs(year), month, of_year - (153 * from_march + 2) / 5 + 1);
}

json::value date_value(WireReader& reader) {
  const auto days = static_cast<std::uint32_t>(reader.int32());  // 2^31 is 1970-01-01
  return json::value(date_text(std::int64_t{days} - (std::int64_t{1} << 31)));
}

json::value time_value(WireReader& reader) {
  const std::int64_t time = reader.int64();
  if (time < 0 || time >= nanoseconds_a_day) reader.spoil();
  const std::int64_t seconds = time / 1'000'000'000;
  return json::value(
      fmt::format("{:02}:{:02}:{:02}.{:09}", seconds / 3600, seconds / 60 % 60, seconds % 60, time % 1'000'000'000));
}

// [unsigned vint] of version 5: as many leading ones in the first byte as bytes follow; then zigzag for the sign.
std::int64_t signed_vint(WireReader& reader) {
  const std::uint8_t first = reader.byte();
  const int following = std::countl_one(first);
  std::uint64_t value = following < 8 ? first & (0xffu >> following) : 0;
  for (int i = 0; i < following; ++i) value = value << 8 | reader.byte();
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

json::value duration_value(WireReader& reader) {
  json::object out;
  for (const auto* name : {"months", "days", "nanoseconds"}) out[name] = signed_vint(reader);
  return out;
}

json::value decimal_of(WireReader& reader) {
  const std::int32_t scale = reader.int32();
  return decimal_value(reader.take(reader.remaining()), scale);
}

// What has a fixed form.
json::value scalar(const Type& type, WireReader& reader) {
  switch (type.kind) {
    case Kind::bigint:
    case Kind::counter:
      return reader.int64();
    case Kind::int_:
      return reader.int32();
    case Kind::smallint:
      return static_cast<std::int16_t>(reader.short_number());
    case Kind::tinyint:
      return static_cast<std::int8_t>(reader.byte());
    case Kind::boolean:
      return reader.byte() != 0;
    case Kind::double_:
      return real_value(reader.real64());
    case Kind::float_:
      return float_value(reader.real32());
    case Kind::timestamp:
      return json::object{{"$date", reader.int64()}};
    case Kind::uuid:
    case Kind::timeuuid:
      return json::value(uuid_text(reader));
    case Kind::inet:
      return inet_value(reader);
    case Kind::date:
      return date_value(reader);
    case Kind::time:
      return time_value(reader);
    case Kind::duration:
      return duration_value(reader);
    case Kind::varint:
      return integer_value(reader.take(reader.remaining()));
    case Kind::decimal:
      return decimal_of(reader);
    default:
      reader.spoil();
      return nullptr;
  }
}

bool is_text(Kind kind) { return kind == Kind::ascii || kind == Kind::varchar; }

bool has_any_size(Kind kind) { return is_text(kind) || kind == Kind::blob || kind == Kind::custom; }

Value text_value(std::string_view bytes) {
  if (!document::first_invalid_utf8(bytes)) return json::value(bytes);
  return base::fail(base::ErrorKind::remote, "a text is not UTF-8");
}

Value array_value(const Type& type, WireReader& reader) {
  json::array out;
  const std::size_t count = reader.count(4);
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    TRY(auto element, read_value(type.parts[0], reader.bytes()));
    out.push_back(std::move(element));
  }
  return out;
}

// Elements of a fixed size, without lengths.
Value vector_value(const Type& type, WireReader& reader) {
  json::array out;
  if (type.length > reader.remaining()) reader.spoil();
  for (std::size_t i = 0; i < type.length && reader.ok(); ++i) out.push_back(scalar(type.parts[0], reader));
  return out;
}

std::string name_of_key(const json::value& key) {
  return key.is_string() ? std::string(key.get_string()) : document::json_text(key);
}

Value map_value(const Type& type, WireReader& reader) {
  json::object out;
  const std::size_t count = reader.count(8);
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    TRY(const auto key, read_value(type.parts[0], reader.bytes()));
    TRY(auto value, read_value(type.parts[1], reader.bytes()));
    out[name_of_key(key)] = std::move(value);
  }
  return out;
}

Value tuple_value(const Type& type, WireReader& reader) {
  json::array out;
  for (const auto& part : type.parts) {
    TRY(auto value, read_value(part, reader.at_end() ? std::nullopt : reader.bytes()));
    out.push_back(std::move(value));
  }
  return out;
}

// Fields that were added to the type later are missing at the end.
Value udt_value(const Type& type, WireReader& reader) {
  json::object out;
  for (std::size_t i = 0; i < type.parts.size(); ++i) {
    TRY(out[type.fields[i]], read_value(type.parts[i], reader.at_end() ? std::nullopt : reader.bytes()));
  }
  return out;
}

Value value_of(const Type& type, WireReader& reader) {
  switch (type.kind) {
    case Kind::list:
    case Kind::set:
      return array_value(type, reader);
    case Kind::map:
      return map_value(type, reader);
    case Kind::tuple:
      return tuple_value(type, reader);
    case Kind::udt:
      return udt_value(type, reader);
    case Kind::vector:
      return vector_value(type, reader);
    default:
      return scalar(type, reader);
  }
}

bool is_too_long(const Type& type, std::string_view bytes) {
  return (type.kind == Kind::varint || type.kind == Kind::decimal) &&
         bytes.size() > base::limits::cassandra_number_bytes;
}

}  // namespace

Value read_value(const Type& type, std::optional<std::string_view> bytes) {
  if (!bytes) return nullptr;
  if (is_text(type.kind)) return text_value(*bytes);
  if (has_any_size(type.kind)) return json::value(base64(*bytes));
  if (bytes->empty()) return nullptr;
  if (is_too_long(type, *bytes)) return not_a_value(type, *bytes);
  WireReader reader(*bytes);
  TRY(auto value, value_of(type, reader));
  if (!reader.ok() || !reader.at_end()) return not_a_value(type, *bytes);
  return value;
}

}  // namespace proffer::adapters::cql
