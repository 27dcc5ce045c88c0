#include "aggregation/scope.h"

#include <chrono>

#include "aggregation/value_size.h"
#include "document/value_order.h"

namespace proffer::aggregation {

base::Status CopyBudget::charge(std::size_t bytes) {
  if (bytes > left_)
    return base::fail(base::ErrorKind::too_large, "the expressions of a stage make too much of a document");
  left_ -= bytes;
  return {};
}

Value now_value(base::Time now) {
  return document::date_value(std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

base::Result<Value> copy_value(const Scope& scope, const boost::json::value& value) {
  TRY_DO(scope.budget.charge(value_bytes(value)));
  return Value(value);
}

}  // namespace proffer::aggregation
