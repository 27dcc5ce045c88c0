#include "base/bytes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"

namespace proffer::base {
namespace {

TEST(Bytes, SmallNumbersTakeOneByteAndNumbersAreLittleEndian) {
  std::string out;
  ByteWriter writer(out);
  writer.varint(127);
  writer.varint(128);
  writer.signed_varint(-1);
  writer.signed_varint(63);
  writer.fixed64(0x0102030405060708);
  writer.text("ab");
  EXPECT_EQ(out, std::string("\x7f\x80\x01\x01\x7e\x08\x07\x06\x05\x04\x03\x02\x01\x02") + "ab");
}

TEST(Bytes, ReadsBackEveryKindOfNumber) {
  const std::vector<std::uint64_t> numbers = {0, 1, 127, 128, 16383, 16384, 1ULL << 32, 1ULL << 63, ~0ULL};
  for (const auto number : numbers) {
    std::string out;
    ByteWriter writer(out);
    writer.varint(number);
    writer.fixed64(number);
    writer.signed_varint(static_cast<std::int64_t>(number));
    ByteReader reader(out);
    EXPECT_EQ(reader.varint(), number);
    EXPECT_EQ(reader.fixed64(), number);
    EXPECT_EQ(reader.signed_varint(), static_cast<std::int64_t>(number));
    EXPECT_TRUE(reader.ok() && reader.at_end());
  }
}

TEST(Bytes, KeepsTheBitsOfReals) {
  std::string out;
  ByteWriter writer(out);
  writer.real(-0.0);
  writer.real(std::numeric_limits<double>::quiet_NaN());
  ByteReader reader(out);
  EXPECT_TRUE(std::signbit(reader.real()));
  EXPECT_TRUE(std::isnan(reader.real()));
}

struct Sample {
  std::uint8_t byte;
  std::uint64_t number;
  std::int64_t difference;
  double real;
  std::string text;
  bool operator==(const Sample&) const = default;
};

std::string encoded(const Sample& sample) {
  std::string out;
  ByteWriter writer(out);
  writer.byte(sample.byte);
  writer.varint(sample.number);
  writer.signed_varint(sample.difference);
  writer.real(sample.real);
  writer.text(sample.text);
  return out;
}

Sample decoded(ByteReader& reader) {
  Sample sample;
  sample.byte = reader.byte();
  sample.number = reader.varint();
  sample.difference = reader.signed_varint();
  sample.real = reader.real();
  sample.text = reader.text();
  return sample;
}

TEST(Bytes, TruncationAtEveryLengthIsSeen) {
  const Sample sample{7, 1ULL << 40, -123456789, 3.25, "an offer"};
  const std::string whole = encoded(sample);
  ByteReader reader(whole);
  EXPECT_EQ(decoded(reader), sample);
  EXPECT_TRUE(reader.ok() && reader.at_end());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string part = whole.substr(0, size);  // its own block, so that a sanitizer sees a read past its end
    ByteReader short_reader(part);
    decoded(short_reader);
    EXPECT_FALSE(short_reader.ok()) << size;
  }
}

TEST(Bytes, AfterAFailureEveryReadGivesNothing) {
  const std::string out =
      "\x05"
      "abc";
  ByteReader reader(out);
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.byte(), 0);
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_EQ(reader.signed_varint(), 0);
  EXPECT_EQ(reader.fixed64(), 0u);
  EXPECT_EQ(reader.text(), "");
}

TEST(Bytes, ATextLongerThanMemoryIsRefused) {
  std::string out;
  ByteWriter(out).varint(~0ULL);
  out += "abc";
  ByteReader reader(out);
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, AVarintThatNeverEndsIsRefused) {
  const std::string out(11, '\xff');
  ByteReader reader(out);
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, AVarintOfMoreThanSixtyFourBitsIsRefused) {
  const std::string out = std::string(9, '\xff') + '\x02';
  ByteReader reader(out);
  reader.varint();
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, RandomInputNeverReadsPastItsEnd) {
  RandomStream random(8, 0);
  for (int i = 0; i < 20'000; ++i) {
    std::string noise(random.below(40), '\0');
    for (char& c : noise) c = static_cast<char>(random.next());
    ByteReader reader(noise);
    const Sample sample = decoded(reader);
    ASSERT_LE(sample.text.size(), noise.size());
  }
}

}  // namespace
}  // namespace proffer::base
