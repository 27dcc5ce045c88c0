// Draws of many Beta laws at once.
#pragma once

#include <cstdint>
#include <span>

namespace proffer::bandit {

// out[i] is draw_beta_log_odds (beta_sampler.h) of alpha[i], beta[i] and RandomStream(seed, streams[i]), to about 1e-15
// and the rounding of log-odds near 0; it depends on nothing else, its place in the arrays included. All spans have the
// same size.
void draw_betas(std::span<const double> alpha, std::span<const double> beta, std::span<const std::uint64_t> streams,
                std::uint64_t seed, std::span<double> out);

// The same by what runs on every machine, to compare with.
void draw_betas_portably(std::span<const double> alpha, std::span<const double> beta,
                         std::span<const std::uint64_t> streams, std::uint64_t seed, std::span<double> out);

}  // namespace proffer::bandit
