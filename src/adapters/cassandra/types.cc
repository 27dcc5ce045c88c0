#include "adapters/cassandra/types.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/limits.h"

namespace proffer::adapters::cql {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 27> names{{
    {Kind::custom, "custom"},
    {Kind::ascii, "ascii"},
    {Kind::bigint, "bigint"},
    {Kind::blob, "blob"},
    {Kind::boolean, "boolean"},
    {Kind::counter, "counter"},
    {Kind::decimal, "decimal"},
    {Kind::double_, "double"},
    {Kind::float_, "float"},
    {Kind::int_, "int"},
    {Kind::timestamp, "timestamp"},
    {Kind::uuid, "uuid"},
    {Kind::varchar, "text"},
    {Kind::varint, "varint"},
    {Kind::timeuuid, "timeuuid"},
    {Kind::inet, "inet"},
    {Kind::date, "date"},
    {Kind::time, "time"},
    {Kind::smallint, "smallint"},
    {Kind::tinyint, "tinyint"},
    {Kind::duration, "duration"},
    {Kind::list, "list"},
    {Kind::map, "map"},
    {Kind::set, "set"},
    {Kind::udt, "user's type"},
    {Kind::tuple, "tuple"},
    {Kind::vector, "vector"},
}};

std::string_view name_of(Kind kind) {
  for (const auto& [known, name] : names)
    if (known == kind) return name;
  return {};
}

bool is_known(Kind kind) { return kind != Kind::vector && !name_of(kind).empty(); }

constexpr std::string_view package = "org.apache.cassandra.db.marshal.";

// The name of a class without its package and the blanks around it.
std::string_view short_name(std::string_view name) {
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  return name.starts_with(package) ? name.substr(package.size()) : name;
}

// Elements of a fixed size, which stand in a vector without lengths.
Kind element_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Kind>, 5> elements{{{"FloatType", Kind::float_},
                                                                       {"DoubleType", Kind::double_},
                                                                       {"Int32Type", Kind::int_},
                                                                       {"LongType", Kind::bigint},
                                                                       {"BooleanType", Kind::boolean}}};
  for (const auto& [known, kind] : elements)
    if (known == short_name(name)) return kind;
  return Kind::custom;
}

// VectorType(ELEMENT, LENGTH) of a known element; anything else stays custom.
Type vector_of(std::string_view arguments, Type custom) {
  const auto comma = arguments.rfind(',');
  if (comma == std::string_view::npos || !arguments.ends_with(')')) return custom;
  const auto length = short_name(arguments.substr(comma + 1, arguments.size() - comma - 2));
  std::size_t elements = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), elements);
  const Kind kind = element_named(arguments.substr(0, comma));
  if (error != std::errc{} || end != length.data() + length.size() || kind == Kind::custom) return custom;
  return {.kind = Kind::vector, .parts = {Type{kind}}, .length = elements};
}

// Version 4 knows some types only by the names of their classes.
Type custom_type(std::string_view name) {
  Type custom{.name = std::string(name)};
  const auto known = short_name(name);
  if (known == "DurationType") return {Kind::duration};
  constexpr std::string_view vector = "VectorType(";
  if (known.starts_with(vector)) return vector_of(known.substr(vector.size()), std::move(custom));
  return custom;
}

Type read_at(WireReader& reader, std::size_t& budget, std::size_t depth);

void read_parts(WireReader& reader, std::size_t& budget, std::size_t depth, std::size_t count, Type& type) {
  for (std::size_t i = 0; i < count && reader.ok(); ++i) type.parts.push_back(read_at(reader, budget, depth + 1));
}

void read_fields(WireReader& reader, std::size_t& budget, std::size_t depth, Type& type) {
  reader.text();  // its keyspace
  type.name = reader.text();
  for (int left = reader.short_number(); left > 0 && reader.ok(); --left) {
    type.fields.emplace_back(reader.text());
    read_parts(reader, budget, depth, 1, type);
  }
}

Type read_at(WireReader& reader, std::size_t& budget, std::size_t depth) {
  Type type{static_cast<Kind>(reader.short_number())};
  if (!is_known(type.kind) || depth > base::limits::cassandra_type_depth || budget == 0) {
    reader.spoil();
    return {};
  }
  --budget;
  if (type.kind == Kind::custom) return custom_type(reader.text());
  if (type.kind == Kind::list || type.kind == Kind::set) read_parts(reader, budget, depth, 1, type);
  if (type.kind == Kind::map) read_parts(reader, budget, depth, 2, type);
  if (type.kind == Kind::tuple) read_parts(reader, budget, depth, reader.short_number(), type);
  if (type.kind == Kind::udt) read_fields(reader, budget, depth, type);
  return type;
}

}  // namespace

Type read_type(WireReader& reader, std::size_t& budget) { return read_at(reader, budget, 1); }

std::string type_text(const Type& type) {
  if (!type.name.empty()) return type.name;
  std::string text(name_of(type.kind));
  for (std::size_t i = 0; i < type.parts.size(); ++i) text += (i == 0 ? "<" : ", ") + type_text(type.parts[i]);
  if (type.kind == Kind::vector) text += ", " + std::to_string(type.length);
  return type.parts.empty() ? text : text + '>';
}

}  // namespace proffer::adapters::cql
