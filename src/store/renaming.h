// What renaming a customer means for a record, told once for every adapter.
#pragma once

#include "decision/record.h"
#include "store/decision_log.h"

namespace proffer::store {

// Whether it changed. A decision for the customer, and wherever it names him again in what was asked and gathered, gets
// the other name and is marked as erased; an outcome of such a decision gets its hash.
bool rename_customer(decision::Record& record, const Renaming& renaming);

}  // namespace proffer::store
