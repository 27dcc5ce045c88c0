// One description of a type gives its parsing, its validation, its rendering and its JSON Schema.
//
//   struct Batch { std::int64_t threads = 1; std::string find = "{}"; };
//   BOOST_DESCRIBE_STRUCT(Batch, (), (threads, find))
//   template <> struct proffer::document::Docs<Batch> {
//     static constexpr std::string_view title = "Batch";
//     static constexpr auto fields = std::to_array<FieldDoc>({
//         {"threads", "Threads that score.", {.minimum = 1, .maximum = 64}},
//         {"find", "Filter of the rows to score."},
//     });
//   };
//
// A member may be bool, double, std::int64_t, std::uint32_t, std::uint64_t, std::string, a described struct,
// std::optional or std::vector of these, or boost::json::value or object (anything). A default is what a
// default-constructed struct holds; null stands for an absent std::optional.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "document/violations.h"

namespace proffer::document {

// What a value must be beyond its type. For a vector, all but max_items speak of its elements.
struct Rules {
  std::string_view json_name = {};  // where the JSON name is no C++ identifier
  std::string_view also = {};       // a second name that is read, never written; `name` wins
  bool required = false;
  bool text_accepted = false;    // a number or bool may come as text: "0", "true"
  bool number_accepted = false;  // text may come as a number: 7 is "7"
  bool rest = false;             // an object that takes all members not named here (Unknown::keep)
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};
  std::optional<double> above = {};  // exclusive bounds
  std::optional<double> below = {};
  std::size_t max_bytes = 0;  // of text, as UTF-8; 0: no bound of its own
  std::size_t max_items = 0;
  bool (*matches)(std::string_view) = nullptr;
  std::string_view pattern = {};       // the same for the schema, as ECMA-262 has it
  std::string_view pattern_text = {};  // and for people: "a name of A-Z"
  std::span<const std::string_view> allowed = {};
};

struct FieldDoc {
  std::string_view name;  // of the member
  std::string_view doc;
  Rules rules = {};

  constexpr std::string_view json_name() const { return rules.json_name.empty() ? name : rules.json_name; }
};

// To be specialized: `title`, one word that names the schema, and `fields`, one entry a member in their order.
template <class T>
struct Docs;

enum class Unknown {
  refuse,  // a member that is not described is a violation
  ignore,
  keep,  // moved into the member with Rules::rest, and rendered again from there
};

// A T from `value`, or everything that is wrong with it.
template <class T>
base::Result<T> parse(const boost::json::value& value, std::string_view location = "body",
                      Unknown unknown = Unknown::refuse);

// As parse, for one part of an input: violations are added, and what is wrong keeps its default.
template <class T>
T parse_part(const boost::json::value& value, const Place& place, Unknown unknown, Violations& violations);

// Members in their order; an empty optional is left out.
template <class T>
boost::json::value render(const T& value);

// JSON Schema 2020-12 of what parse accepts, nested types included, without `$schema`. Text that stands for a number is
// described by its form, not by its range; lengths count characters there and bytes here.
template <class T>
boost::json::object schema(Unknown unknown = Unknown::refuse);

// ---- The parts that do not depend on the type ----------------------------------------------------------------------

std::optional<bool> read_bool(const boost::json::value&, const Rules&, const Place&, Violations&);
std::optional<double> read_number(const boost::json::value&, const Rules&, const Place&, Violations&);
std::optional<std::int64_t> read_int64(const boost::json::value&, const Rules&, const Place&, Violations&);
std::optional<std::uint64_t> read_unsigned(const boost::json::value&, std::uint64_t largest, const Rules&, const Place&,
                                           Violations&);
std::optional<std::string> read_text(const boost::json::value&, const Rules&, const Place&, Violations&);
// Null, after saying so, when it is none.
const boost::json::array* read_array(const boost::json::value&, const Rules&, const Place&, Violations&);
const boost::json::object* read_object(const boost::json::value&, const Place&, Violations&);

// Null when neither of its names is there.
const boost::json::key_value_pair* find_member(const boost::json::object&, const FieldDoc&);
void refuse_unknown_members(const boost::json::object&, std::span<const FieldDoc>, const Place&, Violations&);
boost::json::object unknown_members(const boost::json::object&, std::span<const FieldDoc>);
void add_missing(const FieldDoc&, const Place& parent, Violations&);

boost::json::object bool_schema(const Rules&);
boost::json::object number_schema(const Rules&);
boost::json::object integer_schema(const Rules&, bool is_unsigned, std::uint64_t largest);
boost::json::object text_schema(const Rules&);
boost::json::object array_schema(boost::json::object items, const Rules&);
boost::json::object nullable_schema(boost::json::object schema);
// Adds the schema of one field to an object's.
void add_property(boost::json::object& object_schema, const FieldDoc&, boost::json::object field_schema,
                  boost::json::value default_value);
boost::json::object object_schema(std::string_view title, Unknown unknown);

namespace detail {

template <class T>
concept Described = requires {
  Docs<T>::fields;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
inline constexpr bool is_unsigned_integer = std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::uint64_t>;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
consteval bool docs_match_members() {
  if (boost::mp11::mp_size<Members<T>>::value != Docs<T>::fields.size()) return false;
  bool match = true;
  std::size_t i = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { match = match && Docs<T>::fields[i++].name == member.name; });
  return match;
}

// Calls f(pointer to member, its FieldDoc) for each member.
template <class T, class F>
void for_each_field(F&& f) {
  static_assert(docs_match_members<T>(), "Docs<T>::fields must name the described members, in their order");
  std::size_t i = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { f(member.pointer, Docs<T>::fields[i++]); });
}

template <class T>
std::optional<T> read(const boost::json::value& value, const Rules& rules, const Place& place, Unknown unknown,
                      Violations& violations);

template <class T>
std::optional<T> read_elements(const boost::json::value& value, const Rules& rules, const Place& place, Unknown unknown,
                               Violations& violations) {
  const boost::json::array* array = read_array(value, rules, place, violations);
  if (array == nullptr) return std::nullopt;
  T result;
  result.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto element = read<typename T::value_type>((*array)[i], rules, Place(place, i), unknown, violations);
    if (element) result.push_back(std::move(*element));
  }
  return result;
}

template <class T>
std::optional<T> read_members(const boost::json::value& value, const Place& place, Unknown unknown,
                              Violations& violations) {
  const boost::json::object* object = read_object(value, place, violations);
  if (object == nullptr) return std::nullopt;
  T result{};
  for_each_field<T>([&](auto pointer, const FieldDoc& field) {
    using Member = std::remove_cvref_t<decltype(result.*pointer)>;
    if (field.rules.rest) {
      if constexpr (std::is_same_v<Member, boost::json::object>) {
        if (unknown == Unknown::keep) result.*pointer = unknown_members(*object, Docs<T>::fields);
      }
      return;
    }
    const boost::json::key_value_pair* member = find_member(*object, field);
    if (member == nullptr) {
      if (field.rules.required) add_missing(field, place, violations);
      return;
    }
    auto part = read<Member>(member->value(), field.rules, Place(place, member->key()), unknown, violations);
    if (part) result.*pointer = std::move(*part);
  });
  if (unknown == Unknown::refuse) refuse_unknown_members(*object, Docs<T>::fields, place, violations);
  return result;
}

template <class T>
std::optional<T> read(const boost::json::value& value, const Rules& rules, const Place& place, Unknown unknown,
                      Violations& violations) {
  if constexpr (IsOptional<T>::value) {
    if (value.is_null()) return T{};
    auto inner = read<typename T::value_type>(value, rules, place, unknown, violations);
    return inner ? std::optional<T>(std::move(*inner)) : std::nullopt;
  } else if constexpr (IsVector<T>::value) {
    return read_elements<T>(value, rules, place, unknown, violations);
  } else if constexpr (Described<T>) {
    return read_members<T>(value, place, unknown, violations);
  } else if constexpr (std::is_same_v<T, bool>) {
    return read_bool(value, rules, place, violations);
  } else if constexpr (std::is_same_v<T, double>) {
    return read_number(value, rules, place, violations);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return read_int64(value, rules, place, violations);
  } else if constexpr (is_unsigned_integer<T>) {
    const auto number = read_unsigned(value, std::numeric_limits<T>::max(), rules, place, violations);
    return number ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return read_text(value, rules, place, violations);
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    const boost::json::object* object = read_object(value, place, violations);
    return object ? std::optional<T>(*object) : std::nullopt;
  } else {
    static_assert(std::is_same_v<T, boost::json::value>, "a type that descriptions do not know");
    return value;
  }
}

template <class T>
boost::json::object type_schema(const Rules& rules, Unknown unknown) {
  if constexpr (IsOptional<T>::value) {
    return nullable_schema(type_schema<typename T::value_type>(rules, unknown));
  } else if constexpr (IsVector<T>::value) {
    return array_schema(type_schema<typename T::value_type>(rules, unknown), rules);
  } else if constexpr (Described<T>) {
    return schema<T>(unknown);
  } else if constexpr (std::is_same_v<T, bool>) {
    return bool_schema(rules);
  } else if constexpr (std::is_same_v<T, double>) {
    return number_schema(rules);
  } else if constexpr (std::is_same_v<T, std::int64_t> || is_unsigned_integer<T>) {
    return integer_schema(rules, is_unsigned_integer<T>, static_cast<std::uint64_t>(std::numeric_limits<T>::max()));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return text_schema(rules);
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    return {{"type", "object"}};
  } else {
    return {};
  }
}

}  // namespace detail

template <class T>
T parse_part(const boost::json::value& value, const Place& place, Unknown unknown, Violations& violations) {
  auto result = detail::read<T>(value, Rules{}, place, unknown, violations);
  return result ? std::move(*result) : T{};
}

template <class T>
base::Result<T> parse(const boost::json::value& value, std::string_view location, Unknown unknown) {
  Violations violations;
  T result = parse_part<T>(value, Place(location), unknown, violations);
  if (!violations.empty()) return tl::unexpected(violations.error());
  return result;
}

template <class T>
boost::json::value render(const T& value) {
  if constexpr (detail::IsOptional<T>::value) {
    return value ? render(*value) : boost::json::value(nullptr);
  } else if constexpr (detail::IsVector<T>::value) {
    boost::json::array array;
    array.reserve(value.size());
    for (const auto& element : value) array.push_back(render(element));
    return array;
  } else if constexpr (detail::Described<T>) {
    boost::json::object object;
    detail::for_each_field<T>([&](auto pointer, const FieldDoc& field) {
      const auto& member = value.*pointer;
      boost::json::value rendered = render(member);
      if (field.rules.rest) {
        for (const auto& [name, kept] : rendered.as_object()) object[name] = kept;
      } else if (!detail::IsOptional<std::remove_cvref_t<decltype(member)>>::value || !rendered.is_null()) {
        object[field.json_name()] = std::move(rendered);
      }
    });
    return object;
  } else {
    return boost::json::value(value);
  }
}

template <class T>
boost::json::object schema(Unknown unknown) {
  boost::json::object result = object_schema(Docs<T>::title, unknown);
  const T defaults{};
  detail::for_each_field<T>([&](auto pointer, const FieldDoc& field) {
    using Member = std::remove_cvref_t<decltype(defaults.*pointer)>;
    if (field.rules.rest) return;
    add_property(result, field, detail::type_schema<Member>(field.rules, unknown), render(defaults.*pointer));
  });
  return result;
}

}  // namespace proffer::document
