#include "bandit/history_model.h"

#include <algorithm>

#include "bandit/arm_codec.h"
#include "base/hash.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

constexpr std::uint8_t history_format = 1;

std::size_t most_contacts(const decision::LearningSettings& learning, std::size_t held) {
  if (learning.processing_count == 0) return held;
  return static_cast<std::size_t>(std::min<std::uint64_t>(learning.processing_count, held));
}

std::size_t bytes_of(const PastSlate& slate) {
  return sizeof slate + slate.features.capacity() * sizeof(std::uint64_t) +
         slate.shown.capacity() * sizeof(PastContact);
}

void write_key(base::ByteWriter& out, const ContactKey& key) {
  out.signed_varint(key.date.time_since_epoch().count());
  out.varint(key.position);
}

ContactKey read_key(base::ByteReader& in) {
  const base::Time date{base::Micros{in.signed_varint()}};
  return {date, in.varint()};
}

void write_slate(base::ByteWriter& out, const ContactKey& key, const PastSlate& slate) {
  write_key(out, key);
  out.fixed64(slate.customer);
  for (const std::uint64_t feature : slate.features) out.fixed64(feature);
  out.varint(slate.shown.size());
  for (const PastContact& contact : slate.shown) {
    out.varint(contact.option);
    out.varint(static_cast<std::uint64_t>(contact.weight) << 1 | (contact.accepted ? 1 : 0));
  }
}

}  // namespace

HistoryModel::HistoryModel(const decision::Campaign& campaign, const Keeps& keeps)
    : window_(campaign.learning.processing_window),
      most_contacts_(most_contacts(campaign.learning, keeps.contacts)),
      features_(keeps.features ? campaign.features.size() : 0),
      by_customer_(keeps.customers),
      selection_(campaign.learning) {}

std::uint64_t HistoryModel::feature_key(const std::string& value) { return value.empty() ? 0 : base::hash_text(value); }

PastSlate HistoryModel::past_slate(const Contacted& contacted) {
  PastSlate slate{contacted.moment.customer, std::vector<std::uint64_t>(features_), {}};
  const auto& given = contacted.moment.features;
  for (std::size_t i = 0; i < std::min(features_, given.size()); ++i) slate.features[i] = feature_key(given[i]);
  slate.shown.reserve(contacted.shown.size());
  for (const auto& shown : contacted.shown)
    slate.shown.push_back({shown.option, false, selection_.weight(shown.learning_reward)});
  return slate;
}

void HistoryModel::contact(const Contacted& contacted_slate) {
  const ContactKey key{contacted_slate.date, contacted_slate.position};
  if (contacted_slate.shown.empty() || key.date <= cutoff_ || key <= left_out_) return;
  insert(key, past_slate(contacted_slate));
  while (contacts_ > most_contacts_ && slates_.size() > 1) {
    left_out_ = slates_.begin()->first;
    drop_oldest();
  }
  contacted();
}

void HistoryModel::insert(const ContactKey& key, PastSlate slate) {
  const auto [place, is_new] = slates_.emplace(key, std::move(slate));
  if (!is_new) return;
  contacts_ += place->second.shown.size();
  if (by_customer_) customers_.emplace(std::pair(place->second.customer, key), &place->second);
  added(place->second);
}

void HistoryModel::drop_oldest() {
  const auto oldest = slates_.begin();
  removed(oldest->second);
  contacts_ -= oldest->second.shown.size();
  if (by_customer_) customers_.erase({oldest->second.customer, oldest->first});
  slates_.erase(oldest);
}

void HistoryModel::accept(decision::OptionId option, base::Time date, decision::LogOrder position) {
  const auto found = slates_.find({date, position});
  if (found == slates_.end()) return;
  const auto contact = std::ranges::find(found->second.shown, option, &PastContact::option);
  if (contact == found->second.shown.end() || contact->accepted) return;
  contact->accepted = true;
  accepted(found->second, *contact);
}

void HistoryModel::advance(base::Time now) {
  base::Micros::rep cutoff = 0;
  const bool before_time = __builtin_sub_overflow(now.time_since_epoch().count(), window_.count(), &cutoff);
  if (window_.count() <= 0 || before_time) return;
  cutoff_ = std::max(cutoff_, base::Time{base::Micros{cutoff}});
  while (!slates_.empty() && slates_.begin()->first.date <= cutoff_) drop_oldest();
}

void HistoryModel::reset() {
  while (!slates_.empty()) drop_oldest();
  left_out_ = {base::Time::min(), 0};
  forget_own();
}

std::vector<const PastSlate*> HistoryModel::slates_of(std::uint64_t customer, std::size_t limit) const {
  std::vector<const PastSlate*> found;
  auto entry = customers_.upper_bound({customer, {base::Time::max(), ~decision::LogOrder{0}}});
  while (entry != customers_.begin() && found.size() < limit && (--entry)->first.first == customer)
    found.push_back(entry->second);
  std::ranges::reverse(found);
  return found;
}

void HistoryModel::encode(base::ByteWriter& out) const {
  out.byte(history_format);
  out.signed_varint(cutoff_.time_since_epoch().count());
  write_key(out, left_out_);
  out.varint(slates_.size());
  for (const auto& [key, slate] : slates_) write_slate(out, key, slate);
  encode_own(out);
}

bool HistoryModel::decode(base::ByteReader& in) {
  if (in.byte() != history_format) return false;
  cutoff_ = base::Time{base::Micros{in.signed_varint()}};
  left_out_ = read_key(in);
  const std::uint64_t slates = in.varint();
  ContactKey last = left_out_;
  for (std::uint64_t i = 0; i < slates; ++i) {
    if (!decode_slate(in, last)) return false;
  }
  return (contacts_ <= most_contacts_ || slates_.size() == 1) && decode_own(in) && in.ok();
}

// Slates come oldest first.
bool HistoryModel::decode_slate(base::ByteReader& in, ContactKey& last) {
  const ContactKey key = read_key(in);
  PastSlate slate{in.fixed64(), std::vector<std::uint64_t>(features_), {}};
  for (std::uint64_t& feature : slate.features) feature = in.fixed64();
  const std::uint64_t shown = in.varint();
  if (!in.ok() || shown == 0 || shown > in.remaining() || key <= last || key.date <= cutoff_) return false;
  for (std::uint64_t i = 0; i < shown; ++i) {
    const std::uint64_t option = in.varint();
    const std::uint64_t weight = in.varint();
    if (!in.ok() || option >= base::limits::options_per_campaign) return false;
    slate.shown.push_back(
        {static_cast<decision::OptionId>(option), (weight & 1) != 0, static_cast<std::int64_t>(weight >> 1)});
  }
  insert(key, std::move(slate));
  last = key;
  return true;
}

std::size_t HistoryModel::memory_bytes() const {
  std::size_t bytes = sizeof *this + customers_.size() * (map_node_bytes + sizeof(*customers_.begin()));
  for (const auto& [key, slate] : slates_) bytes += map_node_bytes + sizeof key + bytes_of(slate);
  return bytes + own_bytes();
}

}  // namespace proffer::bandit
