#include "document/text.h"

#include <gtest/gtest.h>

#include <string>

namespace proffer::document {
namespace {

TEST(FirstInvalidUtf8, FindsNothingInWellFormedText) {
  EXPECT_FALSE(first_invalid_utf8(""));
  EXPECT_FALSE(first_invalid_utf8("plain é € 😀 \xf4\x8f\xbf\xbf"));
}

TEST(FirstInvalidUtf8, FindsOverlongFormsSurrogatesAndStrayBytes) {
  EXPECT_EQ(first_invalid_utf8("a\x80"), 1u);
  EXPECT_EQ(first_invalid_utf8("ab\xc0\xaf"), 2u);
  EXPECT_EQ(first_invalid_utf8("\xe0\x9f\xbf"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xed\xa0\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xf0\x8f\xbf\xbf"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xf4\x90\x80\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xf5\x80\x80\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("é\xe2\x82"), 2u);
}

TEST(HasControlCharacters, FindsBothBlocksAndDelete) {
  EXPECT_FALSE(has_control_characters("a b é \u00a0"));
  EXPECT_TRUE(has_control_characters("a\nb"));
  EXPECT_TRUE(has_control_characters(std::string_view("\0", 1)));
  EXPECT_TRUE(has_control_characters("\x7f"));
  EXPECT_TRUE(has_control_characters("\u0085"));
}

TEST(CutUtf8, NeverCutsWithinACharacter) {
  EXPECT_EQ(cut_utf8("abc", 5), "abc");
  EXPECT_EQ(cut_utf8("aéb", 2), "a");
  EXPECT_EQ(cut_utf8("aéb", 3), "aé");
  EXPECT_EQ(cut_utf8("€", 2), "");
}

}  // namespace
}  // namespace proffer::document
