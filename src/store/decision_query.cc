#include "store/decision_query.h"

#include <algorithm>

#include "base/limits.h"
#include "store/record_codec.h"

namespace proffer::store {

namespace limits = base::limits;

base::Result<DecisionCollector> DecisionCollector::make(DecisionQuery query) {
  if (query.limit < 1 || query.limit > limits::page_rows) {
    return base::fail_field("limit", "must be from 1 to " + std::to_string(limits::page_rows),
                            std::to_string(query.limit));
  }
  if (query.campaigns) std::sort(query.campaigns->begin(), query.campaigns->end());
  return DecisionCollector(std::move(query));
}

base::Result<bool> DecisionCollector::visit(const StoredRecord& record) {
  if (query_.from && record.time < *query_.from) return false;  // and so are all that would come
  if (wants(record)) {
    TRY(auto entry, decode_entry(record));
    page_.entries.push_back(std::move(entry));
  }
  if (++visited_ < limits::log_scan_records && page_.entries.size() < query_.limit) return true;
  if (record.position > 1) page_.next = record.position;
  return false;
}

bool DecisionCollector::wants(const StoredRecord& record) const {
  if (query_.to && record.time >= *query_.to) return false;
  if (query_.before && record.position >= *query_.before) return false;
  const auto header = peek_record(record.bytes);
  if (!header || header->kind != RecordKind::decision) return false;
  if (query_.customer && header->customer != *query_.customer) return false;
  return !query_.campaigns || std::binary_search(query_.campaigns->begin(), query_.campaigns->end(), header->campaign);
}

}  // namespace proffer::store
