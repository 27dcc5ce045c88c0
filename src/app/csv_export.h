// Documents as CSV.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"

namespace proffer::app {

// The members of documents as columns, in the order in which they were first seen.
class CsvColumnNames {
 public:
  // Errors: too_large above limits::csv_columns.
  base::Status add(const boost::json::array& documents);

  std::string header() const;
  // Texts as they are, numbers, true and false as JSON; objects and arrays as JSON text; null and what is absent empty.
  std::string row(const boost::json::object& document) const;

 private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
};

}  // namespace proffer::app
