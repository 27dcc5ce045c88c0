// Layers of equal area under the density of a standard normal number.
#pragma once

#include <array>

namespace proffer::bandit {

// Marsaglia and Tsang, "The ziggurat method for generating random variables", J. Stat. Software 5(8), 2000, with one
// 64-bit number a draw: its low byte chooses the layer, its high 53 bits the place (Doornik, "An improved ziggurat
// method to generate normal random samples", 2005, shows why these must be different bits).
struct Ziggurat {
  static constexpr int layers = 256;
  static constexpr double tail = 3.6541528853610088;  // where the lowest layer's box ends
  std::array<double, layers + 1>
      width{};  // of layer i, descending; [0] is the box of equal area that stands for the tail
  std::array<double, layers + 1> height{};  // exp(-width^2 / 2)

  Ziggurat();
};

const Ziggurat& ziggurat();

}  // namespace proffer::bandit
