#include "bandit/take_ups.h"

namespace proffer::bandit {

void TakeUps::count(const PastSlate& slate, std::int64_t sign) {
  for (const PastContact& contact : slate.shown) {
    TakeUp& option = options_[contact.option];
    option.slates += static_cast<std::uint64_t>(sign);
    option.contacts += sign * contact.weight;
    if (contact.accepted) accept(contact, sign);
    if (option.slates == 0) options_.erase(contact.option);
  }
}

void TakeUps::accept(const PastContact& contact, std::int64_t sign) {
  TakeUp& option = options_[contact.option];
  option.acceptances += static_cast<std::uint64_t>(sign);
  option.accepted += sign * contact.weight;
}

TakeUp TakeUps::of(decision::OptionId option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? TakeUp{} : found->second;
}

std::size_t TakeUps::memory_bytes() const { return options_.size() * (hash_node_bytes + sizeof(TakeUp)); }

}  // namespace proffer::bandit
