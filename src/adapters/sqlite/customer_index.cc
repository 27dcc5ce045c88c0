#include "adapters/sqlite/customer_index.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/record_codec.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::LogPosition;
using Key = std::uint32_t;

constexpr std::size_t block_entries = 512;   // about 3 KiB
constexpr std::size_t load_bytes = 1 << 20;  // of segments read at once

Key key_of(std::uint64_t hash) { return std::max<Key>(1, static_cast<Key>(hash >> 32)); }

Key key_of(const store::StoredRecord& record) {
  const auto header = store::peek_record(record.bytes);
  if (!header || header->kind != store::RecordKind::decision) return 0;
  return key_of(base::hash_text(header->customer));
}

struct Entry {
  Key key;
  LogPosition position;
  auto operator<=>(const Entry&) const = default;
};

// In order of key, then position; what is not a decision is left out.
std::vector<Entry> sorted_entries(std::span<const Key> keys, LogPosition first) {
  std::vector<Entry> entries;
  entries.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] != 0) entries.push_back({keys[i], first + i});
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

// Each entry as the distance of its key from the one before and of its position from the run's first.
std::string encode_block(std::span<const Entry> entries, LogPosition run_first) {
  std::string body;
  base::ByteWriter out(body);
  Key last = entries.front().key;
  for (const auto& [key, position] : entries) {
    out.varint(key - last);
    out.varint(position - run_first);
    last = key;
  }
  return body;
}

// Adds the positions of `wanted` that stand in a block.
Status collect(std::string_view body, Key first_key, LogPosition run_first, Key wanted,
               std::vector<LogPosition>& found) {
  base::ByteReader in(body);
  std::uint64_t key = first_key;
  while (in.ok() && !in.at_end() && key <= wanted) {
    key += in.varint();
    const LogPosition position = run_first + in.varint();
    if (key == wanted && in.ok()) found.push_back(position);
  }
  if (!in.ok()) return base::fail(base::ErrorKind::internal, "the index of customers is damaged");
  return {};
}

Status insert_block(Connection& writer, LogPosition run, LogPosition run_first, std::span<const Entry> entries) {
  const std::string body = encode_block(entries, run_first);
  return writer.query("INSERT INTO customer_block (run, first_hash, first_position, body) VALUES (?, ?, ?, ?)")
      .integer(static_cast<std::int64_t>(run))
      .integer(entries.front().key)
      .integer(static_cast<std::int64_t>(entries.front().position))
      .blob(body)
      .run();
}

Status insert_blocks(Connection& writer, LogPosition first, LogPosition last, std::span<const Entry> entries) {
  for (; !entries.empty(); entries = entries.subspan(std::min(block_entries, entries.size()))) {
    TRY_DO(insert_block(writer, last, first, entries.first(std::min(block_entries, entries.size()))));
  }
  return {};
}

Status insert_run(Connection& writer, LogPosition first, LogPosition last, std::span<const Entry> entries) {
  TRY(Transaction transaction, Transaction::begin(writer));
  TRY_DO(insert_blocks(writer, first, last, entries));
  TRY_DO(writer.query("INSERT INTO customer_run (last_position, first_position) VALUES (?, ?)")
             .integer(static_cast<std::int64_t>(last))
             .integer(static_cast<std::int64_t>(first))
             .run());
  return transaction.commit();
}

struct Run {
  LogPosition last, first;
};

// The newest run that has positions below `before` and ends before `end`; `last` is 0 when there is none.
Result<Run> run_below(Connection& reader, LogPosition before, LogPosition end) {
  Query rows = reader.query(
      "SELECT last_position, first_position FROM customer_run WHERE last_position < ? AND first_position < ? "
      "ORDER BY last_position DESC LIMIT 1");
  rows.integer(static_cast<std::int64_t>(end)).integer(static_cast<std::int64_t>(before));
  TRY(const bool found, rows.step());
  if (!found) return Run{0, 0};
  return Run{static_cast<LogPosition>(rows.integer_at(0)), static_cast<LogPosition>(rows.integer_at(1))};
}

// The one that has this position; `last` is 0 when none has.
Result<Run> run_of(Database& database, LogPosition position) {
  TRY(auto reader, database.reader());
  Query rows = reader->query(
      "SELECT last_position, first_position FROM customer_run WHERE last_position >= ? ORDER BY last_position LIMIT 1");
  TRY(const bool found, rows.integer(static_cast<std::int64_t>(position)).step());
  const Run run = found
                      ? Run{static_cast<LogPosition>(rows.integer_at(0)), static_cast<LogPosition>(rows.integer_at(1))}
                      : Run{0, 0};
  return run.first <= position ? run : Run{0, 0};
}

Status collect_rows(Query& blocks, const Run& run, Key key, std::vector<LogPosition>& found) {
  for (;;) {
    TRY(const bool row, blocks.step());
    if (!row) return {};
    TRY_DO(collect(blocks.bytes_at(1), static_cast<Key>(blocks.integer_at(0)), run.first, key, found));
  }
}

// In the last block that begins below the key, and in all that begin with it.
Result<std::vector<LogPosition>> positions_in(Connection& reader, const Run& run, Key key) {
  std::vector<LogPosition> found;
  Query below = reader.query(
      "SELECT first_hash, body FROM customer_block WHERE run = ? AND first_hash < ? "
      "ORDER BY first_hash DESC, first_position DESC LIMIT 1");
  TRY_DO(collect_rows(below.integer(static_cast<std::int64_t>(run.last)).integer(key), run, key, found));
  Query equal = reader.query(
      "SELECT first_hash, body FROM customer_block WHERE run = ? AND first_hash = ? ORDER BY first_position");
  TRY_DO(collect_rows(equal.integer(static_cast<std::int64_t>(run.last)).integer(key), run, key, found));
  return found;
}

}  // namespace

Result<std::unique_ptr<CustomerIndex>> CustomerIndex::open(Database& database, LogSegments& segments,
                                                           LogPosition committed) {
  TRY(auto reader, database.reader());
  TRY(const std::int64_t last, reader->integer("SELECT max(last_position) FROM customer_run"));
  TRY(const std::int64_t oldest, reader->integer("SELECT min(first_position) FROM log_segment"));
  return std::unique_ptr<CustomerIndex>(
      new CustomerIndex(database, segments, static_cast<LogPosition>(std::max(last + 1, oldest)), committed));
}

bool CustomerIndex::add(std::span<const store::PendingRecord> committed) {
  const std::lock_guard lock(mutex_);
  for (const auto& record : committed) keys_.push_back(record.customer_hash ? key_of(*record.customer_hash) : 0);
  return is_due();
}

// Reads the keys of what was committed before this process began.
Status CustomerIndex::load() {
  const std::lock_guard loading(load_mutex_);
  LogPosition next, end;
  {
    const std::lock_guard lock(mutex_);
    next = first_;
    end = keys_first_;
  }
  std::vector<Key> older;
  while (next < end) {
    TRY(const auto segments, segments_.from(next, load_bytes));
    if (segments.empty()) return base::fail(base::ErrorKind::internal, "the log has a hole");
    for (const auto& segment : segments) {
      TRY(const auto records, store::records_of(*segment));
      for (const auto& record : records) {
        if (record.position < next || record.position >= end) continue;
        older.insert(older.end(), record.position - next, 0);  // what was pruned
        older.push_back(key_of(record));
        next = record.position + 1;
      }
    }
  }
  const std::lock_guard lock(mutex_);
  keys_.insert(keys_.begin(), older.begin(), older.end());
  keys_first_ -= older.size();
  return {};
}

Status CustomerIndex::write_runs() {
  const std::lock_guard writing(write_mutex_);
  TRY_DO(load());
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (!is_due()) return {};
    }
    TRY_DO(write_run());
  }
}

Status CustomerIndex::write_run() {
  std::vector<Key> keys;
  LogPosition first;
  {
    const std::lock_guard lock(mutex_);
    first = first_;
    keys.assign(keys_.begin(), keys_.begin() + run_records);
  }
  const auto entries = sorted_entries(keys, first);
  {
    Database::Writer writer(database_);
    TRY_DO(insert_run(*writer, first, first + run_records - 1, entries));
  }
  const std::lock_guard lock(mutex_);
  keys_.erase(keys_.begin(), keys_.begin() + run_records);
  first_ += run_records;
  keys_first_ = first_;
  return {};
}

// The keys of a run's records as the log has them now.
Result<std::vector<Key>> CustomerIndex::keys_of(LogPosition first, LogPosition last) {
  std::vector<Key> keys(last - first + 1, 0);
  for (LogPosition next = first; next <= last;) {
    TRY(const auto segments, segments_.from(next, load_bytes));
    for (const auto& segment : segments) {
      TRY(const auto records, store::records_of(*segment));
      for (const auto& record : records) {
        if (record.position >= first && record.position <= last) keys[record.position - first] = key_of(record);
      }
    }
    next = segments.empty() ? last + 1 : segments.back()->end_position();
  }
  return keys;
}

Status CustomerIndex::rewrite_run(LogPosition first, LogPosition last) {
  TRY(const auto keys, keys_of(first, last));
  Database::Writer writer(database_);
  TRY(Transaction transaction, Transaction::begin(*writer));
  TRY_DO(writer->query("DELETE FROM customer_block WHERE run = ?").integer(static_cast<std::int64_t>(last)).run());
  TRY_DO(insert_blocks(*writer, first, last, sorted_entries(keys, first)));
  return transaction.commit();
}

Status CustomerIndex::rename(std::span<const LogPosition> positions, std::string_view customer) {
  const std::lock_guard writing(write_mutex_);
  {
    const std::lock_guard lock(mutex_);
    for (const auto position : positions) {
      if (position >= keys_first_ && position - keys_first_ < keys_.size()) {
        keys_[position - keys_first_] = key_of(base::hash_text(customer));
      }
    }
  }
  LogPosition done = 0;  // all up to here stand in runs that are written anew
  for (const auto position : positions) {
    if (position <= done) continue;
    TRY(const Run run, run_of(database_, position));
    if (run.last == 0) continue;
    TRY_DO(rewrite_run(run.first, run.last));
    done = run.last;
  }
  return {};
}

// Oldest first. Runs that end before `runs_end` hold all that is older, also while a run is being written.
std::vector<LogPosition> CustomerIndex::in_memory(Key key, LogPosition before, LogPosition& runs_end) {
  const std::lock_guard lock(mutex_);
  runs_end = first_;
  std::vector<LogPosition> found;
  for (std::size_t i = 0; i < keys_.size() && keys_first_ + i < before; ++i) {
    if (keys_[i] == key) found.push_back(keys_first_ + i);
  }
  return found;
}

Status CustomerIndex::visit(std::string_view customer, LogPosition before,
                            const std::function<Result<bool>(LogPosition)>& visit) {
  TRY_DO(load());
  const Key key = key_of(base::hash_text(customer));
  LogPosition end = 0;
  std::vector<LogPosition> found = in_memory(key, before, end);
  for (;;) {
    for (auto position = found.rbegin(); position != found.rend(); ++position) {
      if (*position >= before) continue;
      TRY(const bool more, visit(*position));
      if (!more) return {};
    }
    TRY(auto reader, database_.reader());
    TRY(const Run run, run_below(*reader, before, end));
    if (run.last == 0) return {};
    TRY(found, positions_in(*reader, run, key));
    end = run.last;
  }
}

}  // namespace proffer::adapters
