#include "ranking/opening_hours.h"

#include <gtest/gtest.h>

namespace proffer::ranking {
namespace {

using decision::OpeningHours;
using decision::QuietHours;
using decision::TimeRange;

constexpr std::uint8_t monday = 0, tuesday = 1, friday = 4, saturday = 5, sunday = 6;

constexpr std::uint16_t at(int hour, int minute = 0) { return static_cast<std::uint16_t>(hour * 60 + minute); }

WallClock clock_there(std::string_view utc, std::string_view zone) {
  return wall_clock(base::parse_time(utc).value(), base::TimeZone::find(zone).value());
}

OpeningHours open_on(std::uint8_t day, TimeRange range) {
  OpeningHours hours;
  hours.days[day].push_back(range);
  return hours;
}

TEST(TimeOfDay, IsReadInBothManners) {
  EXPECT_EQ(parse_time_of_day("09:00"), at(9));
  EXPECT_EQ(parse_time_of_day("9:05"), at(9, 5));
  EXPECT_EQ(parse_time_of_day(" 22:30 "), at(22, 30));
  EXPECT_EQ(parse_time_of_day("11:00 AM"), at(11));
  EXPECT_EQ(parse_time_of_day("11:00pm"), at(23));
  EXPECT_EQ(parse_time_of_day("12:15 am"), at(0, 15));
  EXPECT_EQ(parse_time_of_day("12 pm"), at(12));
  EXPECT_EQ(parse_time_of_day("24:00"), 1440);
}

TEST(TimeOfDay, IsNotGuessed) {
  for (const auto* text : {"", "9", "25:00", "24:01", "9:5", "9:60", "13:00 pm", "0:30 am", "11:00 xm", "11:00:00",
                           "-1:00", "aa:bb", "11:", ":30", "111:00"}) {
    EXPECT_FALSE(parse_time_of_day(text)) << text;
  }
}

TEST(Weekday, IsReadByItsNameOrThreeLetters) {
  EXPECT_EQ(parse_weekday("monday"), monday);
  EXPECT_EQ(parse_weekday("Sunday"), sunday);
  EXPECT_EQ(parse_weekday("FRI"), friday);
  for (const auto* text : {"", "mo", "mondays", "1"}) EXPECT_FALSE(parse_weekday(text)) << text;
}

TEST(TimeRange, GoesOverMidnightWhenItEndsBeforeItBegins) {
  EXPECT_EQ(parse_time_range("09:00-17:00"), (TimeRange{at(9), at(17)}));
  EXPECT_EQ(parse_time_range("10:00 PM - 2:00 AM"), (TimeRange{at(22), at(2)}));
  EXPECT_EQ(parse_time_range("00:00-24:00"), (TimeRange{0, 1440}));
  for (const auto* text : {"", "09:00", "09:00-", "24:00-09:00", "09:00-17:00-18:00"})
    EXPECT_FALSE(parse_time_range(text)) << text;
}

TEST(OpeningHours, IncludeTheirFirstMinuteAndNotTheirLast) {
  const auto hours = open_on(monday, {at(9), at(17)});
  EXPECT_FALSE(is_open(hours, {monday, at(8, 59)}));
  EXPECT_TRUE(is_open(hours, {monday, at(9)}));
  EXPECT_TRUE(is_open(hours, {monday, at(16, 59)}));
  EXPECT_FALSE(is_open(hours, {monday, at(17)}));
  EXPECT_FALSE(is_open(hours, {tuesday, at(12)}));
}

TEST(OpeningHours, GoOnAfterMidnightIntoTheNextDay) {
  const auto hours = open_on(sunday, {at(22), at(2)});
  EXPECT_TRUE(is_open(hours, {sunday, at(23)}));
  EXPECT_TRUE(is_open(hours, {monday, at(1, 59)}));
  EXPECT_FALSE(is_open(hours, {monday, at(2)}));
  EXPECT_FALSE(is_open(hours, {sunday, at(1)}));  // that would have begun on Saturday
}

TEST(OpeningHours, MayLastADayFromAnyMinute) {
  const auto hours = open_on(friday, {at(9), at(9)});
  EXPECT_TRUE(is_open(hours, {friday, at(9)}));
  EXPECT_TRUE(is_open(hours, {saturday, at(8, 59)}));
  EXPECT_FALSE(is_open(hours, {saturday, at(9)}));
}

TEST(OpeningHours, MayHaveABreak) {
  auto hours = open_on(monday, {at(9), at(12)});
  hours.days[monday].push_back({at(13), at(17)});
  EXPECT_TRUE(is_open(hours, {monday, at(11)}));
  EXPECT_FALSE(is_open(hours, {monday, at(12, 30)}));
  EXPECT_TRUE(is_open(hours, {monday, at(13)}));
}

TEST(WallClock, IsThatOfTheZone) {
  EXPECT_EQ(clock_there("2024-12-20T23:30:00Z", "UTC"), (WallClock{friday, at(23, 30)}));
  EXPECT_EQ(clock_there("2024-12-20T23:30:00Z", "Africa/Johannesburg"), (WallClock{saturday, at(1, 30)}));
  EXPECT_EQ(clock_there("2024-12-20T03:30:00Z", "America/New_York"), (WallClock{3, at(22, 30)}));
}

// Berlin, 2024-03-31: 02:00 becomes 03:00 at 01:00 UTC. 2024-10-27: 03:00 becomes 02:00 at 01:00 UTC.
TEST(QuietHours, FollowTheWallWhenSummerTimeBeginsAndEnds) {
  const std::vector<QuietHours> rules{{{at(22), at(2, 30)}, decision::every_day, {}}};
  const auto quiet = [&](std::string_view utc) {
    return quiet_by(rules, clock_there(utc, "Europe/Berlin"), "api").has_value();
  };
  EXPECT_TRUE(quiet("2024-03-31T00:59:59Z"));   // 01:59:59
  EXPECT_FALSE(quiet("2024-03-31T01:00:00Z"));  // 03:00: half an hour of quiet is left out
  EXPECT_TRUE(quiet("2024-10-27T00:29:00Z"));   // 02:29 of summer time
  EXPECT_FALSE(quiet("2024-10-27T00:30:00Z"));  // 02:30
  EXPECT_TRUE(quiet("2024-10-27T01:00:00Z"));   // 02:00 once more
  EXPECT_FALSE(quiet("2024-10-27T01:30:00Z"));
}

TEST(QuietHours, HoldOnTheirDaysAndChannels) {
  const decision::Weekdays weekend = 0b1100000;
  const std::vector<QuietHours> rules{{{at(8), at(9)}, decision::every_day, {"mail"}}, {{at(22), at(7)}, weekend, {}}};
  EXPECT_EQ(quiet_by(rules, {tuesday, at(8)}, "mail"), 0U);
  EXPECT_EQ(quiet_by(rules, {tuesday, at(8)}, "api"), std::nullopt);
  EXPECT_EQ(quiet_by(rules, {sunday, at(23)}, "api"), 1U);
  EXPECT_EQ(quiet_by(rules, {monday, at(6)}, "api"), 1U);  // begun on Sunday
  EXPECT_EQ(quiet_by(rules, {tuesday, at(6)}, "api"), std::nullopt);
  EXPECT_EQ(quiet_by(rules, {friday, at(23)}, "api"), std::nullopt);
}

TEST(WallClock, CanBeSetByTheCaller) {
  const WallClock actual{tuesday, at(3)};
  EXPECT_EQ(set_wall_clock(actual, "monday", "11:00 AM"), (WallClock{monday, at(11)}));
  EXPECT_EQ(set_wall_clock(actual, std::nullopt, "11:00"), (WallClock{tuesday, at(11)}));
  EXPECT_EQ(set_wall_clock(actual, "sun", std::nullopt), (WallClock{sunday, at(3)}));
  EXPECT_EQ(set_wall_clock(actual, std::nullopt, std::nullopt), actual);
  EXPECT_FALSE(set_wall_clock(actual, "someday", std::nullopt));
  EXPECT_FALSE(set_wall_clock(actual, std::nullopt, "24:00"));
}

}  // namespace
}  // namespace proffer::ranking
