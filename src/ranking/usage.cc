#include "ranking/usage.h"

#include <algorithm>

#include "base/limits.h"

namespace proffer::ranking {

void Usage::contact(base::Time date, std::uint64_t customer, decision::OptionId option, double spend) {
  add(customer, {date, option, false}, spend);
}

void Usage::acceptance(base::Time date, std::uint64_t customer, decision::OptionId option, double spend) {
  add(customer, {date, option, true}, spend);
}

void Usage::add(std::uint64_t customer, const Event& event, double spend) {
  if (spend != 0) {
    if (event.option >= spent_.size()) spent_.resize(event.option + 1);
    spent_[event.option] += spend;
  }
  if (period_.count() > 0) events_[customer].push_back(event);
}

// Sweeping now and then is enough: whoever counts looks at dates.
void Usage::advance(base::Time now) {
  if (period_.count() == 0 || now < next_sweep_) return;
  next_sweep_ = now + period_ / 4 + base::Micros{1};
  for (auto customer = events_.begin(); customer != events_.end();) {
    std::erase_if(customer->second, [&](const Event& event) { return event.date <= now - period_; });
    customer = customer->second.empty() ? events_.erase(customer) : std::next(customer);
  }
}

std::span<const Usage::Event> Usage::events(std::uint64_t customer) const {
  const auto found = events_.find(customer);
  if (found == events_.end()) return {};
  return found->second;
}

void Usage::encode(base::ByteWriter& out) const {
  out.signed_varint(period_.count());
  out.varint(spent_.size());
  for (const double spent : spent_) out.real(spent);
  out.varint(events_.size());
  std::vector<std::uint64_t> customers;  // in order, so that equal states have equal bytes
  for (const auto& [customer, events] : events_) customers.push_back(customer);
  std::ranges::sort(customers);
  for (const auto customer : customers) {
    const auto& events = events_.at(customer);
    out.fixed64(customer);
    out.varint(events.size());
    for (const auto& event : events) {
      out.signed_varint(event.date.time_since_epoch().count());
      out.varint(std::uint64_t{event.option} << 1 | (event.acceptance ? 1 : 0));
    }
  }
}

bool Usage::decode(base::ByteReader& in) {
  const base::Micros period{in.signed_varint()};
  const auto options = in.varint();
  if (!in.ok() || period != period_ || options > base::limits::options_per_campaign) return false;
  spent_.resize(options);
  for (double& spent : spent_) spent = in.real();
  const auto customers = in.varint();
  for (std::uint64_t i = 0; i < customers && in.ok(); ++i) {
    auto& events = events_[in.fixed64()];
    const auto count = in.varint();
    for (std::uint64_t k = 0; k < count && in.ok(); ++k) {
      const base::Time date{base::Micros{in.signed_varint()}};
      const auto packed = in.varint();
      events.push_back({date, static_cast<decision::OptionId>(packed >> 1), (packed & 1) != 0});
    }
  }
  return in.ok();
}

}  // namespace proffer::ranking
