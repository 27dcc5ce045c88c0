#include "service/offer_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "document/json.h"
#include "document/rows.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

base::Result<std::vector<OfferRow>> offers_from(std::string_view text, const ContextualVariables& columns = {}) {
  return parse_offer_rows(*document::parse_rows("application/json", text), columns);
}

std::vector<std::string> row_violations(std::string_view text, const ContextualVariables& columns = {}) {
  const auto rows = offers_from(text, columns);
  std::vector<std::string> lines;
  if (rows) return lines;
  for (const auto& field : rows.error().fields) lines.push_back(field.location + ": " + field.message);
  return lines;
}

TEST(OfferRows, ReadsTheSmallestRows) {
  const auto rows = offers_from(R"([{"offer": "a"}, {"offer": "b", "price": 2.5}])");
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].offer, "a");
  EXPECT_FALSE((*rows)[0].price || (*rows)[0].value || (*rows)[0].cost || (*rows)[0].alpha_zero);
  EXPECT_EQ((*rows)[1].price, 2.5);
  EXPECT_EQ((*rows)[1].value, 2.5);
  EXPECT_EQ(document::json_text((*rows)[1].attributes), R"({"offer":"b","price":2.5})");
}

TEST(OfferRows, ReadsEveryColumn) {
  const auto rows = offers_from(R"([{"offer_name": "a", "contextual_variable_one": "x", "contextual_variable_two": 7,
      "alpha_zero": 2, "beta_zero": 0.5, "cost": 1, "offer_cost": 9, "offer_price": 3, "price": 4, "value": 5,
      "offer_value": 6, "weighting": 0, "learning_reward": 1000, "colour": "red"}])");
  ASSERT_TRUE(rows);
  const OfferRow& row = (*rows)[0];
  EXPECT_EQ(row.context, (decision::Context{"x", "7"}));
  EXPECT_EQ(row.alpha_zero, 2);
  EXPECT_EQ(row.beta_zero, 0.5);
  EXPECT_EQ(row.cost, 1);
  EXPECT_EQ(row.price, 4);
  EXPECT_EQ(row.value, 6);
  EXPECT_EQ(row.weighting, 0);
  EXPECT_EQ(row.learning_reward, 1000);
  EXPECT_EQ(row.attributes.at("colour"), json::value("red"));
}

TEST(OfferRows, FindsNamesInTheColumnsThatTheCampaignNames) {
  ContextualVariables columns;
  columns.offer_key = "sku";
  columns.contextual_variable_one_name = "segment";
  const auto rows =
      offers_from(R"([{"sku": 12, "offer": "other", "segment": "gold", "contextual_variable_one": "no"}])", columns);
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].offer, "12");
  EXPECT_EQ((*rows)[0].context, (decision::Context{"gold", ""}));
  EXPECT_THAT(row_violations(R"([{"offer": "a"}])", columns),
              ElementsAre("body[0].sku: is required: the offer's name"));
  EXPECT_THAT(text_columns(columns), ElementsAre("sku", "segment", "contextual_variable_two"));
}

TEST(OfferRows, FallsBackFromOfferToOfferNameToOfferId) {
  const auto rows =
      offers_from(R"([{"offer_id": 1, "offer_name": "n", "offer": "o"}, {"offer_id": 2, "offer_name": "n"},
      {"offer_id": 2.5}, {"offer": null, "offer_id": 9}])");
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].offer, "o");
  EXPECT_EQ((*rows)[1].offer, "n");
  EXPECT_EQ((*rows)[2].offer, "2.5");
  EXPECT_EQ((*rows)[3].offer, "9");
}

TEST(OfferRows, MakeOneRowOfAHistoryWhereTheCampaignNamesAColumnOfTakeUp) {
  ContextualVariables columns;
  columns.take_up = "bought";
  const std::vector<json::object> rows{{{"offer", "a"}, {"bought", 1}, {"price", 1}},
                                       {{"offer", "a"}, {"bought", false}, {"price", 2}},
                                       {{"offer", "b"}},
                                       {{"offer", "a"}, {"bought", 0.0}, {"price", 3}}};
  const auto read = parse_offer_rows(rows, columns);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(0).taken, 1U);
  EXPECT_EQ(read->at(0).not_taken, 2U);
  EXPECT_EQ(read->at(0).price, 3);
  EXPECT_EQ(read->at(0).earlier.size(), 2U);
  EXPECT_EQ(read->at(1).taken + read->at(1).not_taken, 0U);

  const std::vector<json::object> wrong{{{"offer", "a"}, {"bought", 2}}};
  EXPECT_EQ(parse_offer_rows(wrong, columns).error().fields.at(0).location, "body[0].bought");
}

TEST(OfferRows, NamesEveryViolation) {
  EXPECT_THAT(row_violations(R"([{"price": "2"}, {"offer": "", "alpha_zero": 0}, {"offer": "a", "beta_zero": -1,
      "learning_reward": 1001, "weighting": -1}, {"offer": "a\nb"}, {"offer": true}, {"offer": "x",
      "contextual_variable_one": ["y"], "cost": true}])"),
              ElementsAre("body[0].offer: is required: the offer's name",                                           //
                          "body[0].price: expected a number",                                                       //
                          "body[1].offer: expected a name of 1 to 1000 bytes of UTF-8 without control characters",  //
                          "body[1].alpha_zero: expected a number above 0",                                          //
                          "body[2].beta_zero: expected a number above 0",                                           //
                          "body[2].weighting: expected a number of at least 0",                                     //
                          "body[2].learning_reward: expected a number from 0 to 1000",                              //
                          "body[3].offer: expected a name of 1 to 1000 bytes of UTF-8 without control characters",  //
                          "body[4].offer: expected a name of 1 to 1000 bytes of UTF-8 without control characters",  //
                          "body[5].contextual_variable_one: expected a name of 1 to 1000 bytes of UTF-8 without "
                          "control characters",  //
                          "body[5].cost: expected a number"));
}

TEST(OfferRows, NamesBothRowsOfAnOfferGivenTwice) {
  EXPECT_THAT(row_violations(R"([{"offer": "a"}, {"offer": "b"}, {"offer": "a", "price": 1},
      {"offer": "a", "contextual_variable_one": "x"}, {"offer": "a", "contextual_variable_one": "x"}, {"offer": "a"}])"),
              ElementsAre("body[2]: offer \"a\" stands in body[0] already",
                          "body[4]: offer \"a\" in context \"x\", \"\" stands in body[3] already",
                          "body[5]: offer \"a\" stands in body[0] already"));
  EXPECT_TRUE(row_violations(
                  R"([{"offer": "a", "contextual_variable_one": "x"}, {"offer": "a", "contextual_variable_two": "x"}])")
                  .empty());
}

TEST(OfferRows, HoldsTheLimitsOnNamesAndRows) {
  const auto named = [](std::size_t bytes) { return "[{\"offer\": \"" + std::string(bytes, 'x') + "\"}]"; };
  EXPECT_TRUE(offers_from(named(base::limits::offer_name_bytes)));
  EXPECT_FALSE(offers_from(named(base::limits::offer_name_bytes + 1)));
  std::vector<json::object> rows(base::limits::offers_per_campaign);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i]["offer"] = i;
  EXPECT_TRUE(parse_offer_rows(rows, {}));
  rows.push_back({{"offer", "one more"}});
  EXPECT_EQ(parse_offer_rows(rows, {}).error().kind, base::ErrorKind::too_large);
}

TEST(OfferRows, KeepNamesOfCsvAsTheyStand) {
  const auto columns = text_columns({});
  const auto csv = document::parse_rows("text/csv", "offer,price\n1.10,1.10\n007,2\n", {.text_columns = columns});
  const auto rows = parse_offer_rows(*csv, {});
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].offer, "1.10");
  EXPECT_EQ((*rows)[0].price, 1.1);
  EXPECT_EQ((*rows)[1].offer, "007");
}

}  // namespace
}  // namespace proffer::service
