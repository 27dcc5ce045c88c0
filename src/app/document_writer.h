// Documents as the rows of a file.
#pragma once

#include <boost/json.hpp>
#include <iosfwd>
#include <string>

#include "app/csv_export.h"
#include "base/result.h"

namespace proffer::app {

class DocumentWriter {
 public:
  // `type`: application/json (an array), application/x-ndjson or text/csv, which has these columns.
  DocumentWriter(std::ostream& out, const std::string& type, const CsvColumnNames& columns);

  // Gives the bytes written. Errors: unavailable when writing fails.
  base::Result<std::size_t> write(const boost::json::array& documents);
  base::Status end();

 private:
  base::Result<std::string> row(const boost::json::object& document) const;
  base::Status check() const;

  std::ostream& out_;
  const bool array_;
  const bool csv_;
  bool first_ = true;
  const CsvColumnNames& columns_;
};

}  // namespace proffer::app
