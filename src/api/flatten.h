// One-level answers: path parts joined with '_', array elements by their index from 0, empty objects and arrays left
// out.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace proffer::api {

// JSON text of an object in, JSON text of its flat form out. Paths repeat in every name, so a small object can have a
// huge flat form: past limits::document_bytes the text comes back as it is.
std::string flatten(std::string_view object_text);

// Nothing when the names and values would take more than limits::document_bytes.
std::optional<boost::json::object> flatten(const boost::json::object& object);

}  // namespace proffer::api
