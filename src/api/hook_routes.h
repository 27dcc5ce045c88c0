// The hooks of a campaign, and POST /business, which calls one of its business functions.
#pragma once

#include "api/route.h"

namespace proffer::api {

// The source that a body holds: text in UTF-8, within limits::hook_source_bytes.
base::Result<std::string> source_of(const Call& call);

// The source as an answer.
http::Response source_response(const std::string& source, const std::string& etag);

// Versions as their documents say, without the sources. Where the query says `version`, that source.
base::Result<http::Response> versions_response(const Call& call, const std::vector<store::Document>& versions);

base::Result<http::Response> get_hooks(Services&, const Call&);
base::Result<http::Response> put_hooks(Services&, const Call&);
base::Result<http::Response> delete_hooks(Services&, const Call&);
base::Result<http::Response> list_hooks(Services&, const Call&);
base::Result<http::Response> business(Services&, const Call&);

}  // namespace proffer::api
