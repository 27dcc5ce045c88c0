#include "bandit/beta_tail.h"

#include <algorithm>
#include <cmath>

#include "bandit/gauss_legendre.h"

namespace proffer::bandit {

BetaTail::BetaTail(const BetaLaw& law) : law_(law) {
  constexpr std::size_t most_panels = 1'000;  // one law needs a few dozen
  PanelChooser chooser;
  const PanelNeeds needs = needs_of(law);
  for (const PanelNeed& need : needs.always) chooser.add(need);
  chooser.add(needs.upper_core[few]);
  const auto panels = chooser.choose(law.lower, law.upper, 0, most_panels);
  panels_.assign(panels.begin(), panels.end());
  above_.resize(panels_.size());
  for (std::size_t i = panels_.size(); i-- > 0;) {
    above_[i] = mass_;
    mass_ += integral(panels_[i].begin(), panels_[i].end());
  }
}

double BetaTail::operator()(double x) const {
  if (x >= panels_.back().end()) return 0;
  if (x <= panels_.front().begin()) return 1;
  const auto panel = std::ranges::partition_point(panels_, [&](const Panel& p) { return p.end() <= x; });
  const double above = above_[static_cast<std::size_t>(panel - panels_.begin())];
  return std::min(1.0, (above + integral(x, panel->end())) / mass_);
}

double BetaTail::integral(double begin, double end) const {
  const GaussLegendre& rule = gauss_legendre();
  const double h = (end - begin) / 2;
  double sum = 0;
  for (std::size_t i = 0; i < GaussLegendre::points; ++i) {
    sum += rule.weight[i] * std::exp(law_.log_density(begin + h + h * rule.node[i]));
  }
  return h * sum;
}

}  // namespace proffer::bandit
