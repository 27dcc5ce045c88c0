// Bounds of models, their training and the jobs that train them; the others are in base/limits.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace proffer::base::limits {

// Jobs.
inline constexpr std::size_t jobs_per_project = 200;  // kept; the oldest that have ended make room
inline constexpr std::size_t jobs_waiting = 16;       // of a node, all projects together, calls that wait included
inline constexpr std::chrono::microseconds job_told_every = std::chrono::seconds{1};
inline constexpr std::chrono::microseconds job_kept_every = std::chrono::seconds{5};
inline constexpr std::chrono::microseconds job_silence = std::chrono::seconds{60};  // then its node is gone

// Training.
inline constexpr double boosting_iterations = 100'000;
inline constexpr double tree_depth = 16;
inline constexpr double borders_per_number = 254;
inline constexpr double one_hot_values = 254;
inline constexpr double training_threads = 64;
inline constexpr std::size_t body_training_bytes = std::size_t{256} << 20;
inline constexpr std::size_t training_rows = 20;  // at least
inline constexpr std::int64_t trials_default = 40;
inline constexpr std::int64_t trials_most = 1'000;

// The global prior.
inline constexpr std::size_t prior_projects_default = 3;
inline constexpr std::size_t prior_projects_most = 1'000;
inline constexpr std::size_t prior_rows = 10'000;  // of one project
inline constexpr std::size_t prior_trials = 20;

// Models.
inline constexpr std::size_t model_versions = 20;  // kept of a use case, the one that serves beside them
inline constexpr std::size_t model_part_bytes = std::size_t{6} << 20;
inline constexpr std::size_t use_case_bytes = 200;

}  // namespace proffer::base::limits
