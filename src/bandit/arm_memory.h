// What an arm must remember of its contacts, so that they can drop out, weigh less or be accepted later: one of three
// kinds, by what the campaign's rule asks for. All have the same operations, and keep `sums` what the rule says.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "bandit/arm_ring.h"
#include "bandit/arm_weight.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "decision/record.h"

namespace proffer::bandit {

// Which contact of an option: "newest" is by date, then by position in the log.
struct ContactKey {
  base::Time date;
  decision::LogOrder position = 0;  // below 2^63

  auto operator<=>(const ContactKey&) const = default;
};

struct Contact {
  ContactKey key;
  std::uint64_t customer = 0;  // a hash
  double reward = 1;           // in learning
};

// No window, count, cap or decay: nothing ever drops out, so counters suffice.
class Tally {
 public:
  void add(Selection& selection, const Contact& contact, Sums& sums);
  void accept(Selection& selection, const ContactKey& key, Sums& sums);
  void expire(Selection&, base::Time, Sums&) {}
  base::Time oldest() const { return base::Time::max(); }
  std::size_t memory_bytes() const { return rewards_.memory_bytes(); }

  void encode(base::ByteWriter& out, const Sums& sums) const;
  bool decode(base::ByteReader& in, Selection& selection, Sums& sums);

 private:
  RewardRuns rewards_;
};

// The first of `size` contacts, ascending by key_at(i), that is not older than `key`. O(1) when all are.
template <class KeyAt>
std::size_t first_not_older(std::size_t size, const KeyAt& key_at, const ContactKey& key) {
  if (size == 0 || key_at(size - 1) < key) return size;
  std::size_t low = 0;
  for (std::size_t high = size - 1; low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    if (key_at(middle) < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Window or count: the contacts that count, oldest first, 16 bytes each.
class ContactQueue {
 public:
  // O(log n) and a move of what is newer; O(1) for the newest.
  void add(Selection& selection, const Contact& contact, Sums& sums);
  void accept(Selection& selection, const ContactKey& key, Sums& sums);  // O(log n)
  void expire(Selection& selection, base::Time cutoff, Sums& sums);      // drops dates <= cutoff
  base::Time oldest() const { return queue_.empty() ? base::Time::max() : queue_[0].date; }
  std::size_t memory_bytes() const { return queue_.memory_bytes() + rewards_.memory_bytes(); }

  void encode(base::ByteWriter& out, const Sums& sums) const;
  bool decode(base::ByteReader& in, Selection& selection, Sums& sums);

 private:
  struct Entry {
    base::Time date;
    std::uint64_t position : 63;
    std::uint64_t accepted : 1;
    ContactKey key() const { return {date, position}; }
  };
  std::size_t place_of(const ContactKey& key) const;
  void insert(Selection& selection, const Contact& contact, Sums& sums);
  void drop_oldest(Selection& selection, Sums& sums);
  void forget_rewards();

  Ring<Entry> queue_;
  RewardRuns rewards_;
};

// Cap or decay: also whose contact each is. About 45 bytes a contact.
//
// The contacts of a customer hang in one list of a hash table, newest first (with those of the other customers of that
// bucket between them), so a walk from its head counts a contact's index and reweighs the older ones. A contact past
// the horizon leaves its list for good and stays in `order_` only as long as it fills a place of the count.
class CustomerQueue {
 public:
  // O(contacts of the customer up to the horizon), else as ContactQueue.
  void add(Selection& selection, const Contact& contact, Sums& sums);
  void accept(Selection& selection, const ContactKey& key, Sums& sums);
  void expire(Selection& selection, base::Time cutoff, Sums& sums);
  base::Time oldest() const { return order_.empty() ? base::Time::max() : nodes_[order_[0]].date; }
  std::size_t memory_bytes() const;

  void encode(base::ByteWriter& out, const Sums& sums) const;
  bool decode(base::ByteReader& in, Selection& selection, Sums& sums);

 private:
  using Slot = std::uint32_t;
  static constexpr Slot none = ~Slot{0};

  struct Node {
    base::Time date;
    std::uint64_t position : 63;
    std::uint64_t accepted : 1;
    std::uint64_t customer;
    Slot next;     // the next older in its list
    bool counted;  // hangs in its list
    ContactKey key() const { return {date, position}; }
  };

  std::size_t place_of(const ContactKey& key) const;
  void insert(Selection& selection, const Contact& contact, Sums& sums);
  Slot take_slot(const Contact& contact);
  Slot& list_of(std::uint64_t customer);
  void link(Selection& selection, Slot slot, Sums& sums);
  void reweigh_older(Selection& selection, Slot slot, std::uint64_t index, Sums& sums);
  struct Found {
    Slot* link;           // what points to it
    std::uint64_t index;  // newer ones of the same customer
  };
  Found find(Slot slot);  // a counted one
  void unlink(Slot& link);
  void drop_oldest(Selection& selection, Sums& sums);
  static void weigh(const Node& node, std::int64_t change, Sums& sums);
  void give_back(Slot slot);
  void grow_table();
  void drop_uncounted();
  void forget_rewards();

  std::vector<Node> nodes_;
  Slot free_ = none;         // slots to take again, linked by `next`
  Ring<Slot> order_;         // oldest first
  std::vector<Slot> table_;  // heads of the lists; a power of two
  std::size_t counted_ = 0;
  RewardRuns rewards_;
};

}  // namespace proffer::bandit
