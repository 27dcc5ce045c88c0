// What a decision reads from its merged parameters. Kept apart so that a replay reads exactly the same from the record.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "base/result.h"
#include "service/decide.h"

namespace proffer::service {

// The recorded text back as an object.
base::Result<boost::json::object> parse_parameters(std::string_view text);

// Fills context, eligible_offers and epsilon of `request` from
//   contextual_variable_one / _two, or the pairs of input [names] and value [values] with these names;
//   eligible_offers: an object whose keys are offers (an empty one is ignored);
//   mab: {"epsilon": 0 to 1}.
// `invalid`, with every violation, when one of them is of another type or out of range.
base::Status read_parameters(const boost::json::object& params, DecideRequest& request);

}  // namespace proffer::service
