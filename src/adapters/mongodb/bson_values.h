// JSON values as BSON and back.
//
// int64 and double stay what they are; an integer above int64 is a Decimal128 of the same value. {"$date": <ms>}, and
// {"$date": "<ISO 8601>"} with no more than milliseconds, is a date, which comes back as {"$date": <ms>}; one with
// microseconds, which a date cannot hold, stays a document. What we never write and others may have (ObjectId,
// Decimal128, binary …) comes back as MongoDB's canonical Extended JSON, and written again is what it was.
//
// An `_id` is text, or an ObjectId that stands as the text {"$oid":"<24 hex digits>"}.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "adapters/mongodb/bson.h"
#include "base/result.h"
#include "store/document_store.h"

namespace proffer::adapters {

// Errors: `too_large` above limits::document_bytes of BSON; JSON of that size may need more as BSON.
base::Result<Bson> to_bson(const store::Document& document);
// A member; `name` is taken as it is. Errors: as to_bson.
base::Status append_value(Bson& bson, std::string_view name, const boost::json::value& value);
void append_id(Bson& bson, std::string_view name, std::string_view id);

store::Document from_bson(const bson_t* bson);
// As it stands in the document: of a document without an `_id` of the two kinds, empty.
std::string id_of(const bson_t* bson);

// Every ObjectId as an id begins with this.
inline constexpr std::string_view object_id_prefix = R"({"$oid":")";
bool is_object_id(std::string_view id);

}  // namespace proffer::adapters
