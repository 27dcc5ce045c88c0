// Rows dealt into parts for cross-validation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calibration/metrics.h"

namespace proffer::calibration {

inline constexpr std::size_t folds = 5;

// A fold, 0 to 4, for each row: each class is dealt out in an order of chance, so that every fold has its share.
std::vector<std::uint8_t> stratified_folds(Labels labels, std::uint64_t seed);

}  // namespace proffer::calibration
