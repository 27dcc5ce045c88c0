#include "adapters/mongodb/recent_segments.h"

#include <algorithm>

namespace proffer::adapters {
namespace {

std::size_t bytes_of(const LogSegment& segment) { return sizeof segment + segment.body.size() + segment.batch.size(); }

}  // namespace

void RecentSegments::keep(LogSegmentPtr segment) {
  const std::lock_guard lock(mutex_);
  const auto node = decision::node_of(segment->first_position);
  auto& segments = by_node_[node];
  if (!segments.empty() && segment->first_position < segments.back()->end_position()) return;  // it is here
  bytes_ += bytes_of(*segment);
  segments.push_back(std::move(segment));
  order_.push_back(node);
  while (bytes_ > limit_ && order_.size() > 1) {
    auto& oldest = by_node_[order_.front()];
    order_.pop_front();
    if (oldest.empty()) continue;  // forgotten
    bytes_ -= bytes_of(*oldest.front());
    oldest.pop_front();
  }
}

void RecentSegments::forget(std::uint32_t node) {
  const std::lock_guard lock(mutex_);
  for (const auto& segment : by_node_[node]) bytes_ -= bytes_of(*segment);
  by_node_[node].clear();
}

RecentSegments::OfNode::const_iterator RecentSegments::find(const OfNode& segments, store::LogPosition position) {
  const auto behind = std::ranges::upper_bound(segments, position, {}, &LogSegment::first_position);
  return behind == segments.begin() || !(*std::prev(behind))->holds(position) ? segments.end() : std::prev(behind);
}

LogSegmentPtr RecentSegments::holding(store::LogPosition position) const {
  const std::lock_guard lock(mutex_);
  const auto node = by_node_.find(decision::node_of(position));
  if (node == by_node_.end()) return nullptr;
  const auto found = find(node->second, position);
  return found == node->second.end() ? nullptr : *found;
}

std::vector<LogSegmentPtr> RecentSegments::at(base::Time time) const {
  const std::lock_guard lock(mutex_);
  std::vector<LogSegmentPtr> found;
  for (const auto& [node, segments] : by_node_) {
    const auto behind = std::ranges::upper_bound(segments, time, {}, &LogSegment::first_time);
    if (behind != segments.begin() && (*std::prev(behind))->last_time >= time) found.push_back(*std::prev(behind));
  }
  return found;
}

std::vector<LogSegmentPtr> RecentSegments::from(store::LogPosition position, std::size_t at_most) const {
  const std::lock_guard lock(mutex_);
  std::vector<LogSegmentPtr> found;
  const auto node = by_node_.find(decision::node_of(position));
  if (node == by_node_.end()) return found;
  for (auto one = find(node->second, position); one != node->second.end() && found.size() < at_most; ++one)
    found.push_back(*one);
  return found;
}

std::vector<LogSegmentPtr> RecentSegments::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<LogSegmentPtr> found;
  for (const auto& [node, segments] : by_node_) found.insert(found.end(), segments.begin(), segments.end());
  return found;
}

}  // namespace proffer::adapters
