#include "base/time_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace proffer::base {
namespace {

Time at(std::int64_t micros) { return Time{Micros{micros}}; }

Time read(std::string_view text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(Time{});
}

std::string in_zone(std::string_view zone, std::string_view time) { return TimeZone::find(zone)->format(read(time)); }

TEST(TimeText, UtcHasMicrosecondsAndAZ) {
  EXPECT_EQ(TimeZone().format(at(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(TimeZone().format(read("2024-12-20T13:04:43.000774Z")), "2024-12-20T13:04:43.000774Z");
  EXPECT_EQ(TimeZone().format(at(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, AZoneWithoutSummerTimeHasItsOffset) {
  EXPECT_EQ(in_zone("Africa/Johannesburg", "2024-12-20T13:04:43.000774Z"), "2024-12-20T15:04:43.000774+02:00");
  EXPECT_EQ(in_zone("Africa/Johannesburg", "2024-12-31T23:30:00Z"), "2025-01-01T01:30:00.000000+02:00");
}

TEST(TimeText, ZonesBehindUtcAndOfHalfHoursHaveTheirOffset) {
  EXPECT_EQ(in_zone("America/St_Johns", "2024-01-01T00:00:00Z"), "2023-12-31T20:30:00.000000-03:30");
  EXPECT_EQ(in_zone("Asia/Kathmandu", "2024-01-01T00:00:00Z"), "2024-01-01T05:45:00.000000+05:45");
}

// Berlin 2024: summer time from 31 March 01:00 UTC to 27 October 01:00 UTC.
TEST(TimeText, BerlinChangesToSummerTimeAndBack) {
  EXPECT_EQ(in_zone("Europe/Berlin", "2024-03-31T00:59:59.999999Z"), "2024-03-31T01:59:59.999999+01:00");
  EXPECT_EQ(in_zone("Europe/Berlin", "2024-03-31T01:00:00Z"), "2024-03-31T03:00:00.000000+02:00");
  EXPECT_EQ(in_zone("Europe/Berlin", "2024-10-27T00:30:00Z"), "2024-10-27T02:30:00.000000+02:00");
  EXPECT_EQ(in_zone("Europe/Berlin", "2024-10-27T01:30:00Z"), "2024-10-27T02:30:00.000000+01:00");
}

TEST(TimeText, FieldsAreThoseOfTheWallClockThere) {
  const auto fields = TimeZone::find("Africa/Johannesburg")->fields(read("2024-12-31T23:30:59.999999Z"));
  EXPECT_EQ(fields.year, 2025);
  EXPECT_EQ(fields.month, 1);
  EXPECT_EQ(fields.day, 1);
  EXPECT_EQ(fields.hour, 1);
  EXPECT_EQ(fields.minute, 30);
}

TEST(TimeText, AnUnknownZoneIsNotFound) {
  EXPECT_FALSE(TimeZone::find("Europe/Atlantis"));
  EXPECT_FALSE(TimeZone::find("../../etc/passwd"));
  EXPECT_TRUE(TimeZone::find(""));
  EXPECT_TRUE(TimeZone::find("UTC"));
}

TEST(TimeText, ReadsTheFormsOfIso8601ThatClientsSend) {
  const Time expected = at(1'734'699'883'000'774);
  EXPECT_EQ(read("2024-12-20T13:04:43.000774Z"), expected);
  EXPECT_EQ(read("2024-12-20 13:04:43.000774"), expected);
  EXPECT_EQ(read("2024-12-20T15:04:43.000774+02:00"), expected);
  EXPECT_EQ(read("2024-12-20T15:04:43.000774+0200"), expected);
  EXPECT_EQ(read("2024-12-20T09:34:43.000774-03:30"), expected);
  EXPECT_EQ(read("2024-12-20T13:04:43.000774999Z"), expected);
  EXPECT_EQ(read("2024-12-20T13:04:43.5Z"), at(1'734'699'883'500'000));
  EXPECT_EQ(read("2024-12-20T13:04:43Z"), at(1'734'699'883'000'000));
  EXPECT_EQ(read("2024-12-20"), at(1'734'652'800'000'000));
  EXPECT_EQ(read("2024-02-29"), at(1'709'164'800'000'000));
  EXPECT_EQ(read("1969-12-31T23:59:59.999999Z"), at(-1));
}

TEST(TimeText, DoesNotReadWhatIsNoTime) {
  const std::vector<std::string> bad = {
      "",
      "now",
      "2024",
      "2024-12",
      "2024-12-",
      "2024-1-1",
      "2024-13-01",
      "2024-00-01",
      "2024-12-00",
      "2024-12-32",
      "2023-02-29",
      "2024-12-20T",
      "2024-12-20Z",
      "2024-12-20T13",
      "2024-12-20T13:04",
      "2024-12-20T24:00:00Z",
      "2024-12-20T13:60:00Z",
      "2024-12-20T13:04:60Z",
      "2024-12-20T13:04:43.Z",
      "2024-12-20T13:04:43.+02:00",
      "2024-12-20T13:04:43+2:00",
      "2024-12-20T13:04:43+15:00",
      "2024-12-20T13:04:43+02:60",
      "2024-12-20T13:04:43+02",
      "2024-12-20T13:04:43ZZ",
      "2024-12-20T13:04:43Z ",
      " 2024-12-20",
      "2024-12-20x13:04:43Z",
      "2024/12/20",
      "+024-12-20",
      "-024-12-20",
      "2024-+1-20",
      "2024-12-20T-1:04:43Z",
  };
  for (const auto& text : bad) EXPECT_FALSE(parse_time(text)) << text;
}

TEST(TimeText, ReadsBackWhatItWritesInEveryZone) {
  RandomStream random(7, 0);
  for (const auto* name : {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"}) {
    const auto zone = TimeZone::find(name);
    ASSERT_TRUE(zone) << name;
    for (int i = 0; i < 2'000; ++i) {
      const Time time = at(static_cast<std::int64_t>(random.below(4'000'000'000'000'000ULL)));
      ASSERT_EQ(parse_time(zone->format(time)), time) << zone->format(time);
    }
  }
}

TEST(TimeZone, ReadsTheWallClockAndBack) {
  const auto berlin = TimeZone::find("Europe/Berlin").value();
  const auto at = [](std::string_view text) { return parse_time(text).value(); };
  EXPECT_EQ(berlin.moment(berlin.read(at("2024-07-01T12:00:00Z"))), at("2024-07-01T12:00:00Z"));
  EXPECT_EQ(parse_time("2024-07-01T12:00:00", berlin), at("2024-07-01T10:00:00Z"));
  EXPECT_EQ(parse_time("2024-07-01", berlin), at("2024-06-30T22:00:00Z"));
  EXPECT_EQ(parse_time("2024-07-01T12:00:00Z", berlin), at("2024-07-01T12:00:00Z"));
  EXPECT_FALSE(parse_time("2024-07-01T", berlin));
  // 02:30 does not exist on the first of these days, and is twice on the second.
  EXPECT_EQ(parse_time("2024-03-31T02:30:00", berlin), at("2024-03-31T01:00:00Z"));
  EXPECT_EQ(parse_time("2024-10-27T02:30:00", berlin), at("2024-10-27T00:30:00Z"));
}

TEST(TimeZone, CountsByTheCalendar) {
  const auto berlin = TimeZone::find("Europe/Berlin").value();
  const auto at = [](std::string_view text) { return parse_time(text).value(); };
  EXPECT_EQ(berlin.start_of_day(at("2024-10-27T22:59:00Z")), at("2024-10-26T22:00:00Z"));
  EXPECT_EQ(berlin.add_calendar(at("2024-10-26T22:00:00Z"), 0, 1), at("2024-10-27T23:00:00Z"));  // 25 hours
  EXPECT_EQ(TimeZone().add_calendar(at("2024-01-31T08:00:00Z"), 1, 0), at("2024-02-29T08:00:00Z"));
  EXPECT_EQ(TimeZone().add_calendar(at("2024-03-31T08:00:00Z"), -1, -1), at("2024-02-28T08:00:00Z"));
}

}  // namespace
}  // namespace proffer::base
