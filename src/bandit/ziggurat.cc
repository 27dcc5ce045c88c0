#include "bandit/ziggurat.h"

#include <cmath>
#include <numbers>

namespace proffer::bandit {

Ziggurat::Ziggurat() {
  const double tail_mass = std::sqrt(std::numbers::pi / 2) * std::erfc(tail / std::numbers::sqrt2);
  const double area = tail * std::exp(-0.5 * tail * tail) + tail_mass;
  width[0] = area / std::exp(-0.5 * tail * tail);
  width[1] = tail;
  for (std::size_t i = 2; i < layers; ++i) {
    const double above = area / width[i - 1] + std::exp(-0.5 * width[i - 1] * width[i - 1]);
    width[i] = std::sqrt(-2 * std::log(above));
  }
  for (std::size_t i = 0; i <= layers; ++i) height[i] = std::exp(-0.5 * width[i] * width[i]);
}

const Ziggurat& ziggurat() {
  static const Ziggurat table;
  return table;
}

}  // namespace proffer::bandit
