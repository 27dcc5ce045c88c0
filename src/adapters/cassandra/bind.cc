// Values of a request as values of a column.
#include <charconv>
#include <cmath>
#include <limits>

#include "adapters/cassandra/values.h"
#include "base/uuid.h"

namespace proffer::adapters::cql {
namespace {

namespace json = boost::json;
using Bound = std::optional<std::string>;

// A whole number, also one that is written as 5.0.
std::optional<std::int64_t> whole(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() || !value.is_double()) return std::nullopt;  // beyond int64
  const double number = value.get_double();
  if (std::abs(number) > 0x1p53 || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

template <class T>
Bound integer(const json::value& value) {
  const auto number = whole(value);
  if (!number || *number < std::numeric_limits<T>::min() || *number > std::numeric_limits<T>::max()) return {};
  std::string out;
  for (int shift = 8 * static_cast<int>(sizeof(T) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(*number >> shift & 0xff));
  }
  return out;
}

template <class Write>
Bound real(const json::value& value, Write write) {
  if (!value.is_number()) return {};
  std::string out;
  WireWriter writer(out);
  write(writer, value.to_number<double>());
  return out;
}

Bound text(const json::value& value) {
  return value.is_string() ? Bound(std::string(value.get_string())) : std::nullopt;
}

Bound uuid(const json::value& value) {
  const auto parsed = value.is_string() ? base::parse_uuid(value.get_string()) : std::nullopt;
  if (!parsed) return {};
  std::string out;
  WireWriter writer(out);
  writer.int64(static_cast<std::int64_t>(parsed->high));
  writer.int64(static_cast<std::int64_t>(parsed->low));
  return out;
}

Bound boolean(const json::value& value) {
  return value.is_bool() ? Bound(std::string(1, value.get_bool() ? '\1' : '\0')) : std::nullopt;
}

Bound timestamp(const json::value& value) {
  const auto* object = value.if_object();
  const auto* date = object == nullptr ? nullptr : object->if_contains("$date");
  return integer<std::int64_t>(date == nullptr ? value : *date);
}

}  // namespace

base::Result<Bound> bound_value(const Type& type, const json::value& value) {
  switch (type.kind) {
    case Kind::ascii:
    case Kind::varchar:
      return text(value);
    case Kind::bigint:
    case Kind::counter:
      return integer<std::int64_t>(value);
    case Kind::int_:
      return integer<std::int32_t>(value);
    case Kind::smallint:
      return integer<std::int16_t>(value);
    case Kind::tinyint:
      return integer<std::int8_t>(value);
    case Kind::boolean:
      return boolean(value);
    case Kind::timestamp:
      return timestamp(value);
    case Kind::uuid:
    case Kind::timeuuid:
      return uuid(value);
    case Kind::double_:
      return real(value, [](auto& out, double number) { out.real64(number); });
    case Kind::float_:
      return real(value, [](auto& out, double number) { out.real32(static_cast<float>(number)); });
    default:
      return base::fail(base::ErrorKind::invalid, "nothing can be looked up by a column of type " + type_text(type));
  }
}

}  // namespace proffer::adapters::cql
