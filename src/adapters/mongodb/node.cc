#include "adapters/mongodb/node.h"

#include <algorithm>
#include <optional>

#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"
#include "base/limits.h"
#include "decision/log_position.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

constexpr const char* nodes = "nodes";
constexpr const char* leases = "leases";

struct Found {
  bool any = false;
  std::int64_t id = 0;
};

// One findAndModify: atomic on the document that it finds.
Result<Found> find_and_set(MongoConnection& connection, const std::string& database, const char* collection,
                           const Bson& filter, const Bson& set) {
  Bson command;
  command.text("findAndModify", collection)
      .document("query", filter)
      .document("sort", Bson().number("_id", 1))
      .document("update", Bson().document("$set", set))
      .flag("new", true);
  TRY(const auto client, connection.client());
  TRY(const auto reply, run_write_command(client, database, command));
  bson_iter_t at, id;
  Found found;
  if (!bson_iter_init_find(&at, reply, "value") || !BSON_ITER_HOLDS_DOCUMENT(&at)) return found;
  found.any = true;
  bson_iter_recurse(&at, &id);
  if (bson_iter_find(&id, "_id")) found.id = bson_iter_as_int64(&id);
  return found;
}

// False: there is one with this id.
Result<bool> insert(MongoConnection& connection, const std::string& database, const char* name, const Bson& document) {
  bson_error_t error;
  TRY(const auto client, connection.client());
  const auto collection = open_collection(client, database, name);
  if (mongoc_collection_insert_one(collection.get(), document, nullptr, nullptr, &error)) return true;
  if (is_duplicate_key(error)) return false;
  return tl::unexpected(error_of(error));
}

}  // namespace

Result<MongoNode> MongoNode::take(MongoConnection& connection, std::string database, std::string holder,
                                  const base::Clock& clock, bool keeps_records) {
  MongoNode node(connection, std::move(database), std::move(holder), clock);
  node.keeps_records_ = keeps_records;
  TRY(bool taken, node.claim(Bson().text("holder", node.holder_)));
  Bson expired;
  expired.document("until", Bson().integer("$lt", base::unix_micros(clock.now()))).flag("keeps_records", false);
  if (!taken) {
    TRY(taken, node.claim(expired));
  }
  for (int attempt = 0; !taken && attempt < base::limits::update_attempts; ++attempt) {
    TRY(taken, node.make());
  }
  if (!taken) return base::fail(base::ErrorKind::unavailable, "too many nodes start at once: try again");
  return node;
}

Bson MongoNode::as_held() const {
  Bson held;
  held.text("holder", holder_)
      .integer("until", base::unix_micros(clock_->now() + base::limits::node_lease))
      .flag("keeps_records", keeps_records_);
  return held;
}

Result<bool> MongoNode::claim(const Bson& filter) {
  TRY(const auto found, find_and_set(*connection_, database_, nodes, filter, as_held()));
  if (found.any) number_ = static_cast<std::uint32_t>(found.id);
  return found.any;
}

// False: another node was quicker.
Result<bool> MongoNode::make() {
  TRY(const auto taken, all());
  const auto next = taken.empty() ? 1 : *std::ranges::max_element(taken) + 1;
  if (next >= decision::nodes_at_most) {
    return base::fail(base::ErrorKind::unavailable, "the database knows as many nodes as there can be");
  }
  Bson document = as_held();
  document.integer("_id", next);
  TRY(const bool made, insert(*connection_, database_, nodes, document));
  if (made) number_ = next;
  return made;
}

Result<bool> MongoNode::renew(bool complete) {
  Bson mine;
  mine.integer("_id", number_).text("holder", holder_);
  Bson set = as_held();
  if (complete) set.integer("complete", base::unix_micros(clock_->now()));
  TRY(const auto found, find_and_set(*connection_, database_, nodes, mine, set));
  return found.any;
}

// Also where it was none that keeps records: nothing waits in its directory now.
Status MongoNode::give_back() {
  Bson mine, set;
  mine.integer("_id", number_).text("holder", holder_);
  set.integer("until", 0).flag("keeps_records", false);
  TRY_DO(find_and_set(*connection_, database_, nodes, mine, set));
  return {};
}

Status MongoNode::visit_all(const std::function<void(BsonView)>& visit) const {
  TRY(const auto client, connection_->client());
  const auto collection = open_collection(client, database_, nodes);
  const Bson everything;
  const MongoCursor cursor(mongoc_collection_find_with_opts(collection.get(), everything, nullptr, nullptr));
  return visit_documents(cursor.get(), [&](BsonView document) {
    visit(document);
    return true;
  });
}

Result<base::Time> MongoNode::complete_up_to() const {
  auto complete = base::Time::max();
  TRY_DO(visit_all([&](BsonView node) {
    bson_iter_t at;
    if (!bson_iter_init_find(&at, node.bson, "keeps_records") || !bson_iter_as_bool(&at)) return;
    const auto told = bson_iter_init_find(&at, node.bson, "complete") ? bson_iter_as_int64(&at) : 0;
    complete = std::min(complete, base::Time{base::Micros{told}});
  }));
  return complete;
}

Result<std::vector<std::uint32_t>> MongoNode::all() const {
  std::vector<std::uint32_t> numbers;
  TRY_DO(visit_all([&](BsonView node) {
    bson_iter_t at;
    if (bson_iter_init_find(&at, node.bson, "_id"))
      numbers.push_back(static_cast<std::uint32_t>(bson_iter_as_int64(&at)));
  }));
  return numbers;
}

Result<bool> MongoLeases::take(std::string_view name, base::Micros duration) {
  const auto now = clock_.now();
  Bson mine, expired, set;
  mine.text("_id", name).text("holder", holder_);
  expired.text("_id", name).document("until", Bson().integer("$lt", base::unix_micros(now)));
  set.text("holder", holder_).integer("until", base::unix_micros(now + duration));
  TRY(auto found, find_and_set(connection_, database_, leases, mine, set));
  if (!found.any) {
    TRY(found, find_and_set(connection_, database_, leases, expired, set));
  }
  if (found.any) return true;
  set.text("_id", name);
  return insert(connection_, database_, leases, set);
}

Status MongoLeases::give_back(std::string_view name) {
  Bson mine;
  mine.text("_id", name).text("holder", holder_);
  TRY_DO(find_and_set(connection_, database_, leases, mine, Bson().integer("until", 0)));
  return {};
}

}  // namespace proffer::adapters
