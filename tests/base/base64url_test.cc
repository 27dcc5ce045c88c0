#include "base/base64url.h"

#include <gtest/gtest.h>

namespace proffer::base {
namespace {

// RFC 4648, section 10, without padding.
TEST(Base64Url, EqualsTheExamplesOfTheStandard) {
  const std::pair<std::string, std::string> examples[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Base64Url, WritesTheAlphabetOfUrls) {
  EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(from_base64url("-__-"), "\xfb\xff\xfe");
  EXPECT_FALSE(from_base64url("+//+"));
}

TEST(Base64Url, ReadsEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(from_base64url(to_base64url(all)), all);
}

TEST(Base64Url, RefusesPaddingImpossibleLengthsAndSpareBits) {
  for (const std::string text : {"Zg==", "Z", "Zm9vY", "Zh", "Zm9", "Zm 8", "Zm\n8"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace proffer::base
