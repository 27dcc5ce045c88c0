#include "base/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/random.h"

namespace proffer::base {
namespace {

TEST(NumberText, IntegralValuesHaveNeitherFractionNorExponent) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(1), "1");
  EXPECT_EQ(number_text(-42), "-42");
  EXPECT_EQ(number_text(1e14), "100000000000000");
  EXPECT_EQ(number_text(999'999'999'999'999), "999999999999999");
}

TEST(NumberText, OtherValuesAreTheShortestThatReadsBackTheSame) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(1.2), "1.2");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number_text(-2.5), "-2.5");
}

TEST(NumberText, HasAnExponentOnlyBelowAMillionthAndFromTenToTheFifteenth) {
  EXPECT_EQ(number_text(1e-6), "0.000001");
  EXPECT_EQ(number_text(1.5e-6), "0.0000015");
  EXPECT_EQ(number_text(9.5e-7), "9.5e-07");
  EXPECT_EQ(number_text(-9.5e-7), "-9.5e-07");
  EXPECT_EQ(number_text(999'999'999'999'999.9), "999999999999999.9");
  EXPECT_NE(number_text(1.5e15).find('e'), std::string::npos);
  EXPECT_NE(number_text(1e300).find('e'), std::string::npos);
}

TEST(NumberText, WritesNanAndInfinitiesAsNull) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "null");
}

TEST(NumberText, WritesWholeIntegersToTheirLimits) {
  std::string text;
  append_number(text, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(text, "-9223372036854775808");
  append_number(text, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(text, "-92233720368547758089223372036854775807");
}

TEST(NumberText, ReadsBackTheSameForAnyBits) {
  RandomStream random(5, 0);
  for (int i = 0; i < 200'000; ++i) {
    const auto value = std::bit_cast<double>(random.next());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(std::strtod(number_text(value).c_str(), nullptr), value) << "round " << i;
  }
}

TEST(NumberText, ReadsBackTheSameInTheRangeWithoutExponent) {
  RandomStream random(6, 0);
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.uniform() * std::pow(10.0, static_cast<double>(random.below(21)) - 6);
    if (value < 1e-6) continue;
    const std::string text = number_text(value);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    ASSERT_TRUE(value >= 1e15 || text.find('e') == std::string::npos) << text;
  }
}

}  // namespace
}  // namespace proffer::base
