#include "adapters/sqlite/schema.h"

#include <fmt/format.h>

#include <cstdio>

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;

constexpr int application_id = 0x50726f66;  // "Prof", where file(1) and SQLite look for it

constexpr const char* first_tables = R"sql(
CREATE TABLE collection (
  number INTEGER PRIMARY KEY,
  database TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (database, name)
);
CREATE TABLE document (
  collection INTEGER NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE VIEW documents AS
  SELECT collection.database, collection.name AS collection, document.id, document.body
  FROM document JOIN collection ON collection.number = document.collection;

CREATE TABLE log_segment (
  first_position INTEGER PRIMARY KEY,
  first_time INTEGER NOT NULL,
  records INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE TABLE log_outcome (
  decision INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  PRIMARY KEY (decision, outcome)
) WITHOUT ROWID;
CREATE TABLE log_call (
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  position INTEGER NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (route, key)
) WITHOUT ROWID;
CREATE INDEX log_call_by_time ON log_call (time);
CREATE TABLE log_checkpoint (
  campaign INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  state BLOB NOT NULL
);
CREATE TABLE customer_run (
  last_position INTEGER PRIMARY KEY,
  first_position INTEGER NOT NULL
);
CREATE TABLE customer_block (
  run INTEGER NOT NULL,
  first_hash INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, first_hash, first_position)
) WITHOUT ROWID;
)sql";

// What format 2 adds: the indexes of fields.
constexpr const char* field_tables = R"sql(
CREATE TABLE field_index (
  number INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  path TEXT NOT NULL,
  complete INTEGER NOT NULL,
  UNIQUE (collection, path)
);
CREATE TABLE field_value (
  field INTEGER NOT NULL,
  key TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (field, key, id)
) WITHOUT ROWID;
)sql";

// What format 3 adds: where the last baseline of each campaign stands in the log.
constexpr const char* baseline_table = R"sql(
CREATE TABLE log_baseline (
  campaign INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL
);
)sql";

constexpr const char* tables[] = {first_tables, field_tables, baseline_table};
constexpr Migration migrations[] = {{1, field_tables}, {2, baseline_table}};

Status create(Connection& connection, const Schema& schema) {
  TRY(Transaction transaction, Transaction::begin(connection));
  for (const char* sql : schema.sql) TRY_DO(connection.execute(sql));
  TRY_DO(connection.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, schema.version)));
  return transaction.commit();
}

// Through SQLite, so that what still stands in the write-ahead log is copied too.
Status copy_file(Connection& connection, const std::string& to) {
  std::remove(to.c_str());
  return connection.query("VACUUM INTO ?").text(to).run();
}

Status migrate(Connection& connection, const std::string& path, int version, const Schema& schema) {
  if (schema.migrations.empty() || version < schema.migrations.front().from) {
    return base::fail(ErrorKind::precondition,
                      fmt::format("{} has format {}, which is too old for this program to migrate", path, version));
  }
  TRY_DO(copy_file(connection, fmt::format("{}.v{}", path, version)));
  TRY(Transaction transaction, Transaction::begin(connection));
  for (const auto& [from, sql] : schema.migrations) {
    if (from >= version) TRY_DO(connection.execute(sql));
  }
  TRY_DO(connection.execute(fmt::format("PRAGMA user_version = {}", schema.version)));
  return transaction.commit();
}

}  // namespace

const Schema current_schema{3, tables, migrations};

Result<int> format_of(Connection& connection, const std::string& path, const Schema& schema) {
  TRY(const std::int64_t application, connection.integer("PRAGMA application_id"));
  if (application != application_id) {
    return base::fail(ErrorKind::precondition, path + " is not a Proffer database");
  }
  TRY(const std::int64_t version, connection.integer("PRAGMA user_version"));
  if (version > schema.version) {
    return base::fail(ErrorKind::precondition,
                      fmt::format("{} has format {}, made by a newer Proffer; this one reads up to format {}", path,
                                  version, schema.version));
  }
  return static_cast<int>(version);
}

Status prepare_schema(Connection& connection, const std::string& path, const Schema& schema) {
  TRY(const std::int64_t objects, connection.integer("SELECT count(*) FROM sqlite_master"));
  if (objects == 0) return create(connection, schema);
  TRY(const int version, format_of(connection, path, schema));
  if (version == schema.version) return {};
  return migrate(connection, path, version, schema);
}

}  // namespace proffer::adapters
