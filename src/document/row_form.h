// The forms that rows come in, and what a row of each is: shared by those who read a body whole and those who read it
// as it comes.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::document {

enum class RowForm { array, lines, csv };

// As parse_rows (document/rows.h) tells them apart. Errors: unsupported.
base::Result<RowForm> row_form(std::string_view content_type);

// The header of a CSV table, and the rows below it.
class CsvColumns {
 public:
  // Malformed when there is no header, or one with a name that is missing or stands twice. Those of `text_columns` are
  // never numbers.
  static base::Result<CsvColumns> read(const std::optional<std::vector<std::string>>& header,
                                       std::span<const std::string> text_columns);

  // Row number `row`, counted from 1, which begins on `line`. Malformed when it has more or fewer cells.
  base::Result<boost::json::object> row(const std::vector<std::string>& cells, std::size_t row, std::size_t line) const;

 private:
  struct Column {
    std::string name;
    bool text = false;
  };
  std::vector<Column> columns_;
};

// Kind malformed, at this place.
tl::unexpected<base::Error> malformed_at(std::string location, std::string message);

}  // namespace proffer::document
