#include "bandit/learned_arms.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "bandit/arm_memory.h"
#include "bandit/arm_weight.h"
#include "base/bytes.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

constexpr std::uint8_t arms_format = 1;

using Memories = std::variant<std::vector<Tally>, std::vector<ContactQueue>, std::vector<CustomerQueue>>;

Memories empty_memories(const Selection& selection) {
  if (selection.personal()) return std::vector<CustomerQueue>{};
  if (selection.ordered()) return std::vector<ContactQueue>{};
  return std::vector<Tally>{};
}

void write_settings(base::ByteWriter& out, const decision::LearningSettings& settings) {
  out.real(settings.success_reward);
  out.real(settings.fail_reward);
  out.signed_varint(settings.processing_window.count());
  out.varint(settings.processing_count);
  out.varint(settings.interaction_count);
  out.real(settings.decay_gamma);
}

decision::LearningSettings read_settings(base::ByteReader& in) {
  decision::LearningSettings settings;
  settings.success_reward = in.real();
  settings.fail_reward = in.real();
  settings.processing_window = base::Micros{in.signed_varint()};
  settings.processing_count = in.varint();
  settings.interaction_count = in.varint();
  settings.decay_gamma = in.real();
  return settings;
}

base::Time read_time(base::ByteReader& in) { return base::Time{base::Micros{in.signed_varint()}}; }

base::Status malformed() { return base::fail(base::ErrorKind::malformed, "learned arms: the stored state is damaged"); }

}  // namespace

Posterior posterior(const decision::LearningSettings& settings, Prior prior, double contacts, double accepted) {
  return {prior.alpha + settings.success_reward * accepted, prior.beta + settings.fail_reward * (contacts - accepted)};
}

struct LearnedArms::State {
  explicit State(const decision::LearningSettings& learning)
      : settings(learning), selection(learning), memories(empty_memories(selection)) {}

  void resize(std::size_t count);
  void renew(decision::OptionId option);
  void set_oldest(decision::OptionId option, base::Time date);
  void expire();
  void expire(decision::OptionId option);
  void forget();
  base::Status decode_arms(base::ByteReader& in);

  decision::LearningSettings settings;
  Selection selection;
  Memories memories;
  base::Time cutoff = base::Time::min();         // contacts of this date and older are outside of the window
  base::Time oldest_of_all = base::Time::max();  // never later than any of `oldest`
  decision::LogOrder newest_position = 0;
  decision::LogOrder forgotten = 0;  // what stands up to here was reset
  // One entry an option:
  std::vector<Prior> priors;
  std::vector<Sums> sums;
  std::vector<base::Time> oldest;  // date of its oldest contact that can drop out
  std::vector<double> alpha, beta, contacts, accepted;
};

void LearnedArms::State::resize(std::size_t count) {
  const std::size_t before = sums.size();
  if (count <= before) return;
  std::visit([&](auto& memory) { memory.resize(count); }, memories);
  priors.resize(count);
  sums.resize(count);
  oldest.resize(count, base::Time::max());
  for (auto* values : {&alpha, &beta, &contacts, &accepted}) values->resize(count);
  for (std::size_t i = before; i < count; ++i) renew(static_cast<decision::OptionId>(i));
}

// After a change of an arm or of its prior.
void LearnedArms::State::renew(decision::OptionId option) {
  contacts[option] = to_real(sums[option].contacts);
  accepted[option] = to_real(sums[option].accepted);
  const auto [a, b] = posterior(settings, priors[option], contacts[option], accepted[option]);
  alpha[option] = a;
  beta[option] = b;
}

void LearnedArms::State::set_oldest(decision::OptionId option, base::Time date) {
  oldest[option] = date;
  oldest_of_all = std::min(oldest_of_all, date);
}

void LearnedArms::State::expire() {
  oldest_of_all = base::Time::max();
  for (decision::OptionId i = 0; i < oldest.size(); ++i) {
    if (oldest[i] <= cutoff) expire(i);
    oldest_of_all = std::min(oldest_of_all, oldest[i]);
  }
}

void LearnedArms::State::expire(decision::OptionId option) {
  std::visit(
      [&](auto& memory) {
        memory[option].expire(selection, cutoff, sums[option]);
        oldest[option] = memory[option].oldest();
      },
      memories);
  renew(option);
}

void LearnedArms::State::forget() {
  forgotten = newest_position;
  oldest_of_all = base::Time::max();
  std::fill(oldest.begin(), oldest.end(), base::Time::max());
  std::fill(sums.begin(), sums.end(), Sums{});
  memories = empty_memories(selection);
  std::visit([&](auto& memory) { memory.resize(sums.size()); }, memories);
  for (decision::OptionId i = 0; i < sums.size(); ++i) renew(i);
}

LearnedArms::LearnedArms(const decision::LearningSettings& settings) : state_(std::make_unique<State>(settings)) {}
LearnedArms::~LearnedArms() = default;
LearnedArms::LearnedArms(LearnedArms&&) noexcept = default;
LearnedArms& LearnedArms::operator=(LearnedArms&&) noexcept = default;

void LearnedArms::resize(decision::OptionId count) { state_->resize(count); }

void LearnedArms::set_prior(decision::OptionId option, Prior prior) {
  assert(option < state_->priors.size());
  state_->priors[option] = prior;
  state_->renew(option);
}

void LearnedArms::contact(decision::OptionId option, base::Time date, decision::LogOrder position,
                          std::uint64_t customer, double weight) {
  State& s = *state_;
  assert(option < s.sums.size() && 0 <= weight && weight <= largest_reward);
  s.newest_position = std::max(s.newest_position, position);
  if (date <= s.cutoff) return;
  const Contact contact{{date, position}, customer, weight};
  std::visit(
      [&](auto& memory) {
        memory[option].add(s.selection, contact, s.sums[option]);
        s.set_oldest(option, memory[option].oldest());
      },
      s.memories);
  s.renew(option);
}

void LearnedArms::accept(decision::OptionId option, base::Time date, decision::LogOrder position) {
  State& s = *state_;
  assert(option < s.sums.size());
  if (position <= s.forgotten) return;
  std::visit([&](auto& memory) { memory[option].accept(s.selection, {date, position}, s.sums[option]); }, s.memories);
  s.renew(option);
}

void LearnedArms::advance(base::Time now) {
  State& s = *state_;
  base::Micros::rep cutoff = 0;
  const bool before_time =
      __builtin_sub_overflow(now.time_since_epoch().count(), s.settings.processing_window.count(), &cutoff);
  if (s.settings.processing_window.count() <= 0 || before_time) return;
  s.cutoff = std::max(s.cutoff, base::Time{base::Micros{cutoff}});
  if (s.oldest_of_all <= s.cutoff) s.expire();
}

void LearnedArms::reset() { state_->forget(); }

std::span<const double> LearnedArms::alpha() const { return state_->alpha; }
std::span<const double> LearnedArms::beta() const { return state_->beta; }
std::span<const double> LearnedArms::contacts() const { return state_->contacts; }
std::span<const double> LearnedArms::accepted() const { return state_->accepted; }

std::string LearnedArms::encode() const {
  const State& s = *state_;
  std::string state;
  base::ByteWriter out(state);
  out.byte(arms_format);
  write_settings(out, s.settings);
  out.signed_varint(s.cutoff.time_since_epoch().count());
  out.varint(s.newest_position);
  out.varint(s.forgotten);
  out.varint(s.sums.size());
  std::visit(
      [&](const auto& memory) {
        for (std::size_t i = 0; i < memory.size(); ++i) memory[i].encode(out, s.sums[i]);
      },
      s.memories);
  return state;
}

base::Status LearnedArms::decode(std::string_view state) {
  base::ByteReader in(state);
  const int version = in.byte();
  if (!in.ok()) return malformed();
  if (version != arms_format) {
    return base::fail(base::ErrorKind::invalid, "learned arms: format version " + std::to_string(version) +
                                                    " is not known here, expected " + std::to_string(arms_format));
  }
  const auto settings = read_settings(in);
  if (!in.ok()) return malformed();
  if (!(settings == state_->settings)) {
    return base::fail(base::ErrorKind::invalid, "learned arms: stored with other learning settings");
  }
  auto decoded = std::make_unique<State>(settings);
  TRY_DO(decoded->decode_arms(in));
  decoded->resize(state_->priors.size());
  std::copy(state_->priors.begin(), state_->priors.end(), decoded->priors.begin());
  for (decision::OptionId i = 0; i < decoded->sums.size(); ++i) decoded->renew(i);
  state_ = std::move(decoded);
  return {};
}

base::Status LearnedArms::State::decode_arms(base::ByteReader& in) {
  cutoff = read_time(in);
  newest_position = in.varint();
  forgotten = in.varint();
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > base::limits::options_per_campaign) return malformed();
  resize(count);
  const bool whole = std::visit(
      [&](auto& memory) {
        for (decision::OptionId i = 0; i < count; ++i) {
          if (!memory[i].decode(in, selection, sums[i])) return false;
          set_oldest(i, memory[i].oldest());
        }
        return in.ok() && in.at_end();
      },
      memories);
  if (!whole) return malformed();
  return {};
}

std::size_t LearnedArms::memory_bytes() const {
  const State& s = *state_;
  constexpr std::size_t flat = sizeof(Prior) + sizeof(Sums) + sizeof(base::Time) + 4 * sizeof(double);
  std::size_t bytes = sizeof s + s.sums.capacity() * flat;
  std::visit(
      [&](const auto& memory) {
        bytes += memory.capacity() * sizeof(memory[0]);
        for (const auto& arm : memory) bytes += arm.memory_bytes();
      },
      s.memories);
  return bytes;
}

}  // namespace proffer::bandit
