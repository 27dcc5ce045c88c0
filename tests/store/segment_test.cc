#include "store/segment.h"

#include <gtest/gtest.h>

#include <random>

#include "conformance/sample_records.h"
#include "store/record_codec.h"

namespace proffer::store {
namespace {

using tests::sample_decision;
using tests::sample_time;

Segment three_records() {
  Segment segment{.first_position = 41, .first_time = sample_time, .records = 0, .body = {}};
  SegmentWriter writer(segment);
  for (const int after : {0, 1, 5'000'000}) {
    const base::Time time = sample_time + base::Micros{after};
    writer.add(time, encode_record(sample_decision(time), time));
  }
  return segment;
}

TEST(Segment, GivesBackItsRecordsWithPositionsAndTimes) {
  const Segment segment = three_records();
  const auto records = records_of(segment);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ((*records)[2].position, 43u);
  EXPECT_EQ((*records)[1].time, sample_time + base::Micros{1});
  EXPECT_EQ((*records)[2].time, sample_time + base::Micros{5'000'000});
  const auto entry = decode_entry((*records)[2]);
  ASSERT_TRUE(entry);
  EXPECT_EQ(std::get<decision::DecisionRecord>(entry->record), sample_decision(entry->time));
  EXPECT_TRUE(segment.holds(43));
  EXPECT_FALSE(segment.holds(44));
  EXPECT_FALSE(segment.holds(40));
}

TEST(Segment, RefusesATruncatedBodyOrAWrongCount) {
  const Segment whole = three_records();
  for (std::size_t size = 0; size < whole.body.size(); ++size) {
    Segment cut = whole;
    cut.body.resize(size);
    EXPECT_FALSE(records_of(cut)) << size;
  }
  for (const std::uint32_t records : {0u, 2u, 4u, 4'000'000'000u}) {
    Segment wrong = whole;
    wrong.records = records;
    EXPECT_FALSE(records_of(wrong)) << records;
  }
}

TEST(Segment, SurvivesAnyBytes) {
  std::mt19937_64 generator(6);
  for (int i = 0; i < 20'000; ++i) {
    Segment segment = three_records();
    for (int flips = 0; flips < 4; ++flips) {
      segment.body[generator() % segment.body.size()] = static_cast<char>(generator());
    }
    const auto records = records_of(segment);
    if (!records) continue;
    for (const auto& record : *records) (void)decode_entry(record);
  }
}

}  // namespace
}  // namespace proffer::store
