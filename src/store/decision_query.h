// What a DecisionQuery means, told once for every adapter.
#pragma once

#include "base/result.h"
#include "store/decision_log.h"
#include "store/segment.h"

namespace proffer::store {

// Gathers the page of a query from stored records that are shown to it newest first.
class DecisionCollector {
 public:
  // Errors: `invalid` for a limit out of range.
  static base::Result<DecisionCollector> make(DecisionQuery query);

  const DecisionQuery& query() const { return query_; }

  // False when the page is complete. Records that are not wanted may be shown too.
  base::Result<bool> visit(const StoredRecord& record);

  DecisionPage take_page() { return std::move(page_); }

 private:
  explicit DecisionCollector(DecisionQuery query) : query_(std::move(query)) {}
  bool wants(const StoredRecord& record) const;

  DecisionQuery query_;  // campaigns in order
  DecisionPage page_;
  std::size_t visited_ = 0;
};

}  // namespace proffer::store
