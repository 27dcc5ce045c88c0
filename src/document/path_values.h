// All values that a path reaches, as MongoDB's query language reads it: an array on the way stands for each object in
// it, and for the element that a component of digits names.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "document/path.h"
#include "document/value_order.h"

namespace proffer::document {

// What is at the path's end: the member of an object, whose elements count too when it is an array, or the element of
// an array that the path named by its index, which counts by itself.
enum class PlaceOfValue { member, element };

// Calls test(value, place) for every value at the path, with a null pointer for a place that lacks it, until one
// passes. Arrays at the path's end are passed whole; whether their elements count too depends on the place.
template <class Test>
bool any_at(const boost::json::value& here, std::string_view path, const Test& test);

template <class Test>
bool any_in_array(const boost::json::array& array, std::string_view path, std::string_view rest, const Test& test) {
  const auto index = array_index(path.substr(0, path.find('.')));
  if (index && *index < array.size()) {
    const boost::json::value& element = array[*index];
    if (rest.data() == nullptr ? test(&element, PlaceOfValue::element) : any_at(element, rest, test)) return true;
  }
  for (const auto& element : array) {
    if (type_of(element) == ValueType::object && any_at(element, path, test)) return true;
  }
  return false;
}

template <class Test>
bool any_at(const boost::json::value& here, std::string_view path, const Test& test) {
  const std::size_t dot = path.find('.');
  const std::string_view rest = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  if (const auto* array = here.if_array()) return any_in_array(*array, path, rest, test);
  const auto* object = here.if_object();
  const boost::json::value* member = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return test(member, PlaceOfValue::member);
  return any_at(*member, rest, test);
}

// The same from a whole document.
template <class Test>
bool any_value_at(const boost::json::object& document, std::string_view path, const Test& test) {
  const std::size_t dot = path.find('.');
  const boost::json::value* member = document.if_contains(path.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return test(member, PlaceOfValue::member);
  return any_at(*member, path.substr(dot + 1), test);
}

}  // namespace proffer::document
