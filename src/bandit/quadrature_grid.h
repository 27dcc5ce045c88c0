// Where laws in log-odds are looked at: panels whose edges are multiples of powers of two, each with a 16-point
// Gauss-Legendre rule. Such a grid is a pure function of the laws, and changes rarely when they move a little.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandit/aligned.h"
#include "bandit/beta_law.h"

namespace proffer::bandit {

// [index, index + 1) * 2^exponent.
struct Panel {
  std::int64_t index = 0;
  int exponent = 0;

  double begin() const;
  double end() const;
  bool operator==(const Panel&) const = default;
};

// What a set of laws asks of a grid, gathered one need after the other; their order does not matter.
class PanelChooser {
 public:
  void clear();
  void add(const PanelNeed& need);

  // The widest panels, ascending, that cover [lower, upper] and satisfy all needs overlapping it; empty when there
  // would be more than `most`. Each step of `refinement` halves every panel.
  std::span<const Panel> choose(double lower, double upper, int refinement, std::size_t most);

 private:
  bool split(Panel panel, double lower, double upper, int refinement, std::size_t most);

  std::vector<PanelNeed> needs_;  // the union of what was added, by exponent, in disjoint pieces or nearly so
  std::vector<Panel> panels_;
};

struct QuadratureGrid {
  QuadratureGrid(std::uint64_t id, std::span<const Panel> panels);

  std::size_t size() const { return x.size(); }

  // How many panels begin below x.
  std::size_t panels_below(double limit) const;

  std::uint64_t id;  // no two grids of a thread have the same
  std::vector<Panel> panels;
  std::vector<double> half_width;  // one a panel
  AlignedDoubles x;                // one a node, ascending
  AlignedDoubles softplus;         // log(1 + e^x)
};

// The density of a law at the first out.size() nodes; a multiple of 16.
void density_on(const QuadratureGrid& grid, const BetaLaw& law, std::span<double> out);

}  // namespace proffer::bandit
