// `proffer import cassandra://…`: the rows of a table of another database as NDJSON, in bounded memory.
#pragma once

#include <memory>
#include <string>

#include "app/commands.h"
#include "base/result.h"
#include "service/table_source.h"

namespace proffer::app {

// Whether what stands where the file would is the address of a database.
bool is_table_address(const std::string& file);

// The text of rows, in pieces; an empty one at the end.
class TableText {
 public:
  // The rows that input.query or input.table names. `invalid` unless it is one of the two.
  static base::Result<TableText> open(const CommandInput& input);

  base::Result<std::string> next();

 private:
  TableText(std::unique_ptr<service::TableSource> source, std::unique_ptr<service::TableRows> rows)
      : source_(std::move(source)), rows_(std::move(rows)) {}

  std::unique_ptr<service::TableSource> source_;
  std::unique_ptr<service::TableRows> rows_;
};

}  // namespace proffer::app
