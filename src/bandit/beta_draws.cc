#include "bandit/beta_draws.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bandit/beta_sampler.h"
#include "bandit/vectors.h"
#include "bandit/ziggurat.h"

// Most gamma numbers are found at the first attempt of their method: that attempt is made here for eight arms at a
// time, with the random numbers that beta_sampler.cc would use. The few others are left to it.

namespace proffer::bandit {
namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;  // the step of RandomStream

PROFFER_INLINE Words mix(Words z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// 0, or NaN where something did not hold: what is added to a result to spoil it. Comparisons stand inside conditional
// expressions only, since compilers take vectors of truth values apart.
PROFFER_INLINE Vec spoil_unless_less(const Vec& less, const Vec& more) {
  return less < more ? fill(0) : fill(std::nan(""));
}

PROFFER_INLINE Vec spoil_unless_at_least(const Vec& more, const Vec& less) {
  return more >= less ? fill(0) : fill(std::nan(""));
}

// A gamma draw: scale * cube, unless spoiled.
struct Attempt {
  Vec scale;
  Vec log_cube;
  Vec spoil;
};

// A normal number, where its place lies inside the layer.
PROFFER_INLINE Vec first_normal(const Words& random, Vec& spoil) {
  const Ziggurat& normal = ziggurat();
  Vec width;
  Vec inner;
  const Words layer = random & 0xff;
  for (std::size_t i = 0; i < lanes; ++i) {
    width[i] = normal.width[layer[i]];
    inner[i] = normal.width[layer[i] + 1];
  }
  const Vec u = __builtin_convertvector(std::bit_cast<Bits>(random) >> 11, Vec) * 0x1p-52 + 0x1p-53;
  const Vec x = u * width;
  spoil = spoil_unless_less(x * x, inner * inner);
  return x;
}

// Of draw_gamma_from_one, without the squeeze: the logarithms are cheap here.
PROFFER_INLINE Attempt first_gamma(const Vec& shape, const Words& one, const Words& two) {
  constexpr double least_root =
      1e-3;  // smaller ones are left, and so are no numbers of which logarithm() knows nothing
  Attempt attempt;
  attempt.scale = shape - 1.0 / 3.0;
  const Vec x = first_normal(mix(one), attempt.spoil);
  const Vec root = 1 + inverse_root(9 * attempt.scale) * x;
  attempt.spoil += spoil_unless_less(fill(least_root), root);
  const Vec usable = root > least_root ? root : fill(1);
  const Vec v = usable * usable * usable;
  const Vec u = (__builtin_convertvector(mix(two) >> 11, Vec) + 0.5) * 0x1p-53;
  attempt.log_cube = logarithm(v);
  attempt.spoil += spoil_unless_less(logarithm(u), 0.5 * x * x + attempt.scale * (1 - v + attempt.log_cube));
  return attempt;
}

// Shapes for which attempts can be made, and 1 in place of others.
PROFFER_INLINE Vec usable_shape(const Vec& shape, Vec& spoil) {
  spoil = spoil_unless_at_least(shape, fill(1)) + spoil_unless_at_least(fill(greatest_shape), shape);
  const Vec large = shape >= 1.0 ? shape : fill(1);
  return large <= greatest_shape ? large : fill(1);
}

// NaN where no number was found.
PROFFER_INLINE void first_betas(const double* alpha, const double* beta, const std::uint64_t* streams,
                                std::uint64_t mixed_seed, double* out) {
  Vec spoil_alpha;
  Vec spoil_beta;
  const Vec a = usable_shape(load(alpha), spoil_alpha);
  const Vec b = usable_shape(load(beta), spoil_beta);
  const Words start = mix(load(streams) + golden) ^ mixed_seed;
  const Attempt success = first_gamma(a, start + golden, start + 2 * golden);
  const Attempt failure = first_gamma(b, start + 3 * golden, start + 4 * golden);
  const Vec log_odds = logarithm(success.scale / failure.scale) + (success.log_cube - failure.log_cube);
  store(out, log_odds + (spoil_alpha + spoil_beta) + (success.spoil + failure.spoil));
}

PROFFER_INLINE void first_betas_of(const double* alpha, const double* beta, const std::uint64_t* streams,
                                   std::uint64_t mixed_seed, double* out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += lanes) {
    first_betas(alpha + i, beta + i, streams + i, mixed_seed, out + i);
  }
}

using FirstBetas = void (*)(const double* alpha, const double* beta, const std::uint64_t* streams,
                            std::uint64_t mixed_seed, double* out, std::size_t size);

#define PROFFER_FIRST_BETAS(name, attributes)                                                               \
  attributes void first_betas_##name(const double* alpha, const double* beta, const std::uint64_t* streams, \
                                     std::uint64_t mixed_seed, double* out, std::size_t size) {             \
    first_betas_of(alpha, beta, streams, mixed_seed, out, size);                                            \
  }

PROFFER_FIRST_BETAS(plain, )
PROFFER_FIRST_BETAS(avx2, PROFFER_AVX2)
PROFFER_FIRST_BETAS(avx512, PROFFER_AVX512)

struct Arms {
  std::span<const double> alpha;
  std::span<const double> beta;
  std::span<const std::uint64_t> streams;
  std::uint64_t seed;
};

// The last arms, fewer than eight, with others behind them that nobody asks for.
void draw_rest(FirstBetas first, const Arms& arms, std::uint64_t mixed_seed, std::span<double> out) {
  std::array<double, lanes> alpha{};
  std::array<double, lanes> beta{};
  std::array<std::uint64_t, lanes> streams{};
  std::array<double, lanes> drawn{};
  std::ranges::copy(arms.alpha, alpha.begin());
  std::ranges::copy(arms.beta, beta.begin());
  std::ranges::copy(arms.streams, streams.begin());
  first(alpha.data(), beta.data(), streams.data(), mixed_seed, drawn.data(), lanes);
  std::copy_n(drawn.begin(), out.size(), out.begin());
}

void draw(FirstBetas first, const Arms& arms, std::span<double> out) {
  const std::uint64_t mixed_seed = base::mix64(arms.seed);
  const std::size_t whole = out.size() / lanes * lanes;
  first(arms.alpha.data(), arms.beta.data(), arms.streams.data(), mixed_seed, out.data(), whole);
  if (whole < out.size()) {
    const Arms rest{arms.alpha.subspan(whole), arms.beta.subspan(whole), arms.streams.subspan(whole), arms.seed};
    draw_rest(first, rest, mixed_seed, out.subspan(whole));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!std::isnan(out[i])) continue;
    base::RandomStream stream(arms.seed, arms.streams[i]);
    out[i] = draw_beta_log_odds(arms.alpha[i], arms.beta[i], stream);
  }
}

}  // namespace

void draw_betas(std::span<const double> alpha, std::span<const double> beta, std::span<const std::uint64_t> streams,
                std::uint64_t seed, std::span<double> out) {
  static constexpr FirstBetas plain = first_betas_plain;
  static constexpr FirstBetas avx2 = first_betas_avx2;
  static constexpr FirstBetas avx512 = first_betas_avx512;
  static const FirstBetas best = best_of(plain, avx2, avx512);
  draw(best, {alpha, beta, streams, seed}, out);
}

void draw_betas_portably(std::span<const double> alpha, std::span<const double> beta,
                         std::span<const std::uint64_t> streams, std::uint64_t seed, std::span<double> out) {
  draw(first_betas_plain, {alpha, beta, streams, seed}, out);
}

}  // namespace proffer::bandit
