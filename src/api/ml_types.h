// The types of the ML API, as they go over the wire.
#pragma once

#include "document/wire_object.h"

namespace proffer::api::ml {

extern const document::WireObject train_scoring_request, train_response, predict_scoring_request, predict_response,
    prior_settings, error_model;

}  // namespace proffer::api::ml
