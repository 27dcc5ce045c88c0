#include "service/personality_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "document/json.h"
#include "document/rows.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::vector<json::object> rows_of(std::string_view text) {
  std::vector<json::object> rows;
  const json::value parsed = document::parse_json(text).value();
  for (const auto& row : parsed.as_array()) rows.push_back(row.as_object());
  return rows;
}

std::vector<json::object> builtin_rows() {
  const std::string text_columns[] = {"code"};
  return *document::parse_rows("text/csv", builtin_mcc_labels_csv(), {.max_rows = 0, .text_columns = text_columns});
}

std::string text_of(const json::object& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value == nullptr ? "" : std::string(value->as_string());
}

std::string source_file(const std::string& path) {
  std::ifstream in(std::string(PROFFER_SOURCE_DIR) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(MerchantCode, SurvivesLostZerosAndAddedFractions) {
  for (const json::value& same : std::initializer_list<json::value>{742, 742.0, "742", "0742", " 0742 ", "742.0"}) {
    EXPECT_EQ(merchant_code(same), 742) << json::serialize(same);
  }
  EXPECT_EQ(merchant_code(0), 0);
  EXPECT_EQ(merchant_code(9999u), 9999);
}

TEST(MerchantCode, IsNothingForWhatIsNoCode) {
  for (const json::value& other : std::initializer_list<json::value>{
           10'000, -1, 742.5, "", "abc", "54 11", "54111", "-742", nullptr, true, json::array{5411}, "٥٤١١"}) {
    EXPECT_EQ(merchant_code(other), std::nullopt) << json::serialize(other);
  }
}

TEST(BuiltinLabels, AreTheFileOfTheRepository) {
  EXPECT_EQ(builtin_mcc_labels_csv(), source_file("data/spend_personality/mcc_labels.csv"));
}

TEST(BuiltinLabels, CoverEveryCodeOnceWithBothLabelsOrNeither) {
  EXPECT_EQ(builtin_mcc_labels().size(), 1'031u);
  std::set<std::string> codes;
  for (const auto& row : builtin_rows()) {
    const auto code = text_of(row, "code");
    EXPECT_TRUE(codes.insert(code).second) << code;
    EXPECT_EQ(code.size(), 4u) << code;
    EXPECT_FALSE(text_of(row, "description").empty()) << code;
    EXPECT_EQ(text_of(row, "personality").empty(), text_of(row, "trait").empty()) << code;
  }
}

TEST(BuiltinLabels, AreThoseThatTheirPageExplains) {
  const auto about = source_file("data/spend_personality/ABOUT.md");
  std::map<std::string, std::string> label_of_group;
  for (const auto& row : builtin_rows()) {
    const auto group = text_of(row, "group");
    const auto label =
        text_of(row, "personality").empty() ? "–" : text_of(row, "personality") + ", " + text_of(row, "trait");
    EXPECT_EQ(label_of_group.try_emplace(group, label).first->second, label) << text_of(row, "code");
  }
  EXPECT_EQ(label_of_group.size(), 37u);
  for (const auto& [group, label] : label_of_group) {
    EXPECT_THAT(about, HasSubstr("\n| " + group + " | " + label + " |"));
  }
}

TEST(BuiltinLabels, LabelWellKnownShops) {
  const auto labels = builtin_mcc_labels();
  EXPECT_EQ(labels.find(5411), (Label{Personality::intentional, Trait::introvert}));   // groceries
  EXPECT_EQ(labels.find(5541), (Label{Personality::industrious, Trait::introvert}));   // fuel
  EXPECT_EQ(labels.find(5812), (Label{Personality::experiential, Trait::extrovert}));  // restaurants
  EXPECT_EQ(labels.find(5621), (Label{Personality::enthusiastic, Trait::extrovert}));  // fashion
  EXPECT_EQ(labels.find(3000), (Label{Personality::experiential, Trait::extrovert}));  // an airline
  EXPECT_EQ(labels.find(6011), Label{});                                               // cash: known, without label
  EXPECT_EQ(labels.find(1), std::nullopt);
}

TEST(MccLabels, TakeALabelAloneAndIgnoreOtherMembers) {
  const auto labels =
      MccLabels::from_rows(rows_of(R"([{"code": 1, "personality": "Industrious", "trait": null, "note": "x"},
                  {"code": "0002", "personality": "", "trait": "Introvert"}, {"code": 3}])"),
                           "body.mcc_labels");
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_EQ(labels->find(1), (Label{Personality::industrious, Trait::none}));
  EXPECT_EQ(labels->find(2), (Label{Personality::none, Trait::introvert}));
  EXPECT_EQ(labels->find(3), Label{});
  EXPECT_EQ(labels->size(), 3u);
}

TEST(MccLabels, RefuseATableWithEveryPlaceThatIsWrong) {
  const auto labels = MccLabels::from_rows(
      rows_of(R"([{"code": "5411", "personality": "industrious"}, {"code": 5411.0, "trait": "none"}, {"trait": ""},
                  {"code": 1, "personality": 7}])"),
      "body.mcc_labels");
  ASSERT_FALSE(labels);
  std::vector<std::string> places;
  for (const auto& field : labels.error().fields) places.push_back(field.location);
  EXPECT_THAT(places, ::testing::ElementsAre("body.mcc_labels[0].personality", "body.mcc_labels[1].trait",
                                             "body.mcc_labels[1].code", "body.mcc_labels[2].code",
                                             "body.mcc_labels[3].personality"));
}

}  // namespace
}  // namespace proffer::service
