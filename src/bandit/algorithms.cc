#include <array>
#include <string>

#include "bandit/algorithm.h"
#include "bandit/binary_thompson.h"
#include "bandit/epsilon_greedy.h"

namespace proffer::bandit {
namespace {

constexpr std::array table{
    Algorithm{"binaryThompson", "", "Each offer scores one draw from the Beta posterior of its take-up.",
              make_binary_thompson},
    Algorithm{"epsilonGreedy", "",
              "Each offer scores its observed take-up, or a uniform random number while it has no contacts.",
              make_epsilon_greedy},
};

std::string title(std::string_view approach, std::string_view sub_approach) {
  std::string title(approach);
  if (!sub_approach.empty()) title.append(" / ").append(sub_approach);
  return title;
}

}  // namespace

std::span<const Algorithm> algorithms() { return table; }

base::Result<const Algorithm*> find_algorithm(std::string_view approach, std::string_view sub_approach) {
  std::string known;
  for (const Algorithm& algorithm : table) {
    if (algorithm.approach == approach && algorithm.sub_approach == sub_approach) return &algorithm;
    if (!known.empty()) known += ", ";
    known += title(algorithm.approach, algorithm.sub_approach);
  }
  return base::fail(base::ErrorKind::invalid,
                    "unknown algorithm '" + title(approach, sub_approach) + "'; known: " + known);
}

}  // namespace proffer::bandit
