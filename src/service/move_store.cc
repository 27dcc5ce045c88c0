#include "service/move_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "service/fold.h"
#include "store/merged_read.h"

namespace proffer::service {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
using store::Collection;
using store::Document;
using store::LogPosition;

// A note in the target while a move is under way. It stands in no collection that a store has otherwise.
const Collection notes{"proffer", "moves"};
constexpr std::string_view note_id = "under way";

constexpr std::size_t documents_at_once = 500;

Result<std::vector<Collection>> collections_of(store::DocumentStore& documents) {
  TRY(auto all, documents.collections());
  std::erase(all, notes);
  return all;
}

// Calls `take` for the documents of each page.
Status read_documents(store::DocumentStore& from, const Collection& collection,
                      const std::function<Status(std::vector<Document>)>& take) {
  std::optional<std::string> after;
  for (;;) {
    TRY(auto page, from.scan(collection, {},
                             {.id_prefix = {},
                              .after = after,
                              .limit = documents_at_once,
                              .max_bytes = base::limits::import_batch_bytes}));
    if (page.empty()) return {};
    after = std::string(page.back().at("_id").as_string());
    TRY_DO(take(std::move(page)));
  }
}

// Where a store that nodes share keeps what its log tells, and who they are.
bool is_of_the_log(const Collection& collection) {
  constexpr std::string_view names[] = {"log", "nodes", "leases", "checkpoints", "prunings"};
  return collection.database == "proffer" && std::ranges::find(names, collection.name) != std::end(names);
}

Result<bool> is_empty(const StorePorts& to) {
  TRY_DO(to.log.refresh());
  TRY(const auto all, collections_of(to.documents));
  for (const auto& one : all) {
    if (is_of_the_log(one)) continue;
    TRY(const auto some, to.documents.scan(one, {}, {.id_prefix = {}, .after = {}, .limit = 1}));
    if (!some.empty()) return false;
  }
  bool empty = true;  // but for records of no campaign, which a node writes by itself
  TRY_DO(store::read_merged(to.log, {}, to.log.ends(),
                            [&](const store::LogEntry& entry) { return empty = campaign_of(entry.record) == 0; }));
  return empty;
}

// What was pruned leaves a beginning that a shared log does not take in.
Status check_kind(const StorePorts& from, const StorePorts& to) {
  TRY(const bool pruned, from.log.is_pruned());
  if (!pruned || !to.log.is_shared()) return {};
  return base::fail(ErrorKind::precondition,
                    "the log was pruned (option log_days): such a store moves to an embedded one only");
}

// Leaves a note in an empty target, or finds that of the same move.
Status begin(const StorePorts& to, const std::string& name) {
  TRY(const auto note, to.documents.get(notes, note_id));
  if (note && std::string_view(note->at("name").as_string()) == name) return {};
  TRY(const bool empty, is_empty(to));
  if (note || !empty) return base::fail(ErrorKind::conflict, "the target is not empty: it holds another store");
  return to.documents.put(notes, {{"_id", note_id}, {"name", name}});
}

Status move_documents(const StorePorts& from, const StorePorts& to, const OnMoved& on_moved, Moved& moved) {
  TRY(const auto all, collections_of(from.documents));
  for (const auto& collection : all) {
    const auto take = [&](std::vector<Document> page) -> Status {
      const auto count = page.size();
      TRY_DO(to.documents.put_all(collection, std::move(page)));
      moved.documents += count;
      on_moved.documents(collection, count);
      return {};
    };
    TRY_DO(read_documents(from.documents, collection, take));
  }
  moved.collections = all.size();
  return {};
}

// Behind what the target has of that node already.
Status move_records(const StorePorts& from, const StorePorts& to, LogPosition up_to, const OnMoved& on_moved,
                    Moved& moved) {
  std::vector<store::LogEntry> batch;
  const auto take = [&]() -> Status {
    TRY_DO(to.log.import_entries(batch));
    moved.records += batch.size();
    on_moved.records(batch.size());
    batch.clear();
    return {};
  };
  Status status;
  TRY_DO(from.log.read(to.log.ends().end(decision::node_of(up_to)), up_to, [&](const store::LogEntry& entry) {
    batch.push_back(entry);
    if (batch.size() == base::limits::log_batch_records) status = take();
    return status.has_value();
  }));
  TRY_DO(std::move(status));
  return batch.empty() ? Status{} : take();
}

Result<std::size_t> count_documents(store::DocumentStore& documents, const Collection& collection) {
  std::size_t count = 0;
  TRY_DO(read_documents(documents, collection, [&](const std::vector<Document>& page) -> Status {
    count += page.size();
    return {};
  }));
  return count;
}

Result<std::size_t> count_records(store::DecisionLog& log, LogPosition up_to) {
  std::size_t count = 0;
  TRY_DO(log.read(decision::position_of(decision::node_of(up_to), 0), up_to,
                  [&](const store::LogEntry&) { return ++count > 0; }));
  return count;
}

Status differs(const std::string& what, std::size_t is, std::size_t should) {
  return base::fail(ErrorKind::internal,
                    fmt::format("{}: the target holds {} where the source holds {}", what, is, should));
}

}  // namespace

Result<Moved> move_store(const StorePorts& from, const StorePorts& to, const std::string& name,
                         const OnMoved& on_moved) {
  TRY_DO(check_kind(from, to));
  TRY_DO(begin(to, name));
  Moved moved;
  TRY_DO(move_documents(from, to, on_moved, moved));
  TRY_DO(to.log.refresh());
  const auto ends = from.log.ends();
  for (const auto end : ends.ends()) TRY_DO(move_records(from, to, end, on_moved, moved));
  return moved;
}

Result<Moved> finish_move(const StorePorts& from, const StorePorts& to) {
  Moved held;
  TRY(const auto all, collections_of(from.documents));
  for (const auto& collection : all) {
    TRY(const auto should, count_documents(from.documents, collection));
    TRY(const auto is, count_documents(to.documents, collection));
    if (is != should) return tl::unexpected(differs(collection.database + '.' + collection.name, is, should).error());
    held.documents += is;
  }
  held.collections = all.size();
  TRY_DO(to.log.refresh());
  const auto ends = from.log.ends();
  for (const auto end : ends.ends()) {
    TRY(const auto should, count_records(from.log, end));
    TRY(const auto is, count_records(to.log, end));
    if (is != should || to.log.ends().end(decision::node_of(end)) != end) {
      return tl::unexpected(differs("the log", is, should).error());
    }
    held.records += is;
  }
  TRY(const bool noted, to.documents.remove(notes, note_id));
  if (!noted) return base::fail(ErrorKind::precondition, "no move into this store is under way");
  return held;
}

}  // namespace proffer::service
