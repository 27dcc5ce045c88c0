// The answer to /invocations, written straight from the record of the decision.
#pragma once

#include <string>

#include "base/clock.h"
#include "decision/record.h"
#include "service/definition.h"

namespace proffer::api {

// The whole answer as JSON text; flattened when the parameters ask for it.
std::string answer_text(const decision::DecisionRecord& record, base::Time time, const service::Definition& definition);

}  // namespace proffer::api
