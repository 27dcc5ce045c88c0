// The newest segments of all nodes in memory: what is asked for is mostly recent, and while the database is away it is
// all that there is. Safe to call concurrently.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "adapters/mongodb/log_segment.h"

namespace proffer::adapters {

class RecentSegments {
 public:
  explicit RecentSegments(std::size_t bytes) : limit_(bytes) {}

  // Segments of one node come in order, without holes.
  void keep(LogSegmentPtr segment);
  void forget(std::uint32_t node);  // its segments are read anew

  // Null when it is not here.
  LogSegmentPtr holding(store::LogPosition position) const;
  // Of each node the one whose times include `time`.
  std::vector<LogSegmentPtr> at(base::Time time) const;
  // Those from `position` of a node on, in order, when that one is here.
  std::vector<LogSegmentPtr> from(store::LogPosition position, std::size_t at_most) const;
  std::vector<LogSegmentPtr> all() const;

 private:
  using OfNode = std::deque<LogSegmentPtr>;
  static OfNode::const_iterator find(const OfNode& segments, store::LogPosition position);

  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint32_t, OfNode> by_node_;
  std::deque<std::uint32_t> order_;  // the node of each that was kept, oldest first
  std::size_t bytes_ = 0;
};

}  // namespace proffer::adapters
