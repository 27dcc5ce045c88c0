// Where a campaign finds what it needs beside its own documents, as its document or its properties write it: look-ups
// of a customer, the offer matrix, the whitelist, budgets. Names of members are those of `predictor.param.lookup`.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/limits.h"
#include "document/describe.h"

namespace proffer::service {

struct KeyFields {
  std::string key;
  boost::json::value value;

  bool operator==(const KeyFields&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeyFields, (), (key, value))

struct LookupFields {
  std::string database = "mongodb";
  std::string db;
  std::string table;
  KeyFields lookup;
  std::vector<std::string> features;
  boost::json::object defaults;
  std::string result;

  bool operator==(const LookupFields&) const = default;
};
BOOST_DESCRIBE_STRUCT(LookupFields, (), (database, db, table, lookup, features, defaults, result))

struct TableFields {
  std::string database = "mongodb";
  std::string db;
  std::string table;
  std::string key;

  bool operator==(const TableFields&) const = default;
};
BOOST_DESCRIBE_STRUCT(TableFields, (), (database, db, table, key))

struct WhitelistFields {
  std::string database = "mongodb";
  std::string db;
  std::string table;
  KeyFields lookup{"customer_key", ""};
  std::string list = "white_list";
  bool logicin = true;

  bool operator==(const WhitelistFields&) const = default;
};
BOOST_DESCRIBE_STRUCT(WhitelistFields, (), (database, db, table, lookup, list, logicin))

inline constexpr std::string_view own_store = "mongodb";
inline constexpr std::string_view table_database = "cassandra";
inline constexpr std::string_view database_doc = "Kind of database; mongodb means the server's own store.";

// Whether it is asked of TableSource.
inline bool is_elsewhere(const LookupFields& lookup) {
  return base::equal_ignoring_case(lookup.database, table_database);
}

inline constexpr document::Rules name_rules{.required = true, .max_bytes = base::limits::text_field_bytes};
inline constexpr document::Rules path_rules{.max_bytes = base::limits::text_field_bytes};

}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::KeyFields> {
  static constexpr std::string_view title = "LookupKey";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"key", "Field of the documents that holds the customer.", service::path_rules},
      {"value",
       "Customer whose document serves when the request's own has none. Its type is that of the field: 123 for "
       "numbers, \"123\" or \"\" for text."},
  });
};

template <>
struct Docs<service::LookupFields> {
  static constexpr std::string_view title = "Lookup";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database",
       "Kind of database: mongodb, the server's own store, or cassandra, the one that it is configured with."},
      {"db", "Database of the collection, or keyspace of the table.", service::name_rules},
      {"table", "Collection or table in which the customer is looked up.", service::name_rules},
      {"lookup", "How the customer is found.", {.required = true}},
      {"features",
       "Fields that are taken; none: all of them.",
       {.max_bytes = base::limits::text_field_bytes, .max_items = base::limits::features_per_lookup}},
      {"defaults", "Features that hold where the document has none.", {.json_name = "default"}},
      {"result", "Name of the object of features in the original; kept, as features are one object here.",
       service::path_rules},
  });
};

template <>
struct Docs<service::TableFields> {
  static constexpr std::string_view title = "OfferTable";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database", service::database_doc},
      {"db", "Database of the collection.", service::name_rules},
      {"table", "Collection with one row an offer.", service::name_rules},
      {"key", "Field that names the offer; empty: offer, offer_name or offer_id.", service::path_rules},
  });
};

template <>
struct Docs<service::WhitelistFields> {
  static constexpr std::string_view title = "Whitelist";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database", service::database_doc},
      {"db", "Database of the collection.", service::name_rules},
      {"table", "Collection with one row a listed customer.", service::name_rules},
      {"lookup", "How the customer is found; by default in the field customer_key."},
      {"list", "Field with the offers, as an array or as text with commas.", service::path_rules},
      {"logicin", "true: a listed customer gets these offers only; false: any but these.", {.text_accepted = true}},
  });
};

}  // namespace proffer::document
