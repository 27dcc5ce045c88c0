// Factors of implicit feedback: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM
// 2008. Users and items get vectors u and v that minimise
//
//   sum over all users and items of c (p - u v)^2 + lambda (sum of |u|^2 + sum of |v|^2)
//
// where p = 1 and c = 1 + 40 w for an item that the user accepted with weight w, else p = 0 and c = 1. With one side
// held fast the other has a closed form (their equations 4 and 5), found in turns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace proffer::bandit {

// Rows of equal length.
struct Factors {
  std::size_t dimensions = 0;
  std::vector<double> values;

  std::size_t rows() const { return dimensions == 0 ? 0 : values.size() / dimensions; }
  std::span<const double> row(std::size_t i) const { return std::span(values).subspan(i * dimensions, dimensions); }
  std::span<double> row(std::size_t i) { return std::span(values).subspan(i * dimensions, dimensions); }
};

// That this row of the other side was accepted, with a weight above 0.
struct Acceptance {
  std::uint32_t row = 0;
  double weight = 0;
};

// One side of the factorization, held fast: gives rows of the other.
class HalfStep {
 public:
  HalfStep(const Factors& fixed, double regularisation);  // `fixed` must outlive it; O(rows * dimensions^2)

  // The best row for one who accepted these; zeros when there are none. O(accepted * dimensions^2 + dimensions^3).
  void solve(std::span<const Acceptance> accepted, std::span<double> row) const;

 private:
  const Factors& fixed_;
  std::vector<double> normal_;  // of the normal equations, without anybody's acceptances: Gram matrix + lambda
};

// items[i] start as they are; users[u] lists what user u accepted. Ends with the items.
void fit_items(std::span<const std::vector<Acceptance>> users, double regularisation, std::size_t sweeps,
               Factors& items);

}  // namespace proffer::bandit
