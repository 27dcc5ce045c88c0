// CustomerQueue of arm_memory.h.
#include <utility>

#include "bandit/arm_codec.h"
#include "bandit/arm_memory.h"
#include "base/random.h"

namespace proffer::bandit {

void CustomerQueue::add(Selection& selection, const Contact& contact, Sums& sums) {
  rewards_.note(contact.key.position, contact.reward);
  insert(selection, contact, sums);
  if (selection.count() == 0) drop_uncounted();
  forget_rewards();
}

void CustomerQueue::insert(Selection& selection, const Contact& contact, Sums& sums) {
  if (selection.count() > 0 && order_.size() >= selection.count()) {
    if (contact.key < nodes_[order_[0]].key()) return;
    drop_oldest(selection, sums);
  }
  const std::size_t place = place_of(contact.key);
  const Slot slot = take_slot(contact);
  order_.insert(place, slot);
  link(selection, slot, sums);
}

void CustomerQueue::link(Selection& selection, Slot slot, Sums& sums) {
  grow_table();
  Node& node = nodes_[slot];
  std::uint64_t index = 0;
  Slot* link = &list_of(node.customer);
  for (; *link != none && nodes_[*link].key() > node.key(); link = &nodes_[*link].next) {
    if (nodes_[*link].customer == node.customer) ++index;
  }
  if (index >= selection.horizon()) return;
  node.next = std::exchange(*link, slot);
  node.counted = true;
  ++counted_;
  weigh(node, selection.weight(rewards_.at(node.position), index), sums);
  reweigh_older(selection, slot, index, sums);
}

// The contact in `slot` came in at `index`: each older one of its customer moves one index up.
void CustomerQueue::reweigh_older(Selection& selection, Slot slot, std::uint64_t index, Sums& sums) {
  const std::uint64_t customer = nodes_[slot].customer;
  for (Slot* link = &nodes_[slot].next; *link != none;) {
    Node& older = nodes_[*link];
    if (older.customer != customer) {
      link = &older.next;
      continue;
    }
    const double reward = rewards_.at(older.position);
    weigh(older, -selection.weight(reward, index++), sums);
    if (index < selection.horizon()) {
      weigh(older, selection.weight(reward, index), sums);
      link = &older.next;
    } else {  // past the horizon, and the last of its customer
      unlink(*link);
      return;
    }
  }
}

void CustomerQueue::unlink(Slot& link) {
  Node& node = nodes_[link];
  node.counted = false;
  --counted_;
  link = node.next;
}

void CustomerQueue::weigh(const Node& node, std::int64_t change, Sums& sums) {
  sums.contacts += change;
  if (node.accepted) sums.accepted += change;
}

CustomerQueue::Found CustomerQueue::find(Slot slot) {
  const std::uint64_t customer = nodes_[slot].customer;
  Found found{&list_of(customer), 0};
  for (; *found.link != slot; found.link = &nodes_[*found.link].next) {
    if (nodes_[*found.link].customer == customer) ++found.index;
  }
  return found;
}

void CustomerQueue::accept(Selection& selection, const ContactKey& key, Sums& sums) {
  const std::size_t place = place_of(key);
  if (place == order_.size()) return;
  Node& node = nodes_[order_[place]];
  if (node.key() != key || node.accepted || !node.counted) return;
  node.accepted = 1;
  sums.accepted += selection.weight(rewards_.at(key.position), find(order_[place]).index);
}

void CustomerQueue::expire(Selection& selection, base::Time cutoff, Sums& sums) {
  while (oldest() <= cutoff) drop_oldest(selection, sums);
}

// The oldest of all is the oldest of its customer: no other index changes.
void CustomerQueue::drop_oldest(Selection& selection, Sums& sums) {
  const Slot slot = order_[0];
  if (nodes_[slot].counted) {
    const Found found = find(slot);
    weigh(nodes_[slot], -selection.weight(rewards_.at(nodes_[slot].position), found.index), sums);
    unlink(*found.link);
  }
  order_.pop_front();
  give_back(slot);
}

std::size_t CustomerQueue::place_of(const ContactKey& key) const {
  return first_not_older(
      order_.size(), [this](std::size_t i) { return nodes_[order_[i]].key(); }, key);
}

CustomerQueue::Slot CustomerQueue::take_slot(const Contact& contact) {
  if (free_ == none) {
    nodes_.push_back({});
    give_back(static_cast<Slot>(nodes_.size() - 1));
  }
  const Slot slot = free_;
  free_ = nodes_[slot].next;
  nodes_[slot] = {contact.key.date, contact.key.position, 0, contact.customer, none, false};
  return slot;
}

void CustomerQueue::give_back(Slot slot) { nodes_[slot].next = std::exchange(free_, slot); }

CustomerQueue::Slot& CustomerQueue::list_of(std::uint64_t customer) {
  return table_[base::mix64(customer) & (table_.size() - 1)];
}

// Keeps at least one list for each counted contact.
void CustomerQueue::grow_table() {
  if (counted_ < table_.size()) return;
  table_.assign(table_.empty() ? 4 : 2 * table_.size(), none);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    Node& node = nodes_[order_[i]];
    if (node.counted) node.next = std::exchange(list_of(node.customer), order_[i]);
  }
}

// Without a count, nothing depends on contacts past the horizon; they go once they are the greater part.
void CustomerQueue::drop_uncounted() {
  if (order_.size() <= 2 * counted_ + 16) return;
  Ring<Slot> counted;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Slot slot = order_[i];
    if (nodes_[slot].counted) {
      counted.insert(counted.size(), slot);
    } else {
      give_back(slot);
    }
  }
  order_ = std::move(counted);
}

void CustomerQueue::forget_rewards() {
  if (rewards_.size() <= 2 * order_.size() + 16) return;
  std::vector<decision::LogOrder> positions;
  for (std::size_t i = 0; i < order_.size(); ++i) positions.push_back(nodes_[order_[i]].position);
  rewards_.keep_only(std::move(positions));
}

std::size_t CustomerQueue::memory_bytes() const {
  return nodes_.capacity() * sizeof(Node) + order_.memory_bytes() + table_.capacity() * sizeof(Slot) +
         rewards_.memory_bytes();
}

void CustomerQueue::encode(base::ByteWriter& out, const Sums&) const {
  rewards_.encode(out);
  out.varint(order_.size());
  ContactWriter writer(out);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Node& node = nodes_[order_[i]];
    writer.write(node.key(), node.accepted);
    out.fixed64(node.customer);
  }
}

bool CustomerQueue::decode(base::ByteReader& in, Selection& selection, Sums& sums) {
  if (!rewards_.decode(in)) return false;
  const std::uint64_t size = in.varint();
  if (size > in.remaining() || (size > 0 && rewards_.size() == 0)) return false;
  ContactReader reader(in);
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto item = reader.read();
    const std::uint64_t customer = in.fixed64();
    if (!item || !in.ok()) return false;
    insert(selection, {item->key, customer, rewards_.at(item->key.position)}, sums);
    if (item->accepted) accept(selection, item->key, sums);
  }
  return true;
}

}  // namespace proffer::bandit
