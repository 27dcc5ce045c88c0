// How the ML API reads bodies and writes answers: as the framework huma v2 does, whose clients it has.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "api/route.h"
#include "document/wire_object.h"

namespace proffer::api::ml {

// The body, valid as a `type`. Errors as problem() tells them: 400 for none and for what is not JSON, 415 for another
// type of content, 422 with every violation.
base::Result<boost::json::object> read_body(const http::Request& request, const document::WireObject& type);

// 200 with `$schema` before the fields, and the header Link.
http::Response answer(const http::Request& request, const document::WireObject& type, boost::json::object fields);

// What never became a request: too large for the limit (413), too slow (408) …
http::Response refusal(const http::Request& head, int status, std::string_view reason, std::size_t limit);

// The error model: $schema, title, status, detail, errors.
http::Response problem(const http::Request& request, const base::Error& error);

}  // namespace proffer::api::ml
