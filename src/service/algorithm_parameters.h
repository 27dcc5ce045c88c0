// Which field of `randomisation` fills which parameter of an algorithm.
#pragma once

#include "decision/algorithm_settings.h"
#include "service/campaign_document.h"

namespace proffer::service {

// What is not given keeps its default. `alpha` and `gamma` fill the parameters of that name of several algorithms.
decision::AlgorithmSettings settings_of(const Randomisation& randomisation);

}  // namespace proffer::service
