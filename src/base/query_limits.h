// The bounds of queries and aggregation pipelines, beside those of base/limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits.h"

namespace proffer::base::limits {

inline constexpr std::size_t filter_values = 1'000;  // of one list, such as that of $in
inline constexpr std::size_t path_components = 100;
inline constexpr std::size_t regex_bytes = 1'000;

inline constexpr std::size_t pipeline_stages = 100;
inline constexpr std::size_t pipeline_operators = 1'000;           // of expressions
inline constexpr std::size_t pipeline_documents_read = 1'000'000;  // of the collection
inline constexpr std::size_t pipeline_documents = 100'000;         // held at a time: groups, what is sorted, results
inline constexpr std::size_t pipeline_bytes = 64 << 20;            // of these, about
inline constexpr std::size_t pipeline_copied_bytes = 64 << 20;     // by the expressions of one stage for one document
inline constexpr std::uint64_t pipeline_steps = 20'000'000;        // documents that go into a stage, in all

}  // namespace proffer::base::limits
