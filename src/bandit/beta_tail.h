// P(score > x) of one Beta law at any log-odds x.
#pragma once

#include <vector>

#include "bandit/beta_law.h"
#include "bandit/quadrature_grid.h"

namespace proffer::bandit {

class BetaTail {
 public:
  explicit BetaTail(const BetaLaw& law);

  // Absolute error about 1e-9. O(1): at most one 16-point rule.
  double operator()(double x) const;

 private:
  double integral(double begin, double end) const;

  BetaLaw law_;
  std::vector<Panel> panels_;  // cover what is not negligible
  std::vector<double> above_;  // the mass from the end of each panel upward
  double mass_ = 0;            // of all panels: 1 but for numerical error
};

}  // namespace proffer::bandit
