// The tables of proffer.db, their version, and how older versions become the current one (docs/formats/store.md).
#pragma once

#include <span>
#include <string>

#include "adapters/sqlite/connection.h"
#include "base/result.h"

namespace proffer::adapters {

// Leads from version `from` to `from + 1`.
struct Migration {
  int from;
  const char* sql;
};

struct Schema {
  int version;
  std::span<const char* const> sql;       // make the tables of `version` in an empty file
  std::span<const Migration> migrations;  // in order of `from`
};

extern const Schema current_schema;

// The version of a file. Errors, one line each: it is no Proffer database, newer than this program, or damaged.
base::Result<int> format_of(Connection& connection, const std::string& path, const Schema& schema);

// Makes the tables in an empty file, or brings an older file to the schema's version, all or nothing, after a copy to
// PATH.vN (N its version). Errors, one line each: the file is no Proffer database, is newer than this program, older
// than the oldest that can be migrated, or damaged.
base::Status prepare_schema(Connection& connection, const std::string& path, const Schema& schema);

}  // namespace proffer::adapters
