// The document port: named collections of JSON documents with an `_id`, in the manner of MongoDB.
//
// Promises no more than a plain MongoDB server keeps: each document is written whole or not at all, `_id` is unique,
// increments are atomic. Dates are {"$date": <ms>} or {"$date": "<ISO 8601>"} (MongoDB's Extended JSON); int64 and
// double stay what they are. A store that has dates of its own gives the first form back, for the same moment; one that
// such a date cannot hold (microseconds) it gives back as it was. Any member name is allowed; an adapter escapes what
// its server cannot hold, reversibly.
//
// An index answers find_by without reading the collection. It is made once, kept with the store, and costs every later
// write of a document of its collection one entry for each value at its path.
//
// Errors: `invalid` for a document without a string `_id`, with text that is not UTF-8, with numbers that are not
// finite or nested deeper than store::document_depth, and for an update that does not fit the document; `too_large`
// above limits::document_bytes of JSON text; `unavailable` when the store cannot take it now. Safe to call
// concurrently.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "document/filter.h"

namespace proffer::store {

using Document = boost::json::object;  // always with a string `_id`

inline constexpr std::size_t document_depth = 2 * base::limits::json_depth;

struct Collection {
  std::string database;
  std::string name;
  auto operator<=>(const Collection&) const = default;
};

struct ScanOptions {
  std::string id_prefix;             // only ids that begin with this
  std::optional<std::string> after;  // only ids greater than this (byte order)
  std::size_t limit = 1000;
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();  // ends behind the document that reaches it, as text
};

// Changes of one document, applied as one: first `set` (paths with dots), then `increment`, then `unset`.
struct Update {
  std::vector<std::pair<std::string, boost::json::value>> set;
  std::vector<std::pair<std::string, boost::json::value>> increment;  // numbers; an absent field counts as 0
  std::vector<std::string> unset;
};

// One step of a batch.
struct Put {
  Collection collection;
  Document document;
};
struct Remove {
  Collection collection;
  std::string id;
};
struct RemovePrefix {  // every document whose id begins with this
  Collection collection;
  std::string id_prefix;
};
using Write = std::variant<Put, Remove, RemovePrefix>;

class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  virtual base::Result<std::optional<Document>> get(const Collection&, std::string_view id) = 0;
  virtual base::Status insert(const Collection&, Document) = 0;  // conflict: the id exists
  virtual base::Status put(const Collection&, Document) = 0;     // inserts or replaces
  // As put() one after the other; how many of the ids were there. Where the store has transactions, all or nothing.
  virtual base::Result<std::size_t> put_all(const Collection&, std::vector<Document>) = 0;
  // The new document; nothing when there is none with this id.
  virtual base::Result<std::optional<Document>> update(const Collection&, std::string_view id, const Update&) = 0;
  virtual base::Result<bool> remove(const Collection&, std::string_view id) = 0;  // whether it was there

  // Documents in order of id that match.
  virtual base::Result<std::vector<Document>> scan(const Collection&, const document::Filter&, const ScanOptions&) = 0;
  // Documents in order of id whose value at `path`, a string or a number, equals `value` in the meaning of
  // document::Filter: 123 is 123.0 and not "123", and any element of an array counts. Without an index on the path it
  // makes one first. Errors: `invalid` for any other kind of value; as index().
  virtual base::Result<std::vector<Document>> find_by(const Collection&, std::string_view path,
                                                      const boost::json::value& value, std::size_t limit) = 0;
  // Makes the index of find_by, unless it is there; takes as long as reading the collection. Other writes go on
  // meanwhile. Errors: `invalid` for a path that is empty or above limits::indexed_path_bytes; `too_large` for one more
  // than limits::indexes_per_collection.
  virtual base::Status index(const Collection&, std::string_view path) = 0;
  // An index that this program does not use: of a database that others read, for their queries. Elsewhere nothing.
  virtual base::Status index_for_others(const Collection&, const std::vector<std::string>& /*paths*/) { return {}; }
  virtual base::Result<std::vector<Collection>> collections() = 0;  // at least those that hold a document, in order

  // Writes in order. Where the store has transactions, all or nothing; elsewhere a failure leaves the first ones done,
  // so a caller puts the document that makes the others visible last.
  virtual base::Status write(std::vector<Write> batch) = 0;

  virtual base::Status ping() = 0;    // answers when the store does
  virtual base::Status reopen() = 0;  // drops connections and caches, and connects anew
};

}  // namespace proffer::store
