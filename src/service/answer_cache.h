// Answers that may be given again to the same customer, while nothing has changed for him: a fold over the log.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "decision/record.h"

namespace proffer::service {

class AnswerCache {
 public:
  // Each answer is kept for `lifetime` (0: none is), at most `answers` of them: then the oldest go first.
  AnswerCache(base::Micros lifetime, std::size_t answers) : lifetime_(lifetime), limit_(answers) {}

  struct Answer {
    decision::DecisionRecord record;
    base::Time stored;
    std::uint64_t customer = 0;  // a hash
  };

  // Null when there is none, or it is older than the lifetime.
  const Answer* find(std::uint64_t key, base::Time now) const;

  // A first draw, under its cache_key; repeats and answers without a key are not kept.
  void keep(const decision::DecisionRecord& record, base::Time stored, std::uint64_t customer);
  void end(std::uint64_t customer);  // all of his answers
  void clear();
  void advance(base::Time now);

  std::size_t size() const { return answers_.size(); }

  void encode(base::ByteWriter& out) const;
  bool decode(base::ByteReader& in);

 private:
  struct Place {
    base::Time stored;
    std::uint64_t key = 0;
  };
  void drop_front();

  base::Micros lifetime_;
  std::size_t limit_;
  std::unordered_map<std::uint64_t, Answer> answers_;                   // by key
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> keys_;  // by customer
  std::deque<Place> order_;  // oldest first; some name an answer that ended, or was replaced, since
};

}  // namespace proffer::service
