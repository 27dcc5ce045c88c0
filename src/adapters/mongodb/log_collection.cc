#include "adapters/mongodb/log_collection.h"

#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::LogPosition;

constexpr const char* collection_name = "log";
constexpr const char* prunings = "prunings";

std::int64_t integer(LogPosition position) { return static_cast<std::int64_t>(position); }
LogPosition first_of(std::uint32_t node) { return decision::position_of(node, 0); }
LogPosition end_of(std::uint32_t node) { return decision::position_of(node + 1, 0); }

Bson range(LogPosition after, LogPosition before) {
  return std::move(Bson().integer("$gt", integer(after)).integer("$lt", integer(before)));
}

Bson sorted_by(std::string_view field, int direction) {
  return std::move(Bson().document("sort", Bson().number(field, direction)));
}

Bson one_of(const std::vector<std::string>& texts) {
  Bson array;
  for (std::size_t i = 0; i < texts.size(); ++i) array.text(std::to_string(i), texts[i]);
  return std::move(Bson().array("$in", array));
}

Bson index(const char* field, bool unique) {
  Bson index;
  index.document("key", Bson().number(field, 1)).text("name", std::string(field)).flag("sparse", true);
  if (unique) index.flag("unique", true);
  return index;
}

}  // namespace

Status LogCollection::prepare() {
  Bson indexes;
  indexes.document("0", index("calls", true))
      .document("1", index("accepted", true))
      .document("2", index("outcomes", false))
      .document("3", index("customers", false))
      .document("4", index("from", false))
      .document("5", index("baselines", false));
  const Bson command = std::move(Bson().text("createIndexes", collection_name).array("indexes", indexes));
  TRY(const auto client, connection_.client());
  TRY_DO(run_write_command(client, database_, command));
  return {};
}

Result<LogCollection::Outcome> LogCollection::insert(const Bson& document, LogPosition position,
                                                     std::string_view batch) {
  bson_error_t error;
  {
    TRY(const auto client, connection_.client());
    const auto collection = open_collection(client, database_, collection_name);
    if (mongoc_collection_insert_one(collection.get(), document, nullptr, nullptr, &error)) return Outcome::written;
  }
  if (!is_duplicate_key(error)) return tl::unexpected(error_of(error));
  TRY(const auto there, beginning_at(std::span(&position, 1)));
  return !there.empty() && there.front()->batch == batch ? Outcome::written : Outcome::taken;
}

Status LogCollection::find(const Query& query, const std::function<Result<bool>(LogSegmentPtr)>& visit) {
  TRY(const auto client, connection_.client());
  const auto collection = open_collection(client, database_, collection_name);
  const MongoCursor cursor(mongoc_collection_find_with_opts(collection.get(), query.filter, query.options, nullptr));
  return visit_documents(cursor.get(), [&](BsonView document) -> Result<bool> {
    TRY(auto segment, segment_of(document.bson));
    return visit(std::move(segment));
  });
}

Result<std::vector<LogSegmentPtr>> LogCollection::all(const Query& query) {
  std::vector<LogSegmentPtr> segments;
  TRY_DO(find(query, [&](LogSegmentPtr segment) {
    segments.push_back(std::move(segment));
    return true;
  }));
  return segments;
}

Result<LogSegmentPtr> LogCollection::first(const Query& query) {
  LogSegmentPtr found;
  TRY_DO(find(query, [&](LogSegmentPtr segment) {
    found = std::move(segment);
    return false;
  }));
  return found;
}

Result<std::vector<LogSegmentPtr>> LogCollection::beginning_at(std::span<const LogPosition> positions) {
  Bson array;
  for (std::size_t i = 0; i < positions.size(); ++i) array.integer(std::to_string(i), integer(positions[i]));
  Query query;
  query.filter.document("_id", Bson().array("$in", array));
  return all(query);
}

Status LogCollection::visit(LogPosition first, LogPosition end,
                            const std::function<Result<bool>(LogSegmentPtr)>& visit) {
  Query query{{}, sorted_by("_id", 1)};
  query.filter.document("_id", range(first, end));
  return find(query, visit);
}

Result<LogSegmentPtr> LogCollection::at_or_before(LogPosition position) {
  Query query{{}, sorted_by("_id", -1)};
  query.filter.document("_id", range(first_of(decision::node_of(position)), position + 1));
  query.options.integer("limit", 1);
  return first(query);
}

Result<LogSegmentPtr> LogCollection::at_or_before(std::uint32_t node, base::Time time) {
  Query query{{}, sorted_by("_id", -1)};
  query.filter.document("_id", range(first_of(node), end_of(node)))
      .document("from", Bson().integer("$lte", base::unix_micros(time)));
  query.options.integer("limit", 1);
  return first(query);
}

Result<std::vector<LogSegmentPtr>> LogCollection::with_call(const std::vector<std::string>& keys) {
  Query query;
  query.filter.document("calls", one_of(keys));
  return all(query);
}

Result<std::vector<LogSegmentPtr>> LogCollection::with_outcomes_of(LogPosition decision) {
  Query query{{}, sorted_by("from", 1)};
  query.filter.integer("outcomes", integer(decision));
  return all(query);
}

Result<std::vector<LogSegmentPtr>> LogCollection::with_acceptances(const std::vector<std::string>& keys) {
  Query query;
  query.filter.document("accepted", one_of(keys));
  return all(query);
}

Result<std::vector<LogSegmentPtr>> LogCollection::before(LogPosition position, std::optional<std::uint64_t> customer,
                                                         std::size_t at_most) {
  Query query{{}, sorted_by("_id", -1)};
  query.filter.document("_id", range(first_of(decision::node_of(position - 1)), position));
  if (customer) query.filter.integer("customers", static_cast<std::int64_t>(*customer));
  query.options.integer("limit", static_cast<std::int64_t>(at_most));
  return all(query);
}

Result<LogSegmentPtr> LogCollection::last_with_baseline(std::uint32_t campaign) {
  Query query{{}, sorted_by("from", -1)};
  query.filter.integer("baselines", campaign);
  query.options.integer("limit", 1);
  return first(query);
}

Result<LogSegmentPtr> LogCollection::oldest() {
  Query query{{}, sorted_by("from", 1)};
  query.options.integer("limit", 1);
  return first(query);
}

Result<std::vector<LogSegmentPtr>> LogCollection::after(LogPosition position, std::size_t at_most) {
  Query query{{}, sorted_by("_id", 1)};
  query.filter.document("_id", range(position, end_of(decision::node_of(position))));
  query.options.integer("limit", static_cast<std::int64_t>(at_most));
  return all(query);
}

Status LogCollection::replace(const Bson& document, LogPosition position) {
  bson_error_t error;
  TRY(const auto client, connection_.client());
  const auto collection = open_collection(client, database_, collection_name);
  const Bson place = std::move(Bson().integer("_id", integer(position)));
  if (mongoc_collection_replace_one(collection.get(), place, document, nullptr, nullptr, &error)) return {};
  return tl::unexpected(error_of(error));
}

Status LogCollection::remove(LogPosition first, LogPosition last) {
  bson_error_t error;
  TRY(const auto client, connection_.client());
  const auto collection = open_collection(client, database_, collection_name);
  const Bson places = std::move(Bson().document("_id", range(first, last + 1)));
  if (mongoc_collection_delete_many(collection.get(), places, nullptr, nullptr, &error)) return {};
  return tl::unexpected(error_of(error));
}

Status LogCollection::note_pruned(LogPosition up_to) {
  bson_error_t error;
  TRY(const auto client, connection_.client());
  const auto collection = open_collection(client, database_, prunings);
  const Bson node = std::move(Bson().integer("_id", decision::node_of(up_to)));
  const Bson change = std::move(Bson().document("$max", Bson().integer("up_to", integer(up_to))));
  const Bson upsert = std::move(Bson().flag("upsert", true));
  if (mongoc_collection_update_one(collection.get(), node, change, upsert, nullptr, &error)) return {};
  return tl::unexpected(error_of(error));
}

Status LogCollection::visit_pruned(const std::function<void(BsonView)>& visit) {
  TRY(const auto client, connection_.client());
  const auto collection = open_collection(client, database_, prunings);
  const Bson everything;
  const MongoCursor cursor(mongoc_collection_find_with_opts(collection.get(), everything, nullptr, nullptr));
  return visit_documents(cursor.get(), [&](BsonView document) {
    visit(document);
    return true;
  });
}

Result<LogPosition> LogCollection::pruned(std::uint32_t node) {
  TRY(const auto all, all_pruned());
  return all.end(node);
}

Result<store::LogVector> LogCollection::all_pruned() {
  store::LogVector pruned;
  TRY_DO(visit_pruned([&](BsonView noted) {
    bson_iter_t at;
    if (bson_iter_init_find(&at, noted.bson, "up_to"))
      pruned.advance(static_cast<LogPosition>(bson_iter_as_int64(&at)));
  }));
  return pruned;
}

Result<std::int64_t> LogCollection::bytes() {
  const Bson command = std::move(Bson().text("collStats", collection_name));
  TRY(const auto client, connection_.client());
  TRY(const auto reply, run_command(client, database_, command));
  bson_iter_t at;
  return bson_iter_init_find(&at, reply, "size") ? bson_iter_as_int64(&at) : 0;
}

}  // namespace proffer::adapters
