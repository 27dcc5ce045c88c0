// Whether tables and parameters can be trained with.
#pragma once

#include "boosting/train.h"

namespace proffer::boosting {

base::Status check(const Table& table, const Table* held_out, const Parameters& parameters);

}  // namespace proffer::boosting
