#include "bandit/arm_codec.h"

namespace proffer::bandit {
namespace {

std::uint64_t micros(const ContactKey& key) { return static_cast<std::uint64_t>(key.date.time_since_epoch().count()); }

// Distances wrap around, as unsigned numbers do, so that no malformed input overflows.
ContactKey stepped(const ContactKey& from, std::uint64_t date_step, std::int64_t position_step) {
  const auto date = static_cast<std::int64_t>(micros(from) + date_step);
  return {base::Time{base::Micros{date}}, from.position + static_cast<std::uint64_t>(position_step)};
}

}  // namespace

void ContactWriter::write(const ContactKey& key, bool accepted) {
  if (!last_) {
    out_.signed_varint(key.date.time_since_epoch().count());
    last_ = ContactKey{key.date, 0};
  }
  out_.varint((micros(key) - micros(*last_)) << 1 | (accepted ? 1 : 0));
  out_.signed_varint(static_cast<std::int64_t>(key.position - last_->position));
  last_ = key;
}

std::optional<ContactReader::Item> ContactReader::read() {
  const bool first = !last_;
  if (first) last_ = ContactKey{base::Time{base::Micros{in_.signed_varint()}}, 0};
  const std::uint64_t step = in_.varint();
  const ContactKey key = stepped(*last_, step >> 1, in_.signed_varint());
  const bool ascends = first ? key.date >= last_->date : key > *last_;
  if (!in_.ok() || !ascends || key.position > largest_position) return std::nullopt;
  last_ = key;
  return Item{key, (step & 1) != 0};
}

}  // namespace proffer::bandit
