// Computes a collection of spend personalities from a collection of transactions.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "document/describe.h"
#include "service/personality_shares.h"
#include "store/document_store.h"

namespace proffer::service {

struct CollectionName {
  std::string database;
  std::string collection;
};
BOOST_DESCRIBE_STRUCT(CollectionName, (), (database, collection))

struct PersonalityNorms {
  double Industrious = 0;
  double Intentional = 0;
  double Experiential = 0;
  double Enthusiastic = 0;
  double Extrovert = 0;
  double Introvert = 0;
};
BOOST_DESCRIBE_STRUCT(PersonalityNorms, (),
                      (Industrious, Intentional, Experiential, Enthusiastic, Extrovert, Introvert))

// What is asked for, as its JSON has it.
struct PersonalityJob {
  CollectionName source;
  CollectionName target;
  std::string customer_column;
  std::string mcc_column;
  std::string amount_column;
  std::string refunds = "offset";
  std::string spending = "positive";
  std::int64_t minimum_count = 5;
  std::string rule = "share";
  std::optional<PersonalityNorms> norms;
  std::vector<boost::json::object> mcc_labels;
  std::optional<CollectionName> mcc_labels_collection;
};
BOOST_DESCRIBE_STRUCT(PersonalityJob, (),
                      (source, target, customer_column, mcc_column, amount_column, refunds, spending, minimum_count,
                       rule, norms, mcc_labels, mcc_labels_collection))

// What came of it.
struct PersonalitySummary {
  std::uint64_t transactions = 0;
  std::uint64_t refunds = 0;
  std::uint64_t without_customer = 0;
  std::uint64_t unknown_codes = 0;
  std::uint64_t unreadable_amounts = 0;
  std::uint64_t customers = 0;
  std::uint64_t removed = 0;
  boost::json::object personalities;  // customers by personality
  boost::json::object traits;
};
BOOST_DESCRIBE_STRUCT(PersonalitySummary, (),
                      (transactions, refunds, without_customer, unknown_codes, unreadable_amounts, customers, removed,
                       personalities, traits))

// Where a project keeps a collection that its users name; invalid at `location` when they may not have it.
using FindCollection =
    std::function<base::Result<store::Collection>(const CollectionName& name, std::string_view location)>;

// Reads all of `source` once and writes one row a customer into `target`, whose other rows (customers that are gone)
// are removed. Rows are written in batches, each whole: after a failure some are new and some old, and a repeat makes
// all of them new. Nothing is written when the transactions cannot be used.
// Errors: invalid, naming the field, for labels or norms that are wrong, a source that is empty or has no customers,
// more refunds than purchases (the sign is then probably the other one), and a target that is the source or holds
// documents that are no personalities; too_large past limits::personality_customers; those of the store.
base::Result<PersonalitySummary> compute_personalities(store::DocumentStore& documents, const PersonalityJob& job,
                                                       const FindCollection& find);

}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::CollectionName> {
  static constexpr std::string_view title = "CollectionName";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database", "Database.", {.required = true, .max_bytes = 100}},
      {"collection", "Collection.", {.required = true, .max_bytes = 200}},
  });
};

template <>
struct Docs<service::PersonalityNorms> {
  static constexpr std::string_view title = "PersonalityNorms";
  static constexpr Rules share{.required = true, .minimum = 0, .maximum = 1};
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"Industrious", "Usual share.", share},
      {"Intentional", "Usual share.", share},
      {"Experiential", "Usual share.", share},
      {"Enthusiastic", "Usual share.", share},
      {"Extrovert", "Usual share.", share},
      {"Introvert", "Usual share.", share},
  });
};

template <>
struct Docs<service::PersonalityJob> {
  static constexpr std::string_view title = "PersonalityJob";
  static constexpr auto refunds = std::to_array<std::string_view>({"offset", "ignore", "count"});
  static constexpr auto spending = std::to_array<std::string_view>({"positive", "negative"});
  static constexpr auto rules = std::to_array<std::string_view>({"share", "relative"});
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"source", "Collection of transactions.", {.required = true}},
      {"target", "Collection of personalities, made or replaced.", {.required = true}},
      {"customer_column", "Column of the customer; empty: customer, else client_id.", {.max_bytes = 200}},
      {"mcc_column", "Column of the merchant category code; empty: mcc.", {.max_bytes = 200}},
      {"amount_column", "Column of the amount; empty: trns_amt, else amount.", {.max_bytes = 200}},
      {"refunds",
       "A refund takes back a purchase (offset), is not counted, or counts as a transaction.",
       {.allowed = refunds}},
      {"spending", "The sign of purchases in this table; refunds have the other.", {.allowed = spending}},
      {"minimum_count",
       "With fewer transactions a customer has neither personality nor trait.",
       {.minimum = 1, .maximum = 1e9}},
      {"rule", "The largest share, or the share that is largest relative to the norms.", {.allowed = rules}},
      {"norms", "For relative: usual shares; absent: the mean shares of the customers in this table."},
      {"mcc_labels", "Table of codes (code, personality, trait) instead of the built-in one.", {.max_items = 10'000}},
      {"mcc_labels_collection", "Collection that holds such a table."},
  });
};

template <>
struct Docs<service::PersonalitySummary> {
  static constexpr std::string_view title = "PersonalitySummary";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"transactions", "Rows read."},
      {"refunds", "Rows with an amount of the other sign."},
      {"without_customer", "Rows skipped: no customer."},
      {"unknown_codes", "Rows without a code, or with one that the table does not have; they count in all shares."},
      {"unreadable_amounts", "Rows whose amount was no number; taken for purchases."},
      {"customers", "Rows written."},
      {"removed", "Rows removed: customers without transactions now."},
      {"personalities", "Customers by personality."},
      {"traits", "Customers by trait."},
  });
};

}  // namespace proffer::document
