// Numbers as JSON text: integral values without fraction or exponent, others as the shortest text that
// reads back the same, without exponent for 1e-6 <= |x| < 1e15.
#pragma once

#include <cstdint>
#include <string>

namespace proffer::base {

// Appends `value`; NaN and infinities, which JSON cannot say, as null.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);

std::string number_text(double value);

}  // namespace proffer::base
