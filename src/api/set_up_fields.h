// The fields of /refreshWithOptions that describe a set-up feature store.
#pragma once

#include <optional>
#include <string>

#include "api/request_fields.h"
#include "service/set_up.h"
#include "service/table_offers.h"

namespace proffer::api {

struct SetUpFields {
  std::optional<service::SetUp> whole;         // when all nine are there
  std::string missing;                         // names of those that are not, when some are
  std::optional<service::TableOffers> offers;  // when there is a cassandra_offer_query
};

// Values of contextual variables come as a list, as the JSON text of one, or as text between commas. A violation is
// added for what has another form, and for a cassandra_offer_query without the collection that it fills.
SetUpFields read_set_up(const boost::json::object& body, RequestFields& fields);

}  // namespace proffer::api
