#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace proffer::base {
namespace {

// Stored hashes and random streams depend on these values: they may never change.
TEST(Hash, GivesTheValuesThatStoredDataDependsOn) {
  EXPECT_EQ(hash_text(""), 0xf52a15e9a9b5e89bULL);
  EXPECT_EQ(hash_text("a"), 0x2c0bdbf481420f8ULL);
  EXPECT_EQ(hash_text("offer \xc3\xa9"), 0x7573d662f7e2adaULL);
  EXPECT_EQ(hash_text("b", hash_text("a")), 0x9c6d59a3e76edcc9ULL);
}

TEST(Hash, DependsOnEveryByteAndOnTheStart) {
  std::set<std::uint64_t> seen;
  for (int c = 0; c < 256; ++c) {
    for (std::size_t place = 0; place < 8; ++place) {
      std::string text(8, 'x');
      text[place] = static_cast<char>(c);
      seen.insert(hash_text(text));
    }
  }
  EXPECT_EQ(seen.size(), 256u * 8 - 7);  // "xxxxxxxx" came eight times
  EXPECT_NE(hash_text("a", 1), hash_text("a", 2));
}

TEST(Hash, IsComputedAtCompileTimeToo) {
  static_assert(hash_text("a") != hash_text("b"));
  constexpr auto fixed = hash_text("proffer");
  const std::string text = "proffer";
  EXPECT_EQ(hash_text(text), fixed);
}

}  // namespace
}  // namespace proffer::base
