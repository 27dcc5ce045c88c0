// The 16-point Gauss-Legendre rule on [-1, 1], and the integrals of what interpolates a function at its nodes.
#pragma once

#include <array>
#include <cstddef>

namespace proffer::bandit {

struct GaussLegendre {
  static constexpr std::size_t points = 16;
  alignas(64) std::array<double, points> node{};  // ascending
  alignas(64) std::array<double, points> weight{};
  // tail[j][i]: the integral from node i to 1 of the polynomial that is 1 at node j and 0 at the others.
  alignas(64) std::array<std::array<double, points>, points> tail{};

  // With these weights sums over a panel give the Legendre coefficients of degree points - 2 and points - 1. Where they
  // are small the rule, exact up to degree 2 points - 1, has an error of about their square.
  alignas(64) std::array<std::array<double, points>, 2> high{};

  GaussLegendre();
};

const GaussLegendre& gauss_legendre();

}  // namespace proffer::bandit
