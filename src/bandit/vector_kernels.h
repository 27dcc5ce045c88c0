// The inner loops of propensities, compiled for several instruction sets; the best one that the machine has is taken
// once. All arrays hold doubles, do not overlap, and have a multiple of 16 entries.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proffer::bandit {

// `roughness` is what the Legendre terms of the highest degrees hold, over all panels: about the square root of the
// error.
struct Integral {
  double value = 0;
  double roughness = 0;
};

struct VectorKernels {
  // out[t] = exp(slope * x[t] - power * softplus[t] - offset)
  void (*density)(const double* x, const double* softplus, double slope, double power, double offset, double* out,
                  std::size_t size);

  // tail[t] = the integral of the density from node t upward, for panels of 16 nodes with the half widths given, plus
  // nothing above the last panel. Returns the integral over everything.
  double (*integrate)(const double* density, const double* half_width, double* tail, std::size_t panels);

  // One more independent event with the probabilities p: counts[j * stride + t] is the probability that exactly j of
  // the events so far happened, for j < places; what is more is dropped.
  void (*count)(const double* p, double* counts, std::size_t stride, std::size_t places, std::size_t size);

  // The same for many events, a panel of 16 nodes after the other: at panel i the first reach[i] of them can happen,
  // with the probabilities tails[event][16 i] and following. places <= most_places_of_many.
  void (*count_many)(const double* const* tails, const std::uint32_t* reach, double* counts, std::size_t stride,
                     std::size_t places, std::size_t panels);

  // `copies` events with the same probabilities at once; places <= most_places_of_copies.
  void (*count_copies)(const double* p, std::uint64_t copies, double* counts, std::size_t stride, std::size_t places,
                       std::size_t size);

  // sums[t] = the sum over places of counts[place * stride + t]
  void (*sum_places)(const double* counts, std::size_t stride, std::size_t places, double* sums, std::size_t size);

  // The integral of density times chance over panels of 16 nodes: the sum of scale * rule(panel), scale being half
  // widths.
  Integral (*integral)(const double* scale, const double* density, const double* chance, std::size_t panels);
};

inline constexpr std::size_t most_places_of_many = 4;
inline constexpr std::size_t most_places_of_copies = 32;

// The best for this machine.
const VectorKernels& vector_kernels();

// What runs everywhere, to compare with.
const VectorKernels& portable_kernels();

}  // namespace proffer::bandit
