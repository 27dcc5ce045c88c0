#include "store/merged_read.h"

#include <queue>

#include "base/limits.h"

namespace proffer::store {
namespace {

// One node's log, read in pieces.
class Stretch {
 public:
  Stretch(DecisionLog& log, LogPosition after, LogPosition up_to) : log_(log), read_(after), up_to_(up_to) {}

  // False at the end.
  base::Result<bool> ready() {
    if (next_ < piece_.size()) return true;
    piece_.clear();
    next_ = 0;
    TRY_DO(log_.read(read_, up_to_, [this](const LogEntry& entry) {
      piece_.push_back(entry);
      return piece_.size() < base::limits::merged_read_records;
    }));
    if (!piece_.empty()) read_ = piece_.back().position;
    return !piece_.empty();
  }

  const LogEntry& front() const { return piece_[next_]; }
  decision::LogOrder order() const { return decision::order_of(front().position, front().time); }
  void pop() { ++next_; }

 private:
  DecisionLog& log_;
  LogPosition read_;
  LogPosition up_to_;
  std::vector<LogEntry> piece_;
  std::size_t next_ = 0;
};

base::Status merge(std::vector<Stretch> stretches, const std::function<bool(const LogEntry&)>& visit) {
  const auto later = [&](std::size_t a, std::size_t b) { return stretches[a].order() > stretches[b].order(); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> first(later);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    TRY(const bool ready, stretches[i].ready());
    if (ready) first.push(i);
  }
  while (!first.empty()) {
    const auto i = first.top();
    first.pop();
    if (!visit(stretches[i].front())) return {};
    stretches[i].pop();
    TRY(const bool ready, stretches[i].ready());
    if (ready) first.push(i);
  }
  return {};
}

}  // namespace

base::Status read_merged(DecisionLog& log, const LogVector& after, const LogVector& up_to,
                         const std::function<bool(const LogEntry&)>& visit) {
  std::vector<std::pair<LogPosition, LogPosition>> wanted;
  for (const auto end : up_to.ends()) {
    const auto begin = after.end(decision::node_of(end));
    if (begin < end) wanted.emplace_back(begin, end);
  }
  if (wanted.size() == 1) return log.read(wanted.front().first, wanted.front().second, visit);
  std::vector<Stretch> stretches;
  stretches.reserve(wanted.size());
  for (const auto& [begin, end] : wanted) stretches.emplace_back(log, begin, end);
  return merge(std::move(stretches), visit);
}

}  // namespace proffer::store
