#include "bandit/arm_memory.h"

#include <utility>

#include "bandit/arm_codec.h"

namespace proffer::bandit {
namespace {

void write_fixed(base::ByteWriter& out, Fixed value) {
  out.varint(static_cast<std::uint64_t>(value >> 64));
  out.varint(static_cast<std::uint64_t>(value));
}

Fixed read_fixed(base::ByteReader& in) {
  const auto high = static_cast<Fixed>(in.varint());
  return high << 64 | in.varint();
}

}  // namespace

void Tally::add(Selection& selection, const Contact& contact, Sums& sums) {
  rewards_.note(contact.key.position, contact.reward);
  sums.contacts += selection.weight(contact.reward);
}

void Tally::accept(Selection& selection, const ContactKey& key, Sums& sums) {
  if (rewards_.size() > 0) sums.accepted += selection.weight(rewards_.at(key.position));
}

void Tally::encode(base::ByteWriter& out, const Sums& sums) const {
  write_fixed(out, sums.contacts);
  write_fixed(out, sums.accepted);
  rewards_.encode(out);
}

bool Tally::decode(base::ByteReader& in, Selection&, Sums& sums) {
  sums.contacts = read_fixed(in);
  sums.accepted = read_fixed(in);
  return rewards_.decode(in) && 0 <= sums.accepted && sums.accepted <= sums.contacts;
}

std::size_t ContactQueue::place_of(const ContactKey& key) const {
  return first_not_older(
      queue_.size(), [this](std::size_t i) { return queue_[i].key(); }, key);
}

void ContactQueue::add(Selection& selection, const Contact& contact, Sums& sums) {
  rewards_.note(contact.key.position, contact.reward);
  insert(selection, contact, sums);
  forget_rewards();
}

void ContactQueue::insert(Selection& selection, const Contact& contact, Sums& sums) {
  if (selection.count() > 0 && queue_.size() >= selection.count()) {
    if (contact.key < queue_[0].key()) return;
    drop_oldest(selection, sums);
  }
  queue_.insert(place_of(contact.key), {contact.key.date, contact.key.position, 0});
  sums.contacts += selection.weight(contact.reward);
}

void ContactQueue::accept(Selection& selection, const ContactKey& key, Sums& sums) {
  const std::size_t place = place_of(key);
  if (place == queue_.size() || queue_[place].key() != key || queue_[place].accepted) return;
  queue_[place].accepted = 1;
  sums.accepted += selection.weight(rewards_.at(key.position));
}

void ContactQueue::expire(Selection& selection, base::Time cutoff, Sums& sums) {
  while (oldest() <= cutoff) drop_oldest(selection, sums);
}

void ContactQueue::drop_oldest(Selection& selection, Sums& sums) {
  const Entry entry = queue_[0];
  const std::int64_t weight = selection.weight(rewards_.at(entry.position));
  sums.contacts -= weight;
  if (entry.accepted) sums.accepted -= weight;
  queue_.pop_front();
}

void ContactQueue::forget_rewards() {
  if (rewards_.size() <= 2 * queue_.size() + 16) return;
  std::vector<decision::LogOrder> positions;
  for (std::size_t i = 0; i < queue_.size(); ++i) positions.push_back(queue_[i].position);
  rewards_.keep_only(std::move(positions));
}

void ContactQueue::encode(base::ByteWriter& out, const Sums&) const {
  rewards_.encode(out);
  out.varint(queue_.size());
  ContactWriter writer(out);
  for (std::size_t i = 0; i < queue_.size(); ++i) writer.write(queue_[i].key(), queue_[i].accepted);
}

bool ContactQueue::decode(base::ByteReader& in, Selection& selection, Sums& sums) {
  if (!rewards_.decode(in)) return false;
  const std::uint64_t size = in.varint();
  if (size > in.remaining() || (size > 0 && rewards_.size() == 0)) return false;
  ContactReader reader(in);
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto item = reader.read();
    if (!item) return false;
    insert(selection, {item->key, 0, rewards_.at(item->key.position)}, sums);
    if (item->accepted) accept(selection, item->key, sums);
  }
  return in.ok();
}

}  // namespace proffer::bandit
