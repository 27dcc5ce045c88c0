// A collection of the server, for one operation: reading in the port's order, and writing in order.
#pragma once

#include <mongoc/mongoc.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mongodb/bson.h"
#include "adapters/mongodb/connection.h"
#include "base/result.h"

namespace proffer::adapters {

struct DestroyCollection {
  void operator()(mongoc_collection_t* collection) const { mongoc_collection_destroy(collection); }
};
using MongoCollection = std::unique_ptr<mongoc_collection_t, DestroyCollection>;
MongoCollection open_collection(const MongoClient& client, const std::string& database, const std::string& name);

struct DestroyCursor {
  void operator()(mongoc_cursor_t* cursor) const { mongoc_cursor_destroy(cursor); }
};
using MongoCursor = std::unique_ptr<mongoc_cursor_t, DestroyCursor>;

// Shows every document of a cursor, until `visit` returns false or fails. Errors: its own, and as error_of.
base::Status visit_documents(mongoc_cursor_t* cursor, const std::function<base::Result<bool>(BsonView)>& visit);

// {"_id": id}
Bson id_selector(std::string_view id);
// Those documents whose id begins with `prefix`: of each kind of id ("_id": text, ObjectId) that can.
std::vector<Bson> prefix_selectors(const std::string& prefix);

// Documents that match a filter, in order of the bytes of their ids, which the server keeps within each kind of id
// only. The filter has no condition on `_id`.
class DocumentsInOrder {
 public:
  struct Range {
    std::string prefix;                // ids that begin with this
    std::optional<std::string> after;  // and are greater than this
    std::size_t expected;              // how many are wanted about: the size of one batch
  };
  // `collection` must outlive it.
  DocumentsInOrder(mongoc_collection_t* collection, Bson filter, Range range);

  // Null at the end. Good until the next call.
  base::Result<BsonView> next();

 private:
  struct Stream {
    MongoCursor cursor;
    const bson_t* head = nullptr;
    std::string id;  // of the head
  };
  MongoCursor find(const Bson& id_condition) const;
  base::Status advance(Stream& stream) const;
  base::Status open_object_ids();
  bool wants(const std::string& id) const;

  mongoc_collection_t* collection_;
  Bson filter_;
  Range range_;
  Stream texts_;
  Stream object_ids_;
  Stream* given_ = nullptr;  // whose head was the last answer
  bool object_ids_open_ = false;
};

// One step of writing.
struct WriteStep {
  enum class Kind { replace, remove } kind;
  Bson selector;
  Bson document;  // of replace: inserted where nothing matches
};

struct Written {
  std::size_t inserted = 0;
  std::size_t removed = 0;
};

// In order, as few commands as can be. A step that another writer of the same new id came before is repeated; so is
// everything once when the answer was lost and `repeat` says that the driver does not do it: steps name ids, so doing
// them twice in order is doing them once. Errors: as error_of; those before the failed step are done.
base::Result<Written> write_in_order(mongoc_collection_t* collection, const std::vector<WriteStep>& steps, bool repeat);

}  // namespace proffer::adapters
