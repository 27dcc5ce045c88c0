#include "adapters/mongodb/log_segment.h"

#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "base/sha256.h"

namespace proffer::adapters {
namespace {

using store::PendingRecord;

constexpr std::int64_t half_day = 12LL * 3'600 * 1'000'000;  // microseconds

// A number a call: the hash of its route and key, long enough that no two calls share it.
std::string call_hash(std::string_view route, std::string_view key) {
  return base::sha256_hex(fmt::format("{}\n{}", route, key)).substr(0, 32);
}

template <class Values, class Append>
Bson array_of(const Values& values, Append append) {
  Bson array;
  std::size_t i = 0;
  for (const auto& value : values) append(array, std::to_string(i++), value);
  return array;
}

void append_texts(Bson& document, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;  // a sparse index has nothing of it then
  document.array(name, array_of(texts, [](Bson& out, const std::string& i, const auto& text) { out.text(i, text); }));
}

void append_integers(Bson& document, std::string_view name, const std::set<std::int64_t>& integers) {
  if (integers.empty()) return;
  document.array(name, array_of(integers, [](Bson& out, const std::string& i, std::int64_t n) { out.integer(i, n); }));
}

struct Keys {
  std::vector<std::string> calls;
  std::vector<std::string> accepted;
  std::set<std::int64_t> outcomes;
  std::set<std::int64_t> customers;
  std::set<std::int64_t> baselines;
};

void add_keys(Keys& keys, const PendingRecord& record) {
  if (record.call != nullptr) {
    for (auto& key : call_keys(record.call->route, record.call->key, record.at.time)) keys.calls.push_back(key);
  }
  if (record.outcome_of != 0) keys.outcomes.insert(static_cast<std::int64_t>(record.outcome_of));
  for (const auto place : record.places) keys.accepted.push_back(acceptance_key(record.outcome_of, place));
  if (record.baseline_from != 0) keys.baselines.insert(record.campaign);
  if (record.customer_hash) keys.customers.insert(static_cast<std::int64_t>(*record.customer_hash));
}

std::shared_ptr<LogSegment> body_of(std::span<const PendingRecord> batch) {
  auto segment = std::make_shared<LogSegment>();
  segment->first_position = batch.front().at.position;
  segment->first_time = batch.front().at.time;
  segment->last_time = batch.back().at.time;
  store::SegmentWriter writer(*segment);
  for (const auto& record : batch) writer.add(record.at.time, record.bytes);
  return segment;
}

base::Result<std::int64_t> integer_in(const bson_t* document, const char* name) {
  bson_iter_t at;
  if (bson_iter_init_find(&at, document, name) && (BSON_ITER_HOLDS_INT(&at))) return bson_iter_as_int64(&at);
  return base::fail(base::ErrorKind::internal, fmt::format("a segment of the log is damaged: it has no {}", name));
}

// Calls `take` for the elements of an array, if there is one.
template <class Take>
void visit_array(const bson_t* document, const char* name, Take take) {
  bson_iter_t at, element;
  if (!bson_iter_init_find(&at, document, name) || !BSON_ITER_HOLDS_ARRAY(&at)) return;
  bson_iter_recurse(&at, &element);
  while (bson_iter_next(&element)) take(&element);
}

base::Time time_of(std::int64_t micros) { return base::Time{base::Micros{micros}}; }

}  // namespace

WrittenSegment make_segment(std::span<const PendingRecord> batch, std::string name) {
  auto segment = body_of(batch);
  segment->batch = std::move(name);
  Keys keys;
  for (const auto& record : batch) add_keys(keys, record);
  Bson document;
  document.integer("_id", static_cast<std::int64_t>(segment->first_position))
      .number("records", static_cast<std::int32_t>(segment->records))
      .integer("from", base::unix_micros(segment->first_time))
      .integer("to", base::unix_micros(segment->last_time))
      .text("batch", segment->batch);
  bson_append_binary(document.get(), "body", 4, BSON_SUBTYPE_BINARY,
                     reinterpret_cast<const std::uint8_t*>(segment->body.data()),
                     static_cast<std::uint32_t>(segment->body.size()));
  segment->calls = keys.calls;
  segment->outcomes.assign(keys.outcomes.begin(), keys.outcomes.end());
  append_texts(document, "calls", keys.calls);
  append_texts(document, "accepted", keys.accepted);
  append_integers(document, "outcomes", keys.outcomes);
  append_integers(document, "customers", keys.customers);
  append_integers(document, "baselines", keys.baselines);
  return {std::move(segment), std::move(document)};
}

base::Result<LogSegmentPtr> segment_of(const bson_t* document) {
  auto segment = std::make_shared<LogSegment>();
  TRY(const auto position, integer_in(document, "_id"));
  TRY(const auto records, integer_in(document, "records"));
  TRY(const auto from, integer_in(document, "from"));
  TRY(const auto to, integer_in(document, "to"));
  segment->first_position = static_cast<store::LogPosition>(position);
  segment->records = static_cast<std::uint32_t>(records);
  segment->first_time = time_of(from);
  segment->last_time = time_of(to);
  bson_iter_t at;
  if (bson_iter_init_find(&at, document, "batch") && BSON_ITER_HOLDS_UTF8(&at)) {
    segment->batch = bson_iter_utf8(&at, nullptr);
  }
  if (!bson_iter_init_find(&at, document, "body") || !BSON_ITER_HOLDS_BINARY(&at))
    return base::fail(base::ErrorKind::internal, "a segment of the log is damaged: it has no body");
  bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&at, &subtype, &size, &data);
  segment->body.assign(reinterpret_cast<const char*>(data), size);
  visit_array(document, "calls", [&](const bson_iter_t* call) {
    if (BSON_ITER_HOLDS_UTF8(call)) segment->calls.emplace_back(bson_iter_utf8(call, nullptr));
  });
  visit_array(document, "outcomes", [&](const bson_iter_t* decision) {
    segment->outcomes.push_back(static_cast<store::LogPosition>(bson_iter_as_int64(decision)));
  });
  return segment;
}

std::vector<std::string> call_keys(std::string_view route, std::string_view key, base::Time time) {
  const auto hash = call_hash(route, key);
  return {fmt::format("{}a{}", hash, base::unix_micros(time) / half_day),
          fmt::format("{}b{}", hash, (base::unix_micros(time) + half_day / 2) / half_day)};
}

std::vector<std::string> call_keys_since(std::string_view route, std::string_view key, base::Time since,
                                         base::Time now) {
  const auto hash = call_hash(route, key);
  since = std::max(since, now - base::limits::idempotency_lifetime);
  std::vector<std::string> keys;
  for (auto day = base::unix_micros(since) / half_day; day <= base::unix_micros(now) / half_day + 1; ++day) {
    keys.push_back(fmt::format("{}a{}", hash, day));
  }
  return keys;
}

std::string acceptance_key(store::LogPosition decision, std::uint32_t place) {
  return fmt::format("{}/{}", decision, place);
}

}  // namespace proffer::adapters
