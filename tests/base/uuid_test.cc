#include "base/uuid.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/random.h"

namespace proffer::base {
namespace {

Time time_at(std::int64_t micros) { return Time{Micros{micros}}; }

TEST(Uuid, IsOfVersionSevenAndVariantTwo) {
  const std::string text = make_uuid(time_at(1'700'000'000'123'456), ~0ULL).to_string();
  EXPECT_EQ(text[14], '7');
  EXPECT_EQ(text[19], 'b');  // the two high bits of the nibble are 10
  EXPECT_EQ(text.size(), Uuid::text_size);
}

// RFC 9562, appendix A.6: 2022-02-22T19:22:22Z is 0x017f22e279b0 milliseconds.
TEST(Uuid, BeginsWithTheMillisecondAsTheStandardsExampleDoes) {
  EXPECT_EQ(make_uuid(time_at(1'645'557'742'000'000), 0).to_string(), "017f22e2-79b0-7000-8000-000000000000");
}

TEST(Uuid, GivesBackItsTimeToTheMicrosecond) {
  RandomStream random(1, 0);
  for (int i = 0; i < 10'000; ++i) {
    const Time time = time_at(static_cast<std::int64_t>(random.below(1ULL << 57)));
    ASSERT_EQ(uuid_time(make_uuid(time, random.next())), time);
  }
}

TEST(Uuid, SortsByTimeAsNumberAndAsText) {
  RandomStream random(2, 0);
  Uuid before = make_uuid(time_at(0), random.next());
  Time time = time_at(0);
  for (int i = 0; i < 10'000; ++i) {
    time += Micros{static_cast<std::int64_t>(1 + random.below(1ULL << random.below(40)))};
    const Uuid next = make_uuid(time, random.next());
    ASSERT_LT(before, next);
    ASSERT_LT(before.to_string(), next.to_string());
    before = next;
  }
}

TEST(Uuid, OfAnotherVersionHasNoTime) {
  EXPECT_EQ(uuid_time(*parse_uuid("c232ab00-9414-41ec-b3c8-9f6bdeced846")), std::nullopt);
}

TEST(Uuid, OfAnotherMakerGivesItsMillisecond) {
  const auto uuid = parse_uuid("017f22e2-79b0-7fff-98c4-dc0c0c07398f");
  EXPECT_EQ(uuid_time(*uuid), time_at(1'645'557'742'000'000));
}

TEST(Uuid, ReadsBackWhatItWrites) {
  RandomStream random(3, 0);
  for (int i = 0; i < 10'000; ++i) {
    const Uuid uuid{random.next(), random.next()};
    ASSERT_EQ(parse_uuid(uuid.to_string()), uuid);
  }
}

TEST(Uuid, IsReadInEitherCase) {
  EXPECT_EQ(parse_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), parse_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
}

TEST(Uuid, IsNotReadFromAnythingElse) {
  const std::string good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  ASSERT_TRUE(parse_uuid(good));
  EXPECT_FALSE(parse_uuid(""));
  EXPECT_FALSE(parse_uuid("017f22e279b07cc398c4dc0c0c07398f"));
  EXPECT_FALSE(parse_uuid("{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}"));
  EXPECT_FALSE(parse_uuid(good + "0"));
  EXPECT_FALSE(parse_uuid(good.substr(1)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'g', '-', ' ', '\0', '/', ':', '@', 'G', '`'}) {
      if (good[i] == c) continue;
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(parse_uuid(bad)) << bad;
    }
  }
}

TEST(Uuid, NilIsTheDefault) {
  EXPECT_TRUE(Uuid{}.is_nil());
  EXPECT_EQ(Uuid{}.to_string(), "00000000-0000-0000-0000-000000000000");
  EXPECT_FALSE(make_uuid(time_at(0), 0).is_nil());
}

}  // namespace
}  // namespace proffer::base
