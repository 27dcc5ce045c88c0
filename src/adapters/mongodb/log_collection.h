// The collection of segments that all nodes write, each its own positions.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/mongodb/connection.h"
#include "adapters/mongodb/log_segment.h"
#include "base/result.h"

namespace proffer::adapters {

class LogCollection {
 public:
  // `connection` must outlive it.
  LogCollection(MongoConnection& connection, std::string database)
      : connection_(connection), database_(std::move(database)) {}

  // Makes the indexes, unless they are there.
  base::Status prepare();

  // What became of a segment. Where its place or one of its keys is taken, `taken` is true and nothing is written; the
  // same segment written before counts as done.
  enum class Outcome { written, taken };
  base::Result<Outcome> insert(const Bson& document, store::LogPosition position, std::string_view batch);

  // The segments that begin at exactly these positions.
  base::Result<std::vector<LogSegmentPtr>> beginning_at(std::span<const store::LogPosition> positions);
  // In order, those with first < position < end, until `visit` returns false.
  base::Status visit(store::LogPosition first, store::LogPosition end,
                     const std::function<base::Result<bool>(LogSegmentPtr)>& visit);
  // The last one of a node that begins at or before `position`; null: there is none.
  base::Result<LogSegmentPtr> at_or_before(store::LogPosition position);
  // The last one of a node that begins at or before `time`.
  base::Result<LogSegmentPtr> at_or_before(std::uint32_t node, base::Time time);

  base::Result<std::vector<LogSegmentPtr>> with_call(const std::vector<std::string>& keys);
  base::Result<std::vector<LogSegmentPtr>> with_outcomes_of(store::LogPosition decision);
  base::Result<std::vector<LogSegmentPtr>> with_acceptances(const std::vector<std::string>& keys);
  // The last ones of a node that begin before a position of it, or of the next node, the last first; only those that
  // hold a decision of the customer, where one is given.
  base::Result<std::vector<LogSegmentPtr>> before(store::LogPosition position, std::optional<std::uint64_t> customer,
                                                  std::size_t at_most);

  base::Result<LogSegmentPtr> last_with_baseline(std::uint32_t campaign);
  base::Result<LogSegmentPtr> oldest();
  // The first ones of a node that begin behind a position of it.
  base::Result<std::vector<LogSegmentPtr>> after(store::LogPosition position, std::size_t at_most);

  // Another document in the place of one, and documents removed: first < position <= last, of one node.
  base::Status replace(const Bson& document, store::LogPosition position);
  base::Status remove(store::LogPosition first, store::LogPosition last);
  // Up to where a node's log was pruned; the position before its first where it was not.
  base::Result<store::LogPosition> pruned(std::uint32_t node);
  base::Result<store::LogVector> all_pruned();  // of every node
  base::Status note_pruned(store::LogPosition up_to);

  base::Result<std::int64_t> bytes();

 private:
  struct Query {
    Bson filter;
    Bson options;
  };
  base::Status visit_pruned(const std::function<void(BsonView)>& visit);
  base::Status find(const Query& query, const std::function<base::Result<bool>(LogSegmentPtr)>& visit);
  base::Result<std::vector<LogSegmentPtr>> all(const Query& query);
  base::Result<LogSegmentPtr> first(const Query& query);

  MongoConnection& connection_;
  std::string database_;
};

}  // namespace proffer::adapters
