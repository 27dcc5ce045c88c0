#include "adapters/mongodb/log_listing.h"

#include <algorithm>

#include "base/hash.h"
#include "store/decision_query.h"

namespace proffer::adapters {
namespace {

using base::Result;
using decision::order_of;
using store::StoredRecord;

constexpr std::size_t segments_a_page = 32;

// One node's records from a place backwards.
class Backwards {
 public:
  Backwards(LogCollection& collection, std::uint32_t node, std::optional<std::uint64_t> customer)
      : collection_(collection), customer_(customer), before_(decision::position_of(node + 1, 0)) {}

  // False: there is no more.
  Result<bool> ready() {
    while (left_ == 0) {
      if (next_ == segments_.size()) {
        TRY(segments_, collection_.before(before_, customer_, segments_a_page));
        next_ = 0;
        if (segments_.empty()) return false;
      }
      TRY(records_, store::records_of(*segments_[next_]));
      before_ = segments_[next_++]->first_position;
      left_ = records_.size();
    }
    return true;
  }

  const StoredRecord& front() const { return records_[left_ - 1]; }
  void pop() { --left_; }

 private:
  LogCollection& collection_;
  std::optional<std::uint64_t> customer_;
  store::LogPosition before_;
  std::vector<LogSegmentPtr> segments_;
  std::size_t next_ = 0;
  std::vector<StoredRecord> records_;  // of the segment before the next one
  std::size_t left_ = 0;
};

decision::LogOrder place(const StoredRecord& record) { return order_of(record.position, record.time); }

// The node whose front is the newest; null at the end of all.
Result<Backwards*> newest_of(std::vector<Backwards>& nodes) {
  Backwards* newest = nullptr;
  for (auto& node : nodes) {
    TRY(const bool ready, node.ready());
    if (ready && (newest == nullptr || place(node.front()) > place(newest->front()))) newest = &node;
  }
  return newest;
}

}  // namespace

Result<store::DecisionPage> list_decisions(LogCollection& collection, const std::vector<std::uint32_t>& nodes,
                                           const store::DecisionQuery& query, const store::LogEntry* before) {
  auto wanted = query;
  wanted.before.reset();  // positions of different nodes have no order
  TRY(auto page, store::DecisionCollector::make(wanted));
  std::optional<std::uint64_t> customer;
  if (query.customer) customer = base::hash_text(*query.customer);
  std::vector<Backwards> all;
  all.reserve(nodes.size());
  for (const auto node : nodes) all.emplace_back(collection, node, customer);
  for (;;) {
    TRY(auto* const newest, newest_of(all));
    if (newest == nullptr) break;
    const auto record = newest->front();
    if (before == nullptr || place(record) < order_of(before->position, before->time)) {
      TRY(const bool more, page.visit(record));
      if (!more) break;
    }
    newest->pop();
  }
  return page.take_page();
}

}  // namespace proffer::adapters
