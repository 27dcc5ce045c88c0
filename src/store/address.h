// Where a store is, as an operator writes it: "sqlite:DIR" for the embedded one, "mongodb://…" or "mongodb+srv://…".
#pragma once

#include <string>
#include <string_view>

namespace proffer::store {

bool is_mongodb_address(std::string_view address);

// Without user, password and the options that hold secrets: what may be shown or logged. Any other text stays as it is.
std::string redacted_address(std::string_view address);

}  // namespace proffer::store
