#include "adapters/cassandra/results.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>

#include "adapters/cassandra/values.h"
#include "base/limits.h"
#include "document/text.h"

namespace proffer::adapters::cql {
namespace {

namespace json = boost::json;
namespace limits = base::limits;
using base::ErrorKind;

enum MetadataFlag : std::int32_t { one_table = 0x01, has_more_pages = 0x02, no_metadata = 0x04 };

struct KnownError {
  std::int32_t code;
  std::string_view name;
  ErrorKind kind;
};

constexpr std::array<KnownError, 17> known_errors{{
    {0x0000, "Server_error", ErrorKind::remote},
    {0x000a, "Protocol_error", ErrorKind::remote},
    {0x0100, "Bad_credentials", ErrorKind::remote},
    {0x1000, "Unavailable", ErrorKind::remote},
    {0x1001, "Overloaded", ErrorKind::remote},
    {0x1002, "Is_bootstrapping", ErrorKind::remote},
    {0x1003, "Truncate_error", ErrorKind::remote},
    {0x1100, "Write_timeout", ErrorKind::timed_out},
    {0x1200, "Read_timeout", ErrorKind::timed_out},
    {0x1300, "Read_failure", ErrorKind::remote},
    {0x1400, "Function_failure", ErrorKind::remote},
    {0x1500, "Write_failure", ErrorKind::remote},
    {0x2000, "Syntax_error", ErrorKind::invalid},
    {0x2100, "Unauthorized", ErrorKind::remote},
    {0x2200, "Invalid", ErrorKind::invalid},
    {0x2300, "Config_error", ErrorKind::invalid},
    {unprepared, "Unprepared", ErrorKind::remote},
}};

tl::unexpected<base::Error> malformed(std::string_view what) {
  return base::fail(ErrorKind::remote, fmt::format("its answer is no {} of version 4 of the protocol", what));
}

// The column specifications of a metadata block; the reader is spoiled for those that are none.
std::vector<Column> read_columns(WireReader& reader, std::int32_t flags, std::size_t count) {
  std::vector<Column> columns;
  std::size_t budget = limits::cassandra_types;
  if ((flags & one_table) != 0) reader.text(), reader.text();
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    if ((flags & one_table) == 0) reader.text(), reader.text();
    Column column;
    column.name = reader.text();
    column.type = read_type(reader, budget);
    columns.push_back(std::move(column));
  }
  return columns;
}

std::size_t read_column_count(WireReader& reader) {
  const auto count = static_cast<std::uint32_t>(reader.int32());
  if (count > limits::cassandra_columns) reader.spoil();
  return count;
}

struct Metadata {
  std::vector<Column> columns;
  std::string paging_state;
};

Metadata read_metadata(WireReader& reader) {
  Metadata out;
  const std::int32_t flags = reader.int32();
  const std::size_t count = read_column_count(reader);
  if ((flags & has_more_pages) != 0) out.paging_state = reader.bytes().value_or("");
  if ((flags & no_metadata) == 0) out.columns = read_columns(reader, flags, count);
  return out;
}

std::vector<Column> read_bound(WireReader& reader) {
  const std::int32_t flags = reader.int32();
  const std::size_t count = read_column_count(reader);
  for (std::size_t keys = reader.count(2); keys > 0; --keys) reader.short_number();
  return read_columns(reader, count == 0 ? 0 : flags, count);
}

std::optional<std::string> repeated_name(const std::vector<Column>& columns) {
  std::set<std::string_view> known;
  for (const auto& column : columns)
    if (!known.insert(column.name).second) return column.name;
  return std::nullopt;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out = document::repaired_utf8(document::cut_utf8(text, limits::cassandra_message_bytes));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return out;
}

ServerError read_error(std::string_view body) {
  WireReader reader(body);
  ServerError error;
  error.code = reader.int32();
  error.message = one_line(reader.text());
  if (!reader.ok()) error.message = "an error without a message";
  return error;
}

base::Error told(const ServerError& error) {
  for (const auto& known : known_errors) {
    if (known.code == error.code)
      return {known.kind, fmt::format("{} (0x{:04x}): {}", known.name, error.code, error.message), {}};
  }
  return {
      ErrorKind::remote, fmt::format("error 0x{:04x}: {}", static_cast<std::uint32_t>(error.code), error.message), {}};
}

std::optional<ResultKind> result_kind(std::string_view body) {
  WireReader reader(body);
  const std::int32_t kind = reader.int32();
  if (!reader.ok() || kind < 1 || kind > 5) return std::nullopt;
  return static_cast<ResultKind>(kind);
}

base::Result<Prepared> read_prepared(std::string_view body) {
  WireReader reader(body);
  Prepared out;
  const bool is_prepared = reader.int32() == static_cast<std::int32_t>(ResultKind::prepared);
  out.id = reader.text();
  out.bound = read_bound(reader);
  out.selected = read_metadata(reader).columns;
  if (!reader.ok() || !reader.at_end() || !is_prepared || out.id.empty()) return malformed("prepared query");
  return out;
}

base::Result<Page> Page::read(std::string body) {
  WireReader reader(body);
  const bool is_rows = reader.int32() == static_cast<std::int32_t>(ResultKind::rows);
  auto metadata = read_metadata(reader);
  const std::size_t rows = metadata.columns.empty() ? 0 : reader.count(4 * metadata.columns.size());
  if (!reader.ok() || !is_rows || metadata.columns.empty()) return malformed("page of rows");
  if (const auto name = repeated_name(metadata.columns)) {
    return base::fail(ErrorKind::invalid,
                      fmt::format("two columns are named '{}': give one another name with AS", *name));
  }
  Page page;
  page.read_ = body.size() - reader.remaining();
  page.rows_left_ = rows;
  page.columns_ = std::move(metadata.columns);
  page.paging_state_ = std::move(metadata.paging_state);
  page.body_ = std::move(body);
  return page;
}

base::Result<std::optional<json::object>> Page::next() {
  WireReader reader(std::string_view(body_).substr(read_));
  if (rows_left_ == 0) {
    if (!reader.at_end()) return malformed("page of rows");
    return std::nullopt;
  }
  TRY(auto row, read_row(reader));
  --rows_left_;
  read_ = body_.size() - reader.remaining();
  return row;
}

base::Result<json::object> Page::read_row(WireReader& reader) const {
  json::object row;
  row.reserve(columns_.size());
  const std::size_t before = reader.remaining();
  for (const auto& column : columns_) {
    const auto bytes = reader.bytes();
    if (!reader.ok()) return malformed("page of rows");
    if (before - reader.remaining() > limits::cassandra_row_bytes) {
      return base::fail(ErrorKind::too_large, fmt::format("a row has more than {} bytes", limits::cassandra_row_bytes));
    }
    auto value = read_value(column.type, bytes);
    if (!value)
      return base::fail(value.error().kind, fmt::format("column '{}': {}", column.name, value.error().message));
    row[column.name] = *std::move(value);
  }
  return row;
}

}  // namespace proffer::adapters::cql
