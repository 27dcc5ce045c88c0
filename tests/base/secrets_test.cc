#include "base/secrets.h"

#include <gtest/gtest.h>

namespace proffer::base {
namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(c));
    out += digits;
  }
  return out;
}

// RFC 4231, test cases 1, 2 and 6.
TEST(HmacSha256, EqualsTheExamplesOfTheStandard) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 7914, section 12, the first 32 of 64 bytes (PBKDF2 gives the same beginning for any length).
TEST(Scrypt, EqualsTheExamplesOfTheStandard) {
  EXPECT_EQ(hex(scrypt("", "", {16, 1, 1}).value()),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442");
  EXPECT_EQ(hex(scrypt("password", "NaCl", {1024, 8, 16}).value()),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
  EXPECT_EQ(hex(scrypt("pleaseletmein", "SodiumChloride", {16384, 8, 1}).value()),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST(Scrypt, TakesItsOwnDefaultCostAndRefusesAnImpossibleOne) {
  EXPECT_TRUE(scrypt("a", "b"));
  EXPECT_FALSE(scrypt("a", "b", {1000, 8, 1}));  // no power of two
}

TEST(SameSecret, ComparesTextsOfAnyLength) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_FALSE(same_secret("", "a"));
}

}  // namespace
}  // namespace proffer::base
