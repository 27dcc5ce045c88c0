#include "store/field_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proffer::store {
namespace {

using testing::ElementsAre;

TEST(FieldKey, EqualNumbersHaveOneKeyWhateverTheirType) {
  EXPECT_EQ(field_key(123), "n123");
  EXPECT_EQ(field_key(123.0), "n123");
  EXPECT_EQ(field_key(std::uint64_t{123}), "n123");
  EXPECT_EQ(field_key(-0.0), field_key(0));
  EXPECT_NE(field_key(0.1), field_key(0.2));
}

TEST(FieldKey, TextsAreNoNumbersAndLongOnesAreHashed) {
  EXPECT_EQ(field_key("123"), "t123");
  EXPECT_EQ(field_key(""), "t");
  const std::string edge(64, 'x');
  EXPECT_EQ(field_key(boost::json::value(edge)), "t" + edge);
  const auto hashed = field_key(boost::json::value(edge + 'x'));
  EXPECT_EQ(hashed->size(), 65u);
  EXPECT_EQ(hashed->front(), 'h');
  EXPECT_NE(hashed, field_key(boost::json::value(edge + 'y')));
}

TEST(FieldKey, OtherValuesHaveNone) {
  for (const auto& value : {boost::json::value(nullptr), boost::json::value(true),
                            boost::json::value(boost::json::object{}), boost::json::value(boost::json::array{1})}) {
    EXPECT_EQ(field_key(value), std::nullopt);
  }
}

TEST(FieldKeys, HaveEachValueAtThePathOnce) {
  const Document document{
      {"_id", "x"}, {"a", {1, "1", 1.0, nullptr, {2}}}, {"b", {{{"c", 3}}, {{"c", 4}}, {{"d", 5}}}}};
  EXPECT_THAT(field_keys(document, "a"), ElementsAre("n1", "t1"));
  EXPECT_THAT(field_keys(document, "a.1"), ElementsAre("t1"));
  EXPECT_THAT(field_keys(document, "b.c"), ElementsAre("n3", "n4"));
  EXPECT_THAT(field_keys(document, "absent"), ElementsAre());
}

}  // namespace
}  // namespace proffer::store
