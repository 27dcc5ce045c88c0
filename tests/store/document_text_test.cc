#include "store/document_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace proffer::store {
namespace {

using base::ErrorKind;

TEST(DocumentText, KeepsIntegersAndDoublesApart) {
  const Document document{{"_id", "x"}, {"i", 1}, {"d", 1.0}, {"z", -0.0}, {"u", UINT64_MAX}, {"m", INT64_MIN}};
  const auto text = document_text(document);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, R"({"_id":"x","i":1,"d":1.0,"z":-0.0,"u":18446744073709551615,"m":-9223372036854775808})");
  const auto parsed = parse_document(*text);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->at("i").is_int64());
  EXPECT_TRUE(parsed->at("d").is_double());
  EXPECT_TRUE(std::signbit(parsed->at("z").as_double()));
  EXPECT_EQ(parsed->at("u").as_uint64(), UINT64_MAX);
}

TEST(DocumentText, KeepsEveryBitOfADouble) {
  std::mt19937_64 generator(8);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(generator());
    if (!std::isfinite(value)) continue;
    const auto parsed = parse_document(*document_text({{"_id", "x"}, {"v", value}}));
    ASSERT_TRUE(parsed && parsed->at("v").is_double()) << value;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(parsed->at("v").get_double()), std::bit_cast<std::uint64_t>(value)) << value;
  }
}

TEST(DocumentText, RefusesWhatCouldNotBeReadAgain) {
  const auto kind_of = [](const Document& document) {
    const auto text = document_text(document);
    return text ? std::optional<ErrorKind>{} : text.error().kind;
  };
  EXPECT_EQ(kind_of({}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", 1}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", "x"}, {"v", std::numeric_limits<double>::infinity()}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", "x"}, {"v", {1, std::nan("")}}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", "x"}, {"v", "\xff"}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", "x"}, {"\xc0\x80", 1}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({{"_id", ""}}), std::nullopt);
}

Document nested(std::size_t depth) {
  boost::json::value value = 1;
  for (std::size_t i = 1; i < depth; ++i) value = boost::json::array{std::move(value)};
  return {{"_id", "x"}, {"v", std::move(value)}};
}

TEST(DocumentText, TakesNestingUpToItsLimitOnly) {
  const auto text = document_text(nested(document_depth));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(parse_document(*text)) << "what can be written can be read";
  EXPECT_EQ(document_text(nested(document_depth + 1)).error().kind, ErrorKind::invalid);
}

TEST(DocumentText, RefusesOneByteTooMany) {
  const std::size_t frame = document_text({{"_id", "x"}, {"v", ""}})->size();
  std::string filling(base::limits::document_bytes - frame, 'a');
  EXPECT_TRUE(document_text({{"_id", "x"}, {"v", filling}}));
  filling += 'a';
  EXPECT_EQ(document_text({{"_id", "x"}, {"v", filling}}).error().kind, ErrorKind::too_large);
}

TEST(DocumentText, SaysThatAStoredDocumentIsDamaged) {
  EXPECT_EQ(parse_document("{").error().kind, ErrorKind::internal);
  EXPECT_EQ(parse_document("[]").error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace proffer::store
