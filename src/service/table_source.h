// The port to another database that holds tables: rows of a query as JSON objects, one after the other, bounded in
// number, bytes and time.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace proffer::service {

struct TableQuery {
  std::string text;  // one statement that reads, in that database's language
  std::size_t max_rows = base::limits::table_rows;
  std::size_t max_bytes = base::limits::table_bytes;                 // as they are sent
  std::chrono::milliseconds timeout = base::limits::table_deadline;  // of the whole, from connecting to the last row
};

// Where one row is found.
struct TableKey {
  std::string database;
  std::string table;
  std::string column;
};

class TableRows {
 public:
  virtual ~TableRows() = default;
  // The next row; nothing behind the last one. Errors: as select(), and `too_large` past what the query allows.
  virtual base::Result<std::optional<boost::json::object>> next() = 0;
};

// Errors of all calls:
//   invalid    the statement does not read, or the database says that it is wrong (no such table, a syntax error);
//   timed_out  no whole answer in time;
//   remote     nobody answers there, or refuses user and password, or cannot answer now, or answers what it must not.
// Each names the server. Calls block: make them on a thread that may wait, holding no lock. Safe to call concurrently;
// the rows of one query are not.
class TableSource {
 public:
  virtual ~TableSource() = default;

  // Waits for the first rows.
  virtual base::Result<std::unique_ptr<TableRows>> select(const TableQuery& query) = 0;

  // The first row whose column equals `value`, a text or a number; nothing when there is none, and for a value that the
  // column's type cannot be. At most limits::table_lookup_deadline.
  virtual base::Result<std::optional<boost::json::object>> find_row(const TableKey& key,
                                                                    const boost::json::value& value) = 0;
};

}  // namespace proffer::service
