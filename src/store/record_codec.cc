#include "store/record_codec.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bytes.h"

namespace proffer::store {
namespace {

using base::ByteReader;
using base::ByteWriter;
using base::Time;
using namespace decision;

constexpr std::uint8_t format_version = 1;

// Bits of a record's flags. Stored: never changed, only added to.
enum Flag : std::uint64_t {
  explore = 1 << 0,
  explore_model = 1 << 1,
  method_shift = 2,       // not a flag: two bits from here hold the PropensityMethod
  foreign_uuid = 1 << 4,  // the uuid's upper half does not follow from the stored time
  has_call = 1 << 5,
  has_date = 1 << 6,
  has_channel = 1 << 7,
  has_subcampaign = 1 << 8,
  has_userid = 1 << 9,
  has_in_params = 1 << 10,  // other than "{}"
  has_draws = 1 << 11,
  has_first_rank = 1 << 12,  // other than 1
  has_transaction = 1 << 13,
  foreign_date = 1 << 14,  // the decision's date does not follow from its uuid
  is_deleted = 1 << 15,
  has_gathered = 1 << 16,  // other than "{}"
  has_tracking = 1 << 17,
  has_cache_key = 1 << 18,  // other than 0
  is_cached = 1 << 19,
  has_spends = 1 << 20,  // an accepted offer takes something from its budget
  has_customer = 1 << 21,
  has_person = 1 << 22,
  has_others = 1 << 23,
  is_erased = 1 << 24,
  is_last = 1 << 25,    // of a baseline's parts
  has_first = 1 << 26,  // and it is not the first
};

// Bits of an offer's flags.
enum OfferFlag : std::uint8_t {
  nominated = 1,
  integral_contacts = 2,
  integral_accepted = 4,
  slate_is_slot = 8,
  has_learning_reward = 16,  // other than 1
  has_reward = 32,           // other than 1
  has_spend = 64,            // other than 0
};

constexpr std::string_view no_members = "{}";
constexpr std::uint64_t method_mask = 3;

std::uint64_t flag_if(bool condition, std::uint64_t flag) { return condition ? flag : 0; }

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

// A count that a varint holds exactly (and -0.0, which it would lose, is none).
bool is_count(double value) {
  return value >= 0 && value < 0x1p53 && value == std::trunc(value) && !std::signbit(value);
}

// make_uuid gives every uuid of one time the same upper half.
bool follows_from(const base::Uuid& uuid, Time time) { return uuid.high == base::make_uuid(time, 0).high; }

// The date of a decision that was not imported: the time in its uuid.
Time date_from(const base::Uuid& decision) { return base::uuid_time(decision).value_or(Time{}); }

std::uint64_t micros(Time time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

// Both directions wrap, so any two times come back exactly.
std::int64_t micros_between(Time from, Time to) { return static_cast<std::int64_t>(micros(to) - micros(from)); }

Time micros_after(Time from, std::int64_t distance) {
  return Time{base::Micros{static_cast<std::int64_t>(micros(from) + static_cast<std::uint64_t>(distance))}};
}

// ---- Writing

void write_text_if(ByteWriter& out, bool present, std::string_view text) {
  if (present) out.text(text);
}

void write_uuid(ByteWriter& out, const base::Uuid& uuid, bool foreign) {
  if (foreign) out.fixed64(uuid.high);
  out.fixed64(uuid.low);
}

void write_date(ByteWriter& out, const std::optional<Time>& date, Time time) {
  if (date) out.signed_varint(micros_between(time, *date));
}

void write_call(ByteWriter& out, const std::optional<CallKey>& call) {
  if (!call) return;
  out.text(call->route);
  out.text(call->key);
  out.fixed64(call->body_hash);
}

void write_vector(ByteWriter& out, const LogVector& vector) {
  out.varint(vector.ends().size());
  for (const auto end : vector.ends()) out.varint(end);
}

void write_weight(ByteWriter& out, double weight, bool integral) {
  if (integral) {
    out.varint(static_cast<std::uint64_t>(weight));
  } else {
    out.real(weight);
  }
}

void write_offer(ByteWriter& out, const ShownOffer& offer) {
  const bool same = same_bits(offer.slate_propensity, offer.slot_propensity);
  const bool contacts = is_count(offer.contacts);
  const bool accepted = is_count(offer.accepted);
  const bool weighed = !same_bits(offer.learning_reward, 1);
  const bool rewarded = !same_bits(offer.reward, 1);
  const bool spends = !same_bits(offer.spend, 0);
  out.varint(offer.option);
  out.byte(static_cast<std::uint8_t>(flag_if(offer.nominated, nominated) | flag_if(contacts, integral_contacts) |
                                     flag_if(accepted, integral_accepted) | flag_if(same, slate_is_slot) |
                                     flag_if(weighed, has_learning_reward) | flag_if(rewarded, has_reward) |
                                     flag_if(spends, has_spend)));
  out.real(offer.score);
  out.real(offer.slot_propensity);
  if (!same) out.real(offer.slate_propensity);
  write_weight(out, offer.contacts, contacts);
  write_weight(out, offer.accepted, accepted);
  if (weighed) out.real(offer.learning_reward);
  if (rewarded) out.real(offer.reward);
  if (spends) out.real(offer.spend);
}

// Every record begins so, a decision's customer next: what peek_record reads.
void write_header(ByteWriter& out, RecordKind kind, std::uint32_t campaign) {
  out.byte(static_cast<std::uint8_t>(format_version << 4 | static_cast<std::uint8_t>(kind)));
  out.varint(campaign);
}

std::uint64_t flags_of(const DecisionRecord& record, Time time) {
  return flag_if(record.explore, explore) | flag_if(record.explore_model, explore_model) |
         flag_if(!follows_from(record.uuid, time), foreign_uuid) | flag_if(record.call.has_value(), has_call) |
         flag_if(!record.channel.empty(), has_channel) | flag_if(!record.subcampaign.empty(), has_subcampaign) |
         flag_if(!record.userid.empty(), has_userid) | flag_if(record.in_params != no_members, has_in_params) |
         flag_if(record.gathered != no_members, has_gathered) | flag_if(!record.tracking.empty(), has_tracking) |
         flag_if(record.cache_key != 0, has_cache_key) | flag_if(record.cached_from.has_value(), is_cached) |
         flag_if(!record.others.empty(), has_others) | flag_if(record.erased, is_erased) |
         flag_if(record.date.has_value(), has_date) | flag_if(record.propensity_draws != 0, has_draws) |
         flag_if(record.first_rank != 1, has_first_rank) | static_cast<std::uint64_t>(record.method) << method_shift;
}

void write(ByteWriter& out, const DecisionRecord& record, Time time) {
  const std::uint64_t flags = flags_of(record, time);
  write_header(out, RecordKind::decision, record.campaign);
  out.text(record.customer);
  out.varint(flags);
  out.varint(record.campaign_version);
  write_uuid(out, record.uuid, flags & foreign_uuid);
  write_text_if(out, flags & has_channel, record.channel);
  write_text_if(out, flags & has_subcampaign, record.subcampaign);
  write_text_if(out, flags & has_userid, record.userid);
  write_text_if(out, flags & has_in_params, record.in_params);
  write_text_if(out, flags & has_gathered, record.gathered);
  write_text_if(out, flags & has_tracking, record.tracking);
  if (flags & has_cache_key) out.fixed64(record.cache_key);
  if (flags & is_cached) write_uuid(out, *record.cached_from, true);
  if (flags & has_others) write_vector(out, record.others);
  out.varint(record.asked);
  out.varint(record.eligible);
  if (flags & has_draws) out.varint(record.propensity_draws);
  out.varint(record.duration_us);
  write_date(out, record.date, time);
  if (flags & has_first_rank) out.varint(record.first_rank);
  out.varint(record.shown.size());
  for (const auto& offer : record.shown) write_offer(out, offer);
  write_call(out, record.call);
}

bool spends(const OutcomeRecord& record) {
  return std::ranges::any_of(record.accepted, [](const Accepted& a) { return !same_bits(a.spend, 0); });
}

void write(ByteWriter& out, const OutcomeRecord& record, Time time) {
  const std::uint64_t flags =
      flag_if(!follows_from(record.uuid, time), foreign_uuid) | flag_if(record.call.has_value(), has_call) |
      flag_if(!record.channel.empty(), has_channel) | flag_if(record.date.has_value(), has_date) |
      flag_if(!record.transaction_id.empty(), has_transaction) | flag_if(spends(record), has_spends) |
      flag_if(record.customer != 0, has_customer) | flag_if(record.person != 0, has_person) |
      flag_if(date_from(record.decision) != record.decision_date, foreign_date);
  write_header(out, RecordKind::outcome, record.campaign);
  out.varint(flags);
  write_uuid(out, record.uuid, flags & foreign_uuid);
  write_uuid(out, record.decision, true);
  out.varint(record.decision_position);
  if (flags & foreign_date) out.signed_varint(micros_between(time, record.decision_date));
  if (flags & has_customer) out.fixed64(record.customer);
  if (flags & has_person) out.fixed64(record.person);
  out.varint(record.accepted.size());
  for (const auto& accepted : record.accepted) {
    out.varint(accepted.place);
    out.varint(accepted.option);
    if (flags & has_spends) out.real(accepted.spend);
  }
  write_text_if(out, flags & has_channel, record.channel);
  write_text_if(out, flags & has_transaction, record.transaction_id);
  write_date(out, record.date, time);
  write_call(out, record.call);
}

void write(ByteWriter& out, const RecomputationRecord& record, Time) {
  write_header(out, RecordKind::recomputation, record.campaign);
}

void write(ByteWriter& out, const ResetRecord& record, Time) { write_header(out, RecordKind::reset, record.campaign); }

void write(ByteWriter& out, const DefinitionRecord& record, Time) {
  write_header(out, RecordKind::definition, record.campaign);
  out.varint(flag_if(record.deleted, is_deleted) | flag_if(record.call.has_value(), has_call));
  out.varint(record.version);
  write_call(out, record.call);
}

void write(ByteWriter& out, const BaselineRecord& record, Time) {
  write_header(out, RecordKind::baseline, record.campaign);
  out.varint(flag_if(record.last, is_last) | flag_if(record.first != 0, has_first));
  write_vector(out, record.folded);
  if (record.first != 0) out.varint(record.first);
  out.text(record.bytes);
}

void write(ByteWriter& out, const ErasureRecord& record, Time) {
  write_header(out, RecordKind::erasure, record.campaign);
  out.text(record.project);
  out.text(record.replacement);
  out.varint(record.records);
  out.varint(record.documents);
}

// ---- Reading

// A ByteReader that also knows when a value was out of the range of its field.
class RecordReader {
 public:
  RecordReader(std::string_view bytes, Time time) : in_(bytes), time_(time) {}

  bool complete() const { return fits_ && in_.ok() && in_.at_end(); }

  std::uint8_t byte() { return in_.byte(); }
  std::uint64_t varint() { return in_.varint(); }
  double real() { return in_.real(); }
  std::uint64_t fixed64() { return in_.fixed64(); }
  std::string text() { return std::string(in_.text()); }
  std::string text_if(bool present) { return present ? text() : std::string{}; }

  std::uint32_t small() {
    const std::uint64_t value = in_.varint();
    fits_ = fits_ && value <= std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(value);
  }

  // A number of elements of at least `bytes_each`, so that a wrong one cannot ask for much memory.
  std::size_t count(std::size_t bytes_each) {
    const std::uint64_t value = in_.varint();
    if (value <= in_.remaining() / bytes_each) return value;
    fits_ = false;
    return 0;
  }

  base::Uuid uuid(bool foreign) {
    const std::uint64_t high = foreign ? in_.fixed64() : base::make_uuid(time_, 0).high;
    return {high, in_.fixed64()};
  }

  std::optional<Time> date_if(bool present) {
    if (!present) return std::nullopt;
    return micros_after(time_, in_.signed_varint());
  }

  std::optional<CallKey> call_if(bool present) {
    if (!present) return std::nullopt;
    CallKey call;
    call.route = text();
    call.key = text();
    call.body_hash = in_.fixed64();
    return call;
  }

  LogVector vector() {
    LogVector vector;
    for (std::size_t left = count(1); left > 0; --left) vector.advance(in_.varint());
    return vector;
  }

  double weight(bool integral) { return integral ? static_cast<double>(in_.varint()) : in_.real(); }

 private:
  ByteReader in_;
  Time time_;
  bool fits_ = true;
};

ShownOffer read_offer(RecordReader& in) {
  ShownOffer offer;
  offer.option = in.small();
  const std::uint8_t flags = in.byte();
  offer.nominated = flags & nominated;
  offer.score = in.real();
  offer.slot_propensity = in.real();
  offer.slate_propensity = flags & slate_is_slot ? offer.slot_propensity : in.real();
  offer.contacts = in.weight(flags & integral_contacts);
  offer.accepted = in.weight(flags & integral_accepted);
  offer.learning_reward = flags & has_learning_reward ? in.real() : 1;
  offer.reward = flags & has_reward ? in.real() : 1;
  offer.spend = flags & has_spend ? in.real() : 0;
  return offer;
}

void read_offers(RecordReader& in, std::vector<ShownOffer>& shown) {
  constexpr std::size_t least_bytes = 20;  // option, flags, two reals, two weights
  shown.resize(in.count(least_bytes));
  for (auto& offer : shown) offer = read_offer(in);
}

void read(RecordReader& in, DecisionRecord& record) {
  record.customer = in.text();
  const std::uint64_t flags = in.varint();
  record.explore = flags & explore;
  record.explore_model = flags & explore_model;
  record.erased = flags & is_erased;
  record.method = static_cast<PropensityMethod>(flags >> method_shift & method_mask);
  record.campaign_version = in.small();
  record.uuid = in.uuid(flags & foreign_uuid);
  record.channel = in.text_if(flags & has_channel);
  record.subcampaign = in.text_if(flags & has_subcampaign);
  record.userid = in.text_if(flags & has_userid);
  record.in_params = flags & has_in_params ? in.text() : std::string(no_members);
  record.gathered = flags & has_gathered ? in.text() : std::string(no_members);
  record.tracking = in.text_if(flags & has_tracking);
  record.cache_key = flags & has_cache_key ? in.fixed64() : 0;
  if (flags & is_cached) record.cached_from = in.uuid(true);
  if (flags & has_others) record.others = in.vector();
  record.asked = in.small();
  record.eligible = in.small();
  record.propensity_draws = flags & has_draws ? in.small() : 0;
  record.duration_us = in.small();
  record.date = in.date_if(flags & has_date);
  record.first_rank = flags & has_first_rank ? in.small() : 1;
  read_offers(in, record.shown);
  record.call = in.call_if(flags & has_call);
}

void read(RecordReader& in, OutcomeRecord& record) {
  const std::uint64_t flags = in.varint();
  record.uuid = in.uuid(flags & foreign_uuid);
  record.decision = in.uuid(true);
  record.decision_position = in.varint();
  record.decision_date = in.date_if(flags & foreign_date).value_or(date_from(record.decision));
  record.customer = flags & has_customer ? in.fixed64() : 0;
  record.person = flags & has_person ? in.fixed64() : 0;
  record.accepted.resize(in.count(2));
  for (auto& accepted : record.accepted) {
    accepted.place = in.small();
    accepted.option = in.small();
    accepted.spend = flags & has_spends ? in.real() : 0;
  }
  record.channel = in.text_if(flags & has_channel);
  record.transaction_id = in.text_if(flags & has_transaction);
  record.date = in.date_if(flags & has_date);
  record.call = in.call_if(flags & has_call);
}

void read(RecordReader&, RecomputationRecord&) {}
void read(RecordReader&, ResetRecord&) {}

void read(RecordReader& in, DefinitionRecord& record) {
  const std::uint64_t flags = in.varint();
  record.deleted = flags & is_deleted;
  record.version = in.small();
  record.call = in.call_if(flags & has_call);
}

void read(RecordReader& in, BaselineRecord& record) {
  const std::uint64_t flags = in.varint();
  record.last = flags & is_last;
  record.folded = in.vector();
  record.first = flags & has_first ? in.varint() : 0;
  record.bytes = in.text();
}

void read(RecordReader& in, ErasureRecord& record) {
  record.project = in.text();
  record.replacement = in.text();
  record.records = in.varint();
  record.documents = in.varint();
}

base::Result<Record> malformed(const char* what) {
  return base::fail(base::ErrorKind::internal, std::string("a stored log record is damaged: ") + what);
}

template <class R>
base::Result<Record> read_as(RecordReader& in) {
  R record;
  record.campaign = in.small();
  read(in, record);
  if (!in.complete()) return malformed("its fields do not fit its length");
  return Record{std::move(record)};
}

}  // namespace

std::string encode_record(const Record& record, Time time) {
  std::string bytes;
  bytes.reserve(256);
  ByteWriter out(bytes);
  std::visit([&](const auto& of_its_kind) { write(out, of_its_kind, time); }, record);
  return bytes;
}

base::Result<Record> decode_record(std::string_view bytes, Time time) {
  RecordReader in(bytes, time);
  const std::uint8_t first = in.byte();
  if (first >> 4 != format_version) return malformed("its format version is not known");
  switch (static_cast<RecordKind>(first & 0xf)) {
    case RecordKind::decision:
      return read_as<DecisionRecord>(in);
    case RecordKind::outcome:
      return read_as<OutcomeRecord>(in);
    case RecordKind::recomputation:
      return read_as<RecomputationRecord>(in);
    case RecordKind::reset:
      return read_as<ResetRecord>(in);
    case RecordKind::definition:
      return read_as<DefinitionRecord>(in);
    case RecordKind::baseline:
      return read_as<BaselineRecord>(in);
    case RecordKind::erasure:
      return read_as<ErasureRecord>(in);
  }
  return malformed("its kind is not known");
}

std::optional<RecordHeader> peek_record(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t first = in.byte();
  RecordHeader header;
  header.kind = static_cast<RecordKind>(first & 0xf);
  const std::uint64_t campaign = in.varint();
  header.campaign = static_cast<std::uint32_t>(campaign);
  if (header.kind == RecordKind::decision) header.customer = in.text();
  if (!in.ok() || first >> 4 != format_version || campaign != header.campaign) return std::nullopt;
  return header;
}

}  // namespace proffer::store
