#include "bandit/personal_arms.h"

#include <algorithm>

namespace proffer::bandit {

PersonalArms::PersonalArms(const decision::LearningSettings& settings, std::size_t persons)
    : settings_(settings), limit_(persons) {}

// The person, moved to the front, made when he is new.
PersonalArms::Person& PersonalArms::at_front(std::uint64_t id, decision::LogOrder position) {
  if (const auto found = known_.find(id); found != known_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return order_.front();
  }
  if (order_.size() >= limit_) {
    known_.erase(order_.back().id);
    order_.pop_back();
  }
  order_.push_front({id, position, {}, LearnedArms(settings_)});
  known_[id] = order_.begin();
  return order_.front();
}

decision::OptionId PersonalArms::arm_of(Person& person, decision::OptionId option) {
  const auto found = std::ranges::find(person.options, option);
  const auto arm = static_cast<decision::OptionId>(found - person.options.begin());
  if (found != person.options.end()) return arm;
  person.options.push_back(option);
  person.arms.resize(arm + 1);
  person.arms.set_prior(arm, {0, 0});  // the caller of add() knows the prior
  return arm;
}

void PersonalArms::contact(std::uint64_t id, decision::OptionId option, base::Time date, decision::LogOrder position,
                           std::uint64_t customer, double weight) {
  newest_ = std::max(newest_, position);
  auto& person = at_front(id, position);
  person.arms.contact(arm_of(person, option), date, position, customer, weight);
}

void PersonalArms::accept(std::uint64_t id, decision::OptionId option, base::Time date, decision::LogOrder position) {
  const auto found = known_.find(id);
  if (found == known_.end() || position <= forgotten_ || position < found->second->since) return;
  auto& person = *found->second;
  if (std::ranges::find(person.options, option) == person.options.end()) return;
  person.arms.accept(arm_of(person, option), date, position);
}

void PersonalArms::reset() {
  forgotten_ = newest_;
  known_.clear();
  order_.clear();
}

void PersonalArms::add(std::uint64_t id, base::Time now, const ArmCounts& values) {
  const auto found = known_.find(id);
  if (found == known_.end()) return;
  auto& person = *found->second;
  person.arms.advance(now);
  for (std::size_t arm = 0; arm < person.options.size(); ++arm) {
    const auto option = person.options[arm];
    if (option >= values.alpha.size()) continue;
    values.alpha[option] += person.arms.alpha()[arm];
    values.beta[option] += person.arms.beta()[arm];
    values.contacts[option] = person.arms.contacts()[arm];
    values.accepted[option] = person.arms.accepted()[arm];
  }
}

void PersonalArms::encode(base::ByteWriter& out) const {
  out.varint(newest_);
  out.varint(forgotten_);
  out.varint(order_.size());
  for (const auto& person : order_) {
    out.fixed64(person.id);
    out.varint(person.since);
    out.varint(person.options.size());
    for (const auto option : person.options) out.varint(option);
    out.text(person.arms.encode());
  }
}

bool PersonalArms::decode_person(base::ByteReader& in, Person& person) {
  person.id = in.fixed64();
  person.since = in.varint();
  const auto options = in.varint();
  if (!in.ok() || options > in.remaining()) return false;
  for (std::size_t i = 0; i < options; ++i) {
    person.options.push_back(static_cast<decision::OptionId>(in.varint()));
    person.arms.resize(static_cast<decision::OptionId>(i + 1));
    person.arms.set_prior(static_cast<decision::OptionId>(i), {0, 0});
  }
  return in.ok() && person.arms.decode(in.text()).has_value();
}

bool PersonalArms::decode(base::ByteReader& in) {
  newest_ = in.varint();
  forgotten_ = in.varint();
  const auto persons = in.varint();
  if (!in.ok() || persons > limit_) return false;
  for (std::size_t i = 0; i < persons; ++i) {
    order_.push_back({0, 0, {}, LearnedArms(settings_)});
    if (!decode_person(in, order_.back())) return false;
    known_[order_.back().id] = std::prev(order_.end());
  }
  return true;
}

}  // namespace proffer::bandit
