// The contacts of one option in a checkpoint, oldest first: about 6 bytes each, and 8 more for the customer.
#pragma once

#include <cstdint>
#include <optional>

#include "bandit/arm_memory.h"
#include "base/bytes.h"

namespace proffer::bandit {

inline constexpr decision::LogOrder largest_position = (decision::LogOrder{1} << 63) - 1;

// Each date as its distance to the one before, with the accepted bit below; positions may jump back and forth.
class ContactWriter {
 public:
  explicit ContactWriter(base::ByteWriter& out) : out_(out) {}
  void write(const ContactKey& key, bool accepted);

 private:
  base::ByteWriter& out_;
  std::optional<ContactKey> last_;
};

// Reads what ContactWriter wrote; nothing when it is malformed or not in order.
class ContactReader {
 public:
  explicit ContactReader(base::ByteReader& in) : in_(in) {}
  struct Item {
    ContactKey key;
    bool accepted;
  };
  std::optional<Item> read();

 private:
  base::ByteReader& in_;
  std::optional<ContactKey> last_;
};

}  // namespace proffer::bandit
