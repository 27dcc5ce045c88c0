// Candidates for tests: the arms of each, and the arrays that a view of them looks at.
#pragma once

#include <cmath>

#include <cstdint>
#include <utility>
#include <vector>

#include "bandit/algorithm.h"
#include "base/random.h"

namespace proffer::bandit {

struct TestArm {
  double alpha = 1;
  double beta = 1;
  double contacts = 0;
  double accepted = 0;
  double scale = 1;
};

inline TestArm after(double accepted, double contacts) { return {1, 1, contacts, accepted}; }

class TestCandidates {
 public:
  // One list a candidate; its first arm speaks.
  explicit TestCandidates(const std::vector<std::vector<TestArm>>& candidates) {
    for (const auto& arms : candidates) add(arms);
  }

  explicit TestCandidates(const std::vector<TestArm>& arms) {
    for (const auto& arm : arms) add({arm});
  }

  Candidates view() const { return {alpha_, beta_, contacts_, accepted_, stream_, first_, speaker_, value_}; }
  Candidates scaled_view() const {
    Candidates candidates = view();
    candidates.scale = scale_;
    return candidates;
  }

  // What a model says, one entry an arm.
  void set_values(std::vector<double> values) { value_ = std::move(values); }
  std::size_t size() const { return speaker_.size(); }

 private:
  void add(const std::vector<TestArm>& arms) {
    speaker_.push_back(static_cast<std::uint32_t>(alpha_.size()));
    for (const TestArm& arm : arms) {
      stream_.push_back(base::mix64(alpha_.size() + 1));
      alpha_.push_back(arm.alpha);
      beta_.push_back(arm.beta);
      contacts_.push_back(arm.contacts);
      accepted_.push_back(arm.accepted);
      scale_.push_back(arm.scale);
    }
    first_.push_back(static_cast<std::uint32_t>(alpha_.size()));
  }

  std::vector<double> alpha_, beta_, contacts_, accepted_, scale_;
  std::vector<std::uint64_t> stream_;
  std::vector<std::uint32_t> first_{0};
  std::vector<std::uint32_t> speaker_;
  std::vector<double> value_;
};

// A slate with the candidate in the place, filled up with others.
inline std::vector<std::uint32_t> slate_with(std::uint32_t candidate, std::size_t place, std::size_t places) {
  std::vector<std::uint32_t> shown;
  for (std::uint32_t other = 0; shown.size() < places; ++other) {
    if (shown.size() == place)
      shown.push_back(candidate);
    else if (other != candidate)
      shown.push_back(other);
    else
      continue;
    if (shown.back() == candidate && other != candidate) --other;
  }
  return shown;
}

// Families of arms as they occur, and worse.
enum class Family { young, mature, processed, mixed, extreme, tiny_shapes, equal, count };

inline TestArm random_arm(Family family, base::RandomStream& random) {
  const auto after = [&](double shown, double rate, double fail = 1) {
    const double taken = std::floor(shown * rate * (0.5 + random.uniform()));
    return TestArm{1 + taken, 1 + fail * (shown - taken), shown, taken};
  };
  const auto log_uniform = [&](double low, double high) { return low * std::pow(high / low, random.uniform()); };
  switch (family) {
    case Family::young:
      return after(static_cast<double>(random.below(20)), 0.1);
    case Family::mature:
      return after(std::floor(log_uniform(5'000, 50'000)), 0.008);
    case Family::processed:
      return after(static_cast<double>(random.below(1001)), 0.02, 0.1);
    case Family::mixed:
      return random_arm(random.below(3) == 0 ? Family::young : Family::mature, random);
    case Family::extreme:
      return after(std::floor(random.below(2) == 0 ? 1e6 * (1 + random.uniform()) : 0), 0.01);
    case Family::tiny_shapes:
      return {log_uniform(1e-3, 3), log_uniform(1e-3, 3)};
    default:
      return {3, 200, 202, 2};
  }
}

}  // namespace proffer::bandit
