// Campaign documents as the original's client writes them: numbers and booleans as text, empty text for an empty list,
// and fields that mean nothing here.
#pragma once

#include <boost/json/object.hpp>

#include "service/campaign_document.h"

namespace proffer::service {

// The same document as parse_campaign reads it. Members that are not known here are dropped, an empty text or a null
// where a list, an object or a number belongs counts as absent. Values that are wrong stay, for parse_campaign to name.
boost::json::object from_original(const boost::json::object& body);

// A document with some of its fields changed, objects in it key by key: as parse_campaign reads it.
boost::json::object with_fields(const CampaignDocument& document, const boost::json::object& fields);

}  // namespace proffer::service
