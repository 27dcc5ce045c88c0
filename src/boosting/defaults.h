// What CatBoost 1.2 chooses where a parameter is left open.
#pragma once

#include "boosting/train.h"

namespace proffer::boosting {

// min(0.5, exp(A ln rows + B) (iterations / 1000)^C), rounded to six digits. A, B and C by loss, and by whether rows
// are held out; those of logloss as published, those of rmse from what CatBoost 1.2.10 chose for tables of two sizes
// and three numbers of iterations.
double automatic_learning_rate(Loss loss, bool held_out, std::size_t rows, std::uint32_t iterations);

// 1 for rmse, and for logloss with fewer than 200 iterations and 20 features; else 10.
std::uint32_t automatic_leaf_iterations(Loss loss, std::uint32_t iterations, std::size_t features);

}  // namespace proffer::boosting
