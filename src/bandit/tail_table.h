// P(score > x) of one Beta law at many log-odds x, at the cost of one polynomial each.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "bandit/beta_law.h"
#include "bandit/gauss_legendre.h"

namespace proffer::bandit {

class TailTable {
 public:
  explicit TailTable(const BetaLaw& law);

  const BetaLaw& law() const { return law_; }

  // tails[k] = P(log-odds > x[k]); x ascends, infinities included. Absolute error about 1e-9.
  void find(std::span<const double> x, std::span<double> tails) const;

 private:
  // Between begin and end the tail is a polynomial in u, -1 at the begin and 1 at the end.
  struct Piece {
    double end;
    double middle;
    double inverse_half_width;
    std::array<double, GaussLegendre::points + 1> coefficients;
  };

  BetaLaw law_;
  double begin_ = 0;
  std::vector<Piece> pieces_;  // cover what is not negligible
};

}  // namespace proffer::bandit
