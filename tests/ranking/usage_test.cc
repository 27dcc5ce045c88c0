#include "ranking/usage.h"

#include <gtest/gtest.h>

namespace proffer::ranking {
namespace {

base::Time time_at(std::int64_t micros) { return base::Time{base::Micros{micros}}; }

TEST(Usage, AddsUpWhatEachOptionSpent) {
  Usage usage(base::Micros{0});
  usage.contact(time_at(1), 7, 2, 1.5);
  usage.acceptance(time_at(2), 8, 2, 2);
  EXPECT_EQ(usage.spent(2), 3.5);
  EXPECT_EQ(usage.spent(9), 0);
  EXPECT_TRUE(usage.events(7).empty()) << "no caps: nobody asks";
}

TEST(Usage, RemembersACustomersEventsForThePeriod) {
  Usage usage(base::Micros{100});
  usage.contact(time_at(1), 7, 2, 0);
  usage.acceptance(time_at(50), 7, 3, 0);
  usage.contact(time_at(60), 8, 3, 0);
  ASSERT_EQ(usage.events(7).size(), 2U);
  EXPECT_EQ(usage.events(7)[1].option, 3U);
  EXPECT_TRUE(usage.events(7)[1].acceptance);
  usage.advance(time_at(101));
  EXPECT_EQ(usage.events(7).size(), 1U);
  usage.advance(time_at(1000));
  EXPECT_TRUE(usage.events(7).empty());
  EXPECT_TRUE(usage.events(8).empty());
}

TEST(Usage, ComesBackFromACheckpointButNotWithAnotherPeriod) {
  Usage usage(base::Micros{100});
  usage.contact(time_at(1), 7, 2, 0.25);
  usage.acceptance(time_at(5), 7, 1, 0.5);
  std::string state;
  base::ByteWriter out(state);
  usage.encode(out);
  Usage same(base::Micros{100});
  base::ByteReader in(state);
  ASSERT_TRUE(same.decode(in));
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(same.spent(2), 0.25);
  ASSERT_EQ(same.events(7).size(), 2U);
  EXPECT_EQ(same.events(7)[1].date, time_at(5));
  Usage other(base::Micros{200});
  base::ByteReader again(state);
  EXPECT_FALSE(other.decode(again));
  for (std::size_t size = 0; size < state.size(); ++size) {
    Usage damaged(base::Micros{100});
    base::ByteReader part(std::string_view(state).substr(0, size));
    EXPECT_FALSE(damaged.decode(part)) << size;
  }
}

}  // namespace
}  // namespace proffer::ranking
