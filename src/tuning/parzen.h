// A density over a search space from the points that were seen there: a mixture with one kernel a point, a product over
// the dimensions, and one wide kernel that stands for knowing nothing.
//
// Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011, section 4.2; kernels, bandwidths and
// weights are those of Optuna 5.0 (Watanabe, "Tree-structured Parzen estimator", arXiv 2304.11127, section 3).
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "base/random.h"
#include "tuning/study.h"

namespace proffer::tuning {

// A normal, cut to a range; of whole numbers, the mass of the cell half a step around each.
class NumberKernels {
 public:
  NumberKernels(const Real& range, std::span<const double> seen);
  NumberKernels(const Integer& range, std::span<const double> seen);

  double sample(std::size_t kernel, base::RandomStream& chance) const;
  void add_log_density(double value, std::span<double> by_kernel) const;

 private:
  void make_kernels(std::vector<double> means);
  void make_cells();
  double log_cell(std::size_t kernel, double value) const;
  double scaled(double value) const;
  // Mass of a kernel's normal, uncut, between two places.
  double mass(std::size_t kernel, double from, double to) const;

  bool log_ = false, whole_ = false;
  double smallest_ = 0, largest_ = 0;  // values
  double low_ = 0, high_ = 0;          // the range of the kernels, scaled
  std::vector<double> means_, deviations_, log_masses_;
  std::vector<double> cells_;  // log_cell of a few whole numbers: value * kernels + kernel
};

// Each option has its share of the prior's weight, and the one that was seen 1 more.
class ChoiceKernels {
 public:
  ChoiceKernels(const Choice& range, std::span<const double> seen);

  double sample(std::size_t kernel, base::RandomStream& chance) const;
  void add_log_density(double value, std::span<double> by_kernel) const;

 private:
  std::size_t options_;
  std::vector<double> shares_;  // kernel * options + option
};

class ParzenMixture {
 public:
  // `seen` in the order of their trials: beyond 25 the oldest weigh less.
  ParzenMixture(const Space& space, std::span<const Point* const> seen);

  Point sample(base::RandomStream& chance) const;
  // With the scale of log dimensions, so up to a term that any two mixtures of one space share. O(kernels x
  // dimensions).
  double log_density(const Point& point) const;

 private:
  std::vector<double> weights_;  // of the kernels, the prior's last; they add up to 1
  std::vector<std::variant<NumberKernels, ChoiceKernels>> dimensions_;
};

}  // namespace proffer::tuning
