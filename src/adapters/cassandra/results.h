// What the server answers: errors, prepared queries, pages of rows (sections 4.2 and 9).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cassandra/types.h"
#include "base/result.h"

namespace proffer::adapters::cql {

inline constexpr std::int32_t unprepared = 0x2500;  // the node does not know this prepared query, or no longer

struct ServerError {
  std::int32_t code = 0;
  std::string message;  // at most limits::cassandra_message_bytes, without control characters
};
ServerError read_error(std::string_view body);
// What the server says, at most limits::cassandra_message_bytes of it, without control characters.
std::string one_line(std::string_view text);

// "Syntax_error (0x2000): line 1:7 …". `invalid` for what is wrong with the query, `timed_out` where nodes of the
// cluster did not answer in time, else `remote`.
base::Error told(const ServerError& error);

struct Column {
  std::string name;
  Type type;
  bool operator==(const Column&) const = default;
};

struct Prepared {
  std::string id;
  std::vector<Column> bound;     // of its question marks
  std::vector<Column> selected;  // none: it is no SELECT
};

// `remote` for a body that does not hold what it should.
base::Result<Prepared> read_prepared(std::string_view body);

// What kind of RESULT a body is; nothing for a body that is too short.
enum class ResultKind : std::int32_t { nothing = 1, rows = 2, keyspace = 3, prepared = 4, schema = 5 };
std::optional<ResultKind> result_kind(std::string_view body);

// A page, decoded row by row from the body that it holds.
class Page {
 public:
  // `remote` for columns of one name, for more than limits::cassandra_columns, and for what is no whole head of rows.
  static base::Result<Page> read(std::string body);

  // The next row; nothing behind the last one. `remote` for values that their types do not allow (the message names the
  // column), for a row beyond limits::cassandra_row_bytes, and for bytes behind the last row.
  base::Result<std::optional<boost::json::object>> next();

  const std::vector<Column>& columns() const { return columns_; }
  const std::string& paging_state() const { return paging_state_; }  // empty: there is no further page
  std::size_t rows_left() const { return rows_left_; }
  std::size_t bytes() const { return body_.size(); }

 private:
  base::Result<boost::json::object> read_row(WireReader& reader) const;

  std::string body_;
  std::size_t read_ = 0;  // bytes of it
  std::size_t rows_left_ = 0;
  std::vector<Column> columns_;
  std::string paging_state_;
};

}  // namespace proffer::adapters::cql
