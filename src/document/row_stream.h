// Rows read as their text comes, in memory bounded by the longest row.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/row_form.h"

namespace proffer::document {

class RowStream {
 public:
  struct Options {
    std::size_t row_bytes;                       // the longest text of one row
    std::vector<std::string> text_columns = {};  // as of RowOptions
  };

  RowStream(RowForm form, Options options) : form_(form), options_(std::move(options)) {}

  // Text that came. All rows should be taken before the next piece is fed: it is copied behind what is left.
  void feed(std::string_view text);
  void end() { ended_ = true; }  // there is no more

  // The next row; nothing until more is fed, and nothing at the end. A row is an object, but for JSON that is
  // something else: let the caller say what it expects. Errors, after which the rest cannot be read: malformed, with
  // row and line; too_large for a row past its limit.
  base::Result<std::optional<boost::json::value>> next();

  std::size_t row() const { return row_; }        // number of the row last given, counted from 1
  std::size_t line() const { return row_line_; }  // where it begins

 private:
  enum class ArrayState { before, inside, after };

  using Row = std::optional<boost::json::value>;
  using Cells = std::optional<std::vector<std::string>>;

  base::Status check_length(std::size_t bytes) const;
  base::Result<Row> await_more();
  base::Result<std::string_view> take(std::size_t end, std::size_t next);
  base::Result<boost::json::value> parse(std::string_view text);

  base::Result<Row> next_element();
  bool skip_blanks();
  base::Result<bool> open_array();
  base::Result<Row> close_array();
  std::optional<std::size_t> scan_element();

  base::Result<Row> next_line();

  base::Result<Row> next_record();
  base::Result<Cells> next_cells();
  base::Result<Cells> read_cells(std::string_view record);
  bool scan_record();

  std::string_view rest() const { return std::string_view(text_).substr(begin_); }

  const RowForm form_;
  const Options options_;
  bool ended_ = false;
  std::string text_;           // what was fed and not dropped
  std::size_t begin_ = 0;      // of the row that is next
  std::size_t scanned_ = 0;    // up to here its end was looked for
  std::size_t row_ = 0;        // number of the last one
  std::size_t row_line_ = 0;   // where that one begins
  std::size_t line_ = 1;       // where the next one begins
  std::size_t next_line_ = 1;  // where the one after it begins
  bool in_quotes_ = false;     // of JSON or CSV, at scanned_

  ArrayState array_ = ArrayState::before;
  int depth_ = 0;  // of brackets within an element
  bool escaped_ = false;

  std::optional<CsvColumns> columns_;
  std::size_t record_line_ = 1;
};

}  // namespace proffer::document
