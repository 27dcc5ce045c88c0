// Comma-separated values as RFC 4180 has them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::document {

// Reads one record after the other: quoted cells may hold commas, line ends and doubled quotes. A record ends with CRLF
// or LF; empty lines between records are skipped; a byte order mark at the beginning is dropped. `text` must outlive
// it.
class CsvReader {
 public:
  // `line`: the number of the text's first line, when it is a part of a larger one.
  explicit CsvReader(std::string_view text, std::size_t line = 1);

  // The cells of the next record; nothing at the end. Malformed, with the line, for a quote that is out of place or
  // never closed.
  base::Result<std::optional<std::vector<std::string>>> next();

  // Where the record last read began, counted from 1.
  std::size_t line() const { return record_line_; }

 private:
  bool at_line_end() const;
  void skip_line_end();
  base::Result<std::string> cell();
  base::Result<std::string> quoted_cell();

  std::string_view rest_;
  std::size_t line_;
  std::size_t record_line_ = 0;
};

}  // namespace proffer::document
