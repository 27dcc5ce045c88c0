#include "service/answer_cache.h"

#include <algorithm>

#include "store/record_codec.h"

namespace proffer::service {

const AnswerCache::Answer* AnswerCache::find(std::uint64_t key, base::Time now) const {
  const auto found = answers_.find(key);
  if (found == answers_.end() || found->second.stored + lifetime_ <= now) return nullptr;
  return &found->second;
}

void AnswerCache::keep(const decision::DecisionRecord& record, base::Time stored, std::uint64_t customer) {
  if (record.cache_key == 0 || record.cached_from || lifetime_.count() == 0) return;
  while (order_.size() >= limit_) drop_front();
  answers_[record.cache_key] = {record, stored, customer};
  keys_[customer].push_back(record.cache_key);
  order_.push_back({stored, record.cache_key});
}

// The oldest answer, unless it ended or another took its place.
void AnswerCache::drop_front() {
  const Place oldest = order_.front();
  order_.pop_front();
  const auto found = answers_.find(oldest.key);
  if (found == answers_.end() || found->second.stored != oldest.stored) return;
  if (const auto of_customer = keys_.find(found->second.customer); of_customer != keys_.end()) {
    std::erase(of_customer->second, oldest.key);
    if (of_customer->second.empty()) keys_.erase(of_customer);
  }
  answers_.erase(found);
}

void AnswerCache::end(std::uint64_t customer) {
  const auto found = keys_.find(customer);
  if (found == keys_.end()) return;
  for (const auto key : found->second) answers_.erase(key);
  keys_.erase(found);
}

void AnswerCache::clear() {
  answers_.clear();
  keys_.clear();
  order_.clear();
}

void AnswerCache::advance(base::Time now) {
  while (!order_.empty() && order_.front().stored + lifetime_ <= now) drop_front();
}

void AnswerCache::encode(base::ByteWriter& out) const {
  out.signed_varint(lifetime_.count());
  out.varint(order_.size());
  for (const auto& [stored, key] : order_) {
    const auto found = answers_.find(key);
    const bool is_there = found != answers_.end() && found->second.stored == stored;
    out.signed_varint(stored.time_since_epoch().count());
    out.fixed64(is_there ? found->second.customer : 0);
    out.text(is_there ? store::encode_record(found->second.record, stored) : std::string());
  }
}

bool AnswerCache::decode(base::ByteReader& in) {
  const base::Micros lifetime{in.signed_varint()};
  const auto answers = in.varint();
  if (!in.ok() || lifetime != lifetime_ || answers > limit_) return false;
  for (std::uint64_t i = 0; i < answers && in.ok(); ++i) {
    const base::Time stored{base::Micros{in.signed_varint()}};
    const auto customer = in.fixed64();
    const auto bytes = in.text();
    if (bytes.empty()) {  // ended, but it takes its place until it is as old as the others
      order_.push_back({stored, 0});
      continue;
    }
    const auto record = store::decode_record(bytes, stored);
    const auto* decision = record ? std::get_if<decision::DecisionRecord>(&*record) : nullptr;
    if (decision == nullptr) return false;
    keep(*decision, stored, customer);
  }
  return in.ok();
}

}  // namespace proffer::service
