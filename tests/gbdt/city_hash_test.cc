#include "gbdt/city_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace proffer::gbdt {
namespace {

// As the real CatBoost 1.2.10 wrote them (cat_features_hash of its JSON), for texts of each of the hash's cases.
TEST(CityHash, KnowsCategoriesAsCatBoostDoes) {
  const auto hash = [](const std::string& text) { return static_cast<std::uint32_t>(category_hash(text)); };
  EXPECT_EQ(hash("3"), 593172586u);
  EXPECT_EQ(hash("4"), 4216280702u);
  EXPECT_EQ(hash("7"), 4277023987u);
  EXPECT_EQ(hash(std::string(12, 'c')), 3339187570u);
  EXPECT_EQ(hash(std::string(42, 'c')), 415182763u);
  EXPECT_EQ(hash(std::string(60, 'c')), 1700166915u);
  EXPECT_EQ(hash(std::string(93, 'c')), 4281832195u);
}

TEST(CityHash, OfNothingIsItsConstant) { EXPECT_EQ(city_hash_64(""), 0x9ae16a3b2f90404fULL); }

TEST(CityHash, TellsTextsOfEachLengthApart) {
  std::string text;
  std::uint64_t before = city_hash_64(text);
  for (int i = 0; i < 300; ++i) {
    text += static_cast<char>('a' + i % 26);
    const auto now = city_hash_64(text);
    EXPECT_NE(now, before) << text.size();
    before = now;
  }
}

// M * (0 + M * 1), by hand modulo 2^64.
TEST(CombineHash, MultipliesTwice) {
  constexpr std::uint64_t m = 0x4906ba494954cb65ULL;
  EXPECT_EQ(combine_hash(0, 1), m * m);
  EXPECT_EQ(combine_hash(5, 0), m * 5);
}

}  // namespace
}  // namespace proffer::gbdt
