// Where records stand, in one log or in those of many nodes that share a database.
//
// Each node writes a log of its own, numbered 1, 2, 3 … without holes. All nodes read all logs and fold them in one
// order, that of time (and of the node, where two times are equal), so that they come to the same state. What a state
// holds is told by a vector: the last record of each node.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"

namespace proffer::decision {

// The number of the node in the upper bits, that of the record below them. An embedded store has one node, 0: there a
// position is 1, 2, 3 …. 0: before the first.
using LogPosition = std::uint64_t;

inline constexpr unsigned record_bits = 40;
inline constexpr std::uint32_t nodes_at_most = 1 << 11;  // so that a position is exact as a JSON number

constexpr std::uint32_t node_of(LogPosition position) { return static_cast<std::uint32_t>(position >> record_bits); }
constexpr std::uint64_t record_of(LogPosition position) { return position & ((LogPosition{1} << record_bits) - 1); }
constexpr LogPosition position_of(std::uint32_t node, std::uint64_t record) {
  return static_cast<LogPosition>(node) << record_bits | record;
}

// The place in the order in which records of all nodes are folded; below 2^63. Within one node times never repeat, so
// no two records have the same. Records of node 0 come before all others: a log that moves to many nodes has ended.
using LogOrder = std::uint64_t;

constexpr LogOrder order_of(LogPosition position, base::Time time) {
  if (node_of(position) == 0) return position;
  return static_cast<LogOrder>(time.time_since_epoch().count()) << 11 | node_of(position);
}

// The last record of each node that something includes.
class LogVector {
 public:
  LogVector() = default;
  LogVector(LogPosition last) { advance(last); }  // NOLINT: the vector of a log that only one node writes

  // The last position of that node; that before its first where nothing of it is included.
  LogPosition end(std::uint32_t node) const {
    const auto found = find(node);
    return found != ends_.end() && node_of(*found) == node ? *found : position_of(node, 0);
  }
  bool holds(LogPosition position) const { return position <= end(node_of(position)); }
  bool holds(const LogVector& other) const {
    return std::ranges::all_of(other.ends_, [this](LogPosition end) { return holds(end); });
  }

  // Includes all of that node up to here.
  void advance(LogPosition to) {
    if (record_of(to) == 0) return;
    const auto found = find(node_of(to));
    if (found == ends_.end() || node_of(*found) != node_of(to)) {
      ends_.insert(found, to);
    } else {
      *found = std::max(*found, to);
    }
  }
  void advance(const LogVector& other) {
    for (const auto end : other.ends_) advance(end);
  }
  void remove(std::uint32_t node) {
    std::erase_if(ends_, [node](LogPosition end) { return node_of(end) == node; });
  }

  // What both include.
  static LogVector common(const LogVector& one, const LogVector& other) {
    LogVector out;
    for (const auto end : one.ends_) out.advance(std::min(end, other.end(node_of(end))));
    return out;
  }

  std::span<const LogPosition> ends() const { return ends_; }  // by node
  bool empty() const { return ends_.empty(); }
  bool operator==(const LogVector&) const = default;

 private:
  std::vector<LogPosition>::iterator find(std::uint32_t node) {
    return std::ranges::lower_bound(ends_, node, {}, node_of);
  }
  std::vector<LogPosition>::const_iterator find(std::uint32_t node) const {
    return std::ranges::lower_bound(ends_, node, {}, node_of);
  }

  std::vector<LogPosition> ends_;
};

}  // namespace proffer::decision
