#include "app/table_import.h"

#include <limits>

#include "adapters/cassandra/cassandra_source.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::app {
namespace {

constexpr std::size_t import_piece = 256 << 10;

// [KEYSPACE.]TABLE
std::string select_table(const std::string& name) {
  const auto dot = name.find('.');
  if (dot == std::string::npos) return adapters::select_all("", name);
  return adapters::select_all(name.substr(0, dot), name.substr(dot + 1));
}

}  // namespace

bool is_table_address(const std::string& file) {
  return file.starts_with("cassandra://") || file.starts_with("cassandras://");
}

base::Result<TableText> TableText::open(const CommandInput& input) {
  if (input.query.empty() == input.table.empty()) {
    return base::fail(base::ErrorKind::invalid, "expected --table [KEYSPACE.]NAME or --query SELECT…, one of the two");
  }
  TRY(std::unique_ptr<service::TableSource> source,
      adapters::CassandraSource::make({input.file, input.table_user, input.table_password}));
  TRY(auto rows, source->select({.text = input.table.empty() ? input.query : select_table(input.table),
                                 .max_rows = std::numeric_limits<std::size_t>::max(),
                                 .max_bytes = std::numeric_limits<std::size_t>::max(),
                                 .timeout = base::limits::table_import_deadline}));
  return TableText(std::move(source), std::move(rows));
}

base::Result<std::string> TableText::next() {
  std::string text;
  while (text.size() < import_piece) {
    TRY(const auto row, rows_->next());
    if (!row) break;
    document::append_json(text, *row);
    text += '\n';
  }
  return text;
}

}  // namespace proffer::app
