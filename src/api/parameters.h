// The parameters of an invocation: one object from the three members that may hold them, in every form they come in.
#pragma once

#include <boost/json.hpp>

#include "document/violations.h"

namespace proffer::api {

// Merges in_param, in_params and params key by key (a later one wins), and adds the pairs of `input` and `value` as
// named keys. `params` may be an object, JSON text, percent-encoded JSON text, or a JSON string that holds JSON text.
boost::json::object merged_parameters(const boost::json::object& body, document::Violations& violations);

// Percent-decoding as in a path: '+' stays '+'. What is no escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace proffer::api
