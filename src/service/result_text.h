// The result objects of a decision as JSON text, written straight from its record: the same bytes in the answer, on an
// idempotent repeat, and whenever the log is shown.
#pragma once

#include <string>
#include <string_view>

#include "decision/record.h"
#include "service/definition.h"

namespace proffer::service {

// final_result[place].result.
void append_result(std::string& out, const decision::DecisionRecord& record, std::size_t place,
                   const Definition& definition);

// final_result as a JSON array.
void append_final_result(std::string& out, const decision::DecisionRecord& record, const Definition& definition);

std::string_view name_of(decision::PropensityMethod method);

}  // namespace proffer::service
