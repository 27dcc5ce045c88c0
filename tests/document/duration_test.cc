#include "document/duration.h"

#include <gtest/gtest.h>

namespace proffer::document {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

TEST(Duration, IsANumberAndAUnit) {
  EXPECT_EQ(parse_duration("7 days"), base::Micros(hours(7 * 24)));
  EXPECT_EQ(parse_duration("1 day"), base::Micros(hours(24)));
  EXPECT_EQ(parse_duration(" 2weeks "), base::Micros(hours(14 * 24)));
  EXPECT_EQ(parse_duration("90 Minutes"), base::Micros(minutes(90)));
  EXPECT_EQ(parse_duration("500 ms"), base::Micros(milliseconds(500)));
  EXPECT_EQ(parse_duration("0 hours"), base::Micros(0));
}

TEST(Duration, HasNoUnitOfVaryingLength) {
  for (const auto* text : {"", "days", "7", "7 months", "1 year", "-1 day", "1.5 days", "7 days ago", "s", "1 s",
                           "200000 days", "99999999999999999999 days"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace proffer::document
