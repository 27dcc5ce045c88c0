// What an offer's row says of when and to whom it may be shown.
#pragma once

#include <boost/json/object.hpp>

#include "decision/constraints.h"
#include "document/violations.h"

namespace proffer::service {

// Reads, each when it is there and not null:
//   group          text or a number
//   spend_limit    a number >= 0, or -1 for no limit; also as text
//   opening_hours  {"monday": "09:00-17:00", "sat": ["10:00-12:00", "13:00-15:00"], "sunday": "closed"}: days that are
//                  not named are closed, "all" stands for each day that is not; or one range as text, for every day; or
//                  such an object as text, as CSV has it
// What is wrong keeps its default, and is told with its place below `row_place`.
decision::OfferConstraints read_offer_constraints(const boost::json::object& row, const document::Place& row_place,
                                                  document::Violations& violations);

}  // namespace proffer::service
