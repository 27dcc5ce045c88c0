// Scoring: train a model of a use case, ask it, and choose which of its versions serves.
#pragma once

#include "api/route.h"

namespace proffer::api {

void train_scoring(Services& services, Call call, http::Respond respond);
base::Result<http::Response> predict_scoring(Services& services, const Call& call);
// Whether a request of predict may ask for an explanation, which takes milliseconds.
bool may_explain(const http::Request& request);
base::Result<http::Response> list_models(Services& services, const Call& call);
base::Result<http::Response> serve_model(Services& services, const Call& call);
base::Result<http::Response> export_model(Services& services, const Call& call);

base::Result<http::Response> get_prior(Services& services, const Call& call);
base::Result<http::Response> put_prior(Services& services, const Call& call);

}  // namespace proffer::api
