#include "bandit/vector_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bandit/gauss_legendre.h"
#include "bandit/vectors.h"

namespace proffer::bandit {
namespace {

PROFFER_INLINE void density_of(const double* x, const double* softplus, double slope, double power, double offset,
                               double* out, std::size_t size) {
  for (std::size_t t = 0; t < size; t += lanes) {
    store(out + t, exponential(load(x + t) * slope - load(softplus + t) * power - offset));
  }
}

PROFFER_INLINE double integrate_panels(const double* density, const double* half_width, double* tail,
                                       std::size_t panels) {
  const GaussLegendre& rule = gauss_legendre();
  double above = 0;
  for (std::size_t panel = panels; panel-- > 0;) {
    const double* f = density + panel * GaussLegendre::points;
    Vec low{};
    Vec high{};
    for (std::size_t j = 0; j < GaussLegendre::points; ++j) {
      low += load(rule.tail[j].data()) * f[j];
      high += load(rule.tail[j].data() + lanes) * f[j];
    }
    const double h = half_width[panel];
    store(tail + panel * GaussLegendre::points, low * h + above);
    store(tail + panel * GaussLegendre::points + lanes, high * h + above);
    above += h * sum_of(load(rule.weight.data()) * load(f) + load(rule.weight.data() + lanes) * load(f + lanes));
  }
  return above;
}

// q_j' = (1 - p) q_j + p q_{j-1}, in place from the highest j downward.
template <std::size_t Places>
PROFFER_INLINE void count_places(const double* p, double* counts, std::size_t stride, std::size_t places,
                                 std::size_t size) {
  const std::size_t k = Places != 0 ? Places : places;
  for (std::size_t t = 0; t < size; t += lanes) {
    const Vec happens = load(p + t);
    Vec here = load(counts + t);
    store(counts + t, here - happens * here);
    for (std::size_t j = 1; j < k; ++j) {
      const Vec fewer = here;
      here = load(counts + j * stride + t);
      store(counts + j * stride + t, here + happens * (fewer - here));
    }
  }
}

PROFFER_INLINE void count_event(const double* p, double* counts, std::size_t stride, std::size_t places,
                                std::size_t size) {
  switch (places) {
    case 1:
      return count_places<1>(p, counts, stride, places, size);
    case 2:
      return count_places<2>(p, counts, stride, places, size);
    case 3:
      return count_places<3>(p, counts, stride, places, size);
    case 4:
      return count_places<4>(p, counts, stride, places, size);
    default:
      return count_places<0>(p, counts, stride, places, size);
  }
}

// Counts of one panel, which stay in registers while all events are added.
template <std::size_t Places>
PROFFER_INLINE void count_panel(const double* const* tails, std::size_t events, std::size_t t, double* counts,
                                std::size_t stride) {
  Vec low[Places];
  Vec high[Places];
  for (std::size_t j = 0; j < Places; ++j) {
    low[j] = load(counts + j * stride + t);
    high[j] = load(counts + j * stride + t + lanes);
  }
  for (std::size_t event = 0; event < events; ++event) {
    const Vec p_low = load(tails[event] + t);
    const Vec p_high = load(tails[event] + t + lanes);
#pragma GCC unroll 4
    for (std::size_t j = Places - 1; j > 0; --j) {
      low[j] += p_low * (low[j - 1] - low[j]);
      high[j] += p_high * (high[j - 1] - high[j]);
    }
    low[0] -= p_low * low[0];
    high[0] -= p_high * high[0];
  }
  for (std::size_t j = 0; j < Places; ++j) {
    store(counts + j * stride + t, low[j]);
    store(counts + j * stride + t + lanes, high[j]);
  }
}

template <std::size_t Places>
PROFFER_INLINE void count_panels(const double* const* tails, const std::uint32_t* reach, double* counts,
                                 std::size_t stride, std::size_t panels) {
  for (std::size_t i = 0; i < panels; ++i)
    count_panel<Places>(tails, reach[i], i * GaussLegendre::points, counts, stride);
}

PROFFER_INLINE void count_many_events(const double* const* tails, const std::uint32_t* reach, double* counts,
                                      std::size_t stride, std::size_t places, std::size_t panels) {
  static_assert(most_places_of_many == 4);
  switch (places) {
    case 1:
      return count_panels<1>(tails, reach, counts, stride, panels);
    case 2:
      return count_panels<2>(tails, reach, counts, stride, panels);
    case 3:
      return count_panels<3>(tails, reach, counts, stride, panels);
    default:
      return count_panels<4>(tails, reach, counts, stride, panels);
  }
}

PROFFER_INLINE Vec power_of(const Vec& x, std::uint64_t exponent) {
  Vec base = x;
  Vec result = fill(1);
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

// The binomial probabilities b_j = C(m, j) p^j (1 - p)^(m - j), j <= most, of the eight nodes from `p` on.
PROFFER_INLINE void binomial(const Vec& p, std::uint64_t copies, std::size_t most, Vec* b) {
  const Vec fails = 1 - p;
  Vec rest = power_of(fails, copies - most);
  for (std::size_t j = most + 1; j-- > 0; rest *= fails) b[j] = rest;
  Vec chosen = fill(1);
  for (std::size_t j = 1; j <= most; ++j) {
    chosen *= p * (static_cast<double>(copies - j + 1) / static_cast<double>(j));
    b[j] *= chosen;
  }
}

PROFFER_INLINE void count_equal_events(const double* p, std::uint64_t copies, double* counts, std::size_t stride,
                                       std::size_t places, std::size_t size) {
  const std::size_t most = std::min<std::uint64_t>(copies, places - 1);
  Vec b[most_places_of_copies];
  for (std::size_t t = 0; t < size; t += lanes) {
    binomial(load(p + t), copies, most, b);
    for (std::size_t j = places; j-- > 0;) {
      Vec sum{};
      for (std::size_t i = 0; i <= std::min(j, most); ++i) sum += b[i] * load(counts + (j - i) * stride + t);
      store(counts + j * stride + t, sum);
    }
  }
}

PROFFER_INLINE void sum_over_places(const double* counts, std::size_t stride, std::size_t places, double* sums,
                                    std::size_t size) {
  for (std::size_t t = 0; t < size; t += lanes) {
    Vec sum{};
    for (std::size_t j = 0; j < places; ++j) sum += load(counts + j * stride + t);
    store(sums + t, sum);
  }
}

PROFFER_INLINE double dot(const std::array<double, GaussLegendre::points>& weight, const Vec& low, const Vec& high) {
  return sum_of(load(weight.data()) * low + load(weight.data() + lanes) * high);
}

PROFFER_INLINE Integral integral_of(const double* scale, const double* density, const double* chance,
                                    std::size_t panels) {
  const GaussLegendre& rule = gauss_legendre();
  Integral sum;
  for (std::size_t panel = 0; panel < panels; ++panel) {
    const std::size_t t = panel * GaussLegendre::points;
    const Vec low = load(density + t) * load(chance + t);
    const Vec high = load(density + t + lanes) * load(chance + t + lanes);
    sum.value += scale[panel] * dot(rule.weight, low, high);
    sum.roughness += scale[panel] * (std::abs(dot(rule.high[0], low, high)) + std::abs(dot(rule.high[1], low, high)));
  }
  return sum;
}

// One copy of every loop for one instruction set.
#define PROFFER_KERNELS(name, attributes)                                                                            \
  attributes void density_##name(const double* x, const double* softplus, double slope, double power, double offset, \
                                 double* out, std::size_t size) {                                                    \
    density_of(x, softplus, slope, power, offset, out, size);                                                        \
  }                                                                                                                  \
  attributes double integrate_##name(const double* density, const double* half_width, double* tail,                  \
                                     std::size_t panels) {                                                           \
    return integrate_panels(density, half_width, tail, panels);                                                      \
  }                                                                                                                  \
  attributes void count_##name(const double* p, double* counts, std::size_t stride, std::size_t places,              \
                               std::size_t size) {                                                                   \
    count_event(p, counts, stride, places, size);                                                                    \
  }                                                                                                                  \
  attributes void count_many_##name(const double* const* tails, const std::uint32_t* reach, double* counts,          \
                                    std::size_t stride, std::size_t places, std::size_t panels) {                    \
    count_many_events(tails, reach, counts, stride, places, panels);                                                 \
  }                                                                                                                  \
  attributes void count_copies_##name(const double* p, std::uint64_t copies, double* counts, std::size_t stride,     \
                                      std::size_t places, std::size_t size) {                                        \
    count_equal_events(p, copies, counts, stride, places, size);                                                     \
  }                                                                                                                  \
  attributes void sum_places_##name(const double* counts, std::size_t stride, std::size_t places, double* sums,      \
                                    std::size_t size) {                                                              \
    sum_over_places(counts, stride, places, sums, size);                                                             \
  }                                                                                                                  \
  attributes Integral integral_##name(const double* scale, const double* density, const double* chance,              \
                                      std::size_t panels) {                                                          \
    return integral_of(scale, density, chance, panels);                                                              \
  }                                                                                                                  \
  constexpr VectorKernels name##_kernels{density_##name,      integrate_##name,  count_##name,   count_many_##name,  \
                                         count_copies_##name, sum_places_##name, integral_##name};

PROFFER_KERNELS(plain, )
PROFFER_KERNELS(avx2, PROFFER_AVX2)
PROFFER_KERNELS(avx512, PROFFER_AVX512)

}  // namespace

const VectorKernels& vector_kernels() {
  static const VectorKernels& best = best_of(plain_kernels, avx2_kernels, avx512_kernels);
  return best;
}

const VectorKernels& portable_kernels() { return plain_kernels; }

}  // namespace proffer::bandit
