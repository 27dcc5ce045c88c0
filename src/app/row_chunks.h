// A file of rows in pieces of a bounded number, each a body of its own.
#pragma once

#include <istream>
#include <optional>
#include <string>

namespace proffer::app {

class RowChunks {
 public:
  // CSV pieces repeat the header line; NDJSON pieces are lines. A JSON array is one piece.
  RowChunks(std::istream& in, const std::string& content_type, std::size_t rows);

  std::optional<std::string> next();
  // Rows in the pieces given before the last one.
  std::size_t rows_before() const { return rows_before_; }

 private:
  std::optional<std::string> whole();
  bool read_row(std::string& row);

  std::istream& in_;
  bool csv_;
  bool lines_;
  std::size_t rows_;
  std::size_t rows_before_ = 0;
  std::size_t last_rows_ = 0;
  std::string header_;
};

}  // namespace proffer::app
