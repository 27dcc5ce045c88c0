#include "adapters/mongodb/collection.h"

#include <algorithm>
#include <span>

#include "adapters/mongodb/bson_values.h"
#include "adapters/mongodb/errors.h"
#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

constexpr int attempts_at_new_ids = 5;

// ---- Ranges of ids

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The code point that follows in UTF-8's order of bytes; nothing after the last.
std::string code_point_after(std::string_view bytes) {
  std::string next(bytes);
  if (next == "\xf4\x8f\xbf\xbf") return {};
  if (next == "\x7f") return "\xc2\x80";
  if (next == "\xdf\xbf") return "\xe0\xa0\x80";
  if (next == "\xed\x9f\xbf") return "\xee\x80\x80";  // over the surrogates
  if (next == "\xef\xbf\xbf") return "\xf0\x90\x80\x80";
  for (std::size_t i = next.size(); i-- > 0;) {
    if (i > 0 && next[i] == '\xbf') {
      next[i] = '\x80';
      continue;
    }
    ++next[i];
    return next;
  }
  return next;
}

// The least text above all that begin with `prefix`; empty: there is none.
std::string text_above(std::string prefix) {
  while (!prefix.empty()) {
    std::size_t last = prefix.size() - 1;
    while (last > 0 && is_continuation(prefix[last])) --last;
    const std::string next = code_point_after(std::string_view(prefix).substr(last));
    prefix.resize(last);
    if (!next.empty()) return prefix + next;
  }
  return prefix;
}

Bson text_range(const std::string& prefix, const std::optional<std::string>& after) {
  Bson range;
  if (after && *after >= prefix) {
    range.text("$gt", *after);
  } else {
    range.text("$gte", prefix);
  }
  if (const std::string above = text_above(prefix); !above.empty()) range.text("$lt", above);
  return range;
}

bool may_begin_object_ids(std::string_view prefix) {
  return object_id_prefix.starts_with(prefix) || prefix.starts_with(object_id_prefix);
}

// An ObjectId that begins with the prefix's digits, filled up.
std::string filled_object_id(const std::string& prefix, char fill) {
  std::string id = prefix.size() > object_id_prefix.size() ? prefix : std::string(object_id_prefix);
  id.resize(std::min(id.size(), object_id_prefix.size() + 24));
  id.resize(object_id_prefix.size() + 24, fill);
  return id + "\"}";
}

// What is not asked for exactly, the reader leaves out.
Bson object_id_range(const std::string& prefix, const std::optional<std::string>& after) {
  Bson range;
  if (after && is_object_id(*after)) {
    append_id(range, "$gt", *after);
  } else {
    append_id(range, "$gte", filled_object_id(prefix, '0'));
  }
  append_id(range, "$lte", filled_object_id(prefix, 'f'));
  return range;
}

// ---- Writing

class Bulk {
 public:
  Bulk(mongoc_collection_t* collection, std::span<const WriteStep> steps)
      : bulk_(mongoc_collection_create_bulk_operation_with_opts(collection, nullptr)) {
    const Bson upsert = std::move(Bson().flag("upsert", true));
    for (const auto& step : steps) {
      if (step.kind == WriteStep::Kind::replace) {
        mongoc_bulk_operation_replace_one_with_opts(bulk_.get(), step.selector, step.document, upsert, nullptr);
      } else {
        mongoc_bulk_operation_remove_many_with_opts(bulk_.get(), step.selector, nullptr, nullptr);
      }
    }
  }

  bool run(bson_error_t* error) {
    bson_t reply;
    const bool done = mongoc_bulk_operation_execute(bulk_.get(), &reply, error) != 0;
    bson_concat(reply_.get(), &reply);
    bson_destroy(&reply);
    return done;
  }

  std::size_t count(const char* name) const {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, reply_, name)) return 0;
    return static_cast<std::size_t>(bson_iter_as_int64(&iter));
  }

  // How many steps were done before the one that failed.
  std::size_t failed_step() const {
    bson_iter_t iter, index;
    if (!bson_iter_init(&iter, reply_) || !bson_iter_find_descendant(&iter, "writeErrors.0.index", &index)) return 0;
    return static_cast<std::size_t>(bson_iter_as_int64(&index));
  }

 private:
  struct Destroy {
    void operator()(mongoc_bulk_operation_t* bulk) const { mongoc_bulk_operation_destroy(bulk); }
  };
  std::unique_ptr<mongoc_bulk_operation_t, Destroy> bulk_;
  Bson reply_;
};

}  // namespace

MongoCollection open_collection(const MongoClient& client, const std::string& database, const std::string& name) {
  return MongoCollection(mongoc_client_get_collection(client, database.c_str(), name.c_str()));
}

base::Status visit_documents(mongoc_cursor_t* cursor, const std::function<base::Result<bool>(BsonView)>& visit) {
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor, &document)) {
    TRY(const bool more, visit({document}));
    if (!more) return {};
  }
  bson_error_t error;
  if (mongoc_cursor_error(cursor, &error)) return tl::unexpected(error_of(error));
  return {};
}

Bson id_selector(std::string_view id) {
  Bson selector;
  append_id(selector, "_id", id);
  return selector;
}

std::vector<Bson> prefix_selectors(const std::string& prefix) {
  std::vector<Bson> selectors;
  selectors.push_back(std::move(Bson().document("_id", text_range(prefix, {}))));
  if (may_begin_object_ids(prefix)) {
    selectors.push_back(std::move(Bson().document("_id", object_id_range(prefix, {}))));
  }
  return selectors;
}

DocumentsInOrder::DocumentsInOrder(mongoc_collection_t* collection, Bson filter, Range range)
    : collection_(collection), filter_(std::move(filter)), range_(std::move(range)) {
  texts_.cursor = find(text_range(range_.prefix, range_.after));
  given_ = &texts_;
}

MongoCursor DocumentsInOrder::find(const Bson& id_condition) const {
  Bson filter;
  bson_concat(filter.get(), filter_);
  filter.document("_id", id_condition);
  const auto batch = static_cast<std::int32_t>(std::clamp<std::size_t>(range_.expected, 2, 1'000));
  Bson options;
  options.document("sort", Bson().number("_id", 1)).number("batchSize", batch);
  return MongoCursor(mongoc_collection_find_with_opts(collection_, filter, options, nullptr));
}

bool DocumentsInOrder::wants(const std::string& id) const {
  return id.starts_with(range_.prefix) && (!range_.after || id > *range_.after);
}

Status DocumentsInOrder::advance(Stream& stream) const {
  while (mongoc_cursor_next(stream.cursor.get(), &stream.head)) {
    stream.id = id_of(stream.head);
    if (wants(stream.id)) return {};
  }
  stream.head = nullptr;
  bson_error_t error;
  if (mongoc_cursor_error(stream.cursor.get(), &error)) return tl::unexpected(error_of(error));
  return {};
}

// Looked for only when texts have come to where ObjectIds stand among them: most readers stop before.
Status DocumentsInOrder::open_object_ids() {
  object_ids_open_ = true;
  const bool all_before = range_.after && *range_.after >= filled_object_id("", 'f');
  if (all_before || !may_begin_object_ids(range_.prefix)) return {};
  object_ids_.cursor = find(object_id_range(range_.prefix, range_.after));
  return advance(object_ids_);
}

Result<BsonView> DocumentsInOrder::next() {
  TRY_DO(advance(*given_));
  if (!object_ids_open_ && (texts_.head == nullptr || texts_.id >= object_id_prefix)) TRY_DO(open_object_ids());
  const bool object_id_first = object_ids_.head != nullptr && (texts_.head == nullptr || object_ids_.id < texts_.id);
  given_ = object_id_first ? &object_ids_ : &texts_;
  return BsonView{given_->head};
}

Result<Written> write_in_order(mongoc_collection_t* collection, const std::vector<WriteStep>& steps, bool repeat) {
  Written written;
  std::span<const WriteStep> rest = steps;
  for (int attempts = attempts_at_new_ids; !rest.empty(); --attempts) {
    Bulk bulk(collection, rest);
    bson_error_t error;
    const bool done = bulk.run(&error);
    written.inserted += bulk.count("nUpserted");
    written.removed += bulk.count("nRemoved");
    if (done) break;
    const bool again = is_duplicate_key(error) || (is_passing(error) && std::exchange(repeat, false));
    if (!again || attempts == 1) return tl::unexpected(error_of(error));
    rest = rest.subspan(std::min(bulk.failed_step(), rest.size()));
  }
  return written;
}

}  // namespace proffer::adapters
