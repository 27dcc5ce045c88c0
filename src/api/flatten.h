// One-level answers: path parts joined with '_', array elements by their index from 0, empty objects and arrays left
// out.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace proffer::api {

// JSON text of an object in, JSON text of its flat form out.
std::string flatten(std::string_view object_text);

boost::json::object flatten(const boost::json::object& object);

}  // namespace proffer::api
