#include "store/record_codec.h"

#include <gtest/gtest.h>

#include <random>

#include "conformance/sample_records.h"

namespace proffer::store {
namespace {

using tests::RandomRecords;
using tests::sample_decision;
using tests::sample_time;

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[c & 0xf];
  }
  return hex;
}

TEST(RecordCodec, RoundTripsRandomRecordsExactly) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomRecords random(seed);
    for (int i = 0; i < 200; ++i) {
      const auto record = random.next(sample_time);
      const auto decoded = decode_record(encode_record(record, sample_time), sample_time);
      ASSERT_TRUE(decoded) << decoded.error().message;
      ASSERT_TRUE(*decoded == record) << i;
    }
  }
}

TEST(RecordCodec, KeepsTheBitsOfNumbersThatCompareEqual) {
  auto record = sample_decision(sample_time);
  record.shown[0].score = -0.0;
  record.shown[0].contacts = -0.0;
  record.shown[1].contacts = 0x1p53 + 2;
  record.shown[2].learning_reward = 0.5;
  const auto decoded = decode_record(encode_record(record, sample_time), sample_time);
  const auto& shown = std::get<decision::DecisionRecord>(decoded.value()).shown;
  EXPECT_TRUE(std::signbit(shown[0].score));
  EXPECT_TRUE(std::signbit(shown[0].contacts));
  EXPECT_EQ(shown[1].contacts, 0x1p53 + 2);
  EXPECT_EQ(shown[2].learning_reward, 0.5);
}

TEST(RecordCodec, AnOrdinaryDecisionOfThreeOffersFitsIn200Bytes) {
  EXPECT_LE(encode_record(sample_decision(sample_time), sample_time).size(), 200u);
}

// These bytes stand in files. When this test fails, the format has changed: give it a new version.
TEST(RecordCodec, VersionOneHasTheseBytes) {
  EXPECT_EQ(to_hex(encode_record(decision::ResetRecord{300}, sample_time)), "14ac02");
  EXPECT_EQ(to_hex(encode_record(decision::DefinitionRecord{1, 2, true, std::nullopt}, sample_time)), "150180800202");
  decision::DecisionRecord record;
  record.uuid = base::make_uuid(sample_time, 1);
  record.campaign = 5;
  record.campaign_version = 6;
  record.customer = "c";
  record.in_params = "{}";
  record.eligible = 9;
  record.shown.push_back({.option = 2, .score = 1, .slot_propensity = 0.5, .slate_propensity = 0.5, .contacts = 300});
  EXPECT_EQ(to_hex(encode_record(record, sample_time)),
            "11050163"          // version and kind, campaign, customer
            "0006"              // flags, version of the campaign
            "0100000000000080"  // lower half of the uuid
            "010900"            // asked, eligible, duration
            "01"                // offers
            "020e"              // option, flags
            "000000000000f03f000000000000e03f"
            "ac0200");  // contacts, accepted
}

TEST(RecordCodec, RefusesEveryTruncation) {
  RandomRecords random(3);
  for (int i = 0; i < 50; ++i) {
    const std::string bytes = encode_record(random.next(sample_time), sample_time);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_record(std::string_view(bytes).substr(0, size), sample_time)) << i << " cut at " << size;
    }
    EXPECT_FALSE(decode_record(bytes + '\0', sample_time)) << "something behind the end";
  }
}

TEST(RecordCodec, SurvivesAnyBytes) {
  RandomRecords random(4);
  std::mt19937_64 generator(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = encode_record(random.next(sample_time), sample_time);
    for (int flips = 0; flips < 3; ++flips) bytes[generator() % bytes.size()] = static_cast<char>(generator());
    (void)decode_record(bytes, sample_time);
    (void)peek_record(bytes);
  }
}

TEST(RecordCodec, RefusesAnUnknownVersionAndKind) {
  EXPECT_FALSE(decode_record("\x24\x01", sample_time));
  EXPECT_FALSE(decode_record("\x1f\x01", sample_time));
  EXPECT_FALSE(peek_record("\x24\x01"));
  EXPECT_TRUE(decode_record("\x14\x01", sample_time));
}

TEST(RecordCodec, PeeksAtKindCampaignAndCustomer) {
  const std::string bytes = encode_record(sample_decision(sample_time, "someone", 4'000'000'000u), sample_time);
  const auto header = peek_record(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->kind, RecordKind::decision);
  EXPECT_EQ(header->campaign, 4'000'000'000u);
  EXPECT_EQ(header->customer, "someone");
  EXPECT_EQ(peek_record(encode_record(decision::ResetRecord{7}, sample_time))->campaign, 7u);
  EXPECT_FALSE(peek_record(""));
}

}  // namespace
}  // namespace proffer::store
