// What a search looks through, and what it has tried. As in Optuna, smaller values are better.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace proffer::tuning {

struct Real {
  double low = 0, high = 1;  // low < high; above 0 with `log`
  bool log = false;          // differences count by ratio
};
struct Integer {
  std::int64_t low = 0, high = 1;  // both may be taken; low > 0 with `log`
  bool log = false;
};
struct Choice {
  std::size_t options = 2;
};

struct Dimension {
  std::string name;
  std::variant<Real, Integer, Choice> range;
};
using Space = std::vector<Dimension>;

// A value for each dimension: a number, a whole number, or the index of an option.
using Point = std::vector<double>;

struct Trial {
  enum class State : std::uint8_t { running, complete, pruned };
  Point point;
  State state = State::running;
  double value = 0;           // of a complete one
  std::vector<double> steps;  // the value as it was after each step
};

}  // namespace proffer::tuning
