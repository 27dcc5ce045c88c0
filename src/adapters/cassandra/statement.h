// What may be sent: one SELECT and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace proffer::adapters::cql {

// The statement, without comments and blanks around it and without a ';' at its end. `invalid` for any other statement,
// for more than one, for text that ends within quotes or a comment, and beyond limits::cassandra_query_bytes.
base::Result<std::string> select_statement(std::string_view text);

// A name as CQL quotes it: My"Table is "My""Table".
std::string quoted_name(std::string_view name);

}  // namespace proffer::adapters::cql
