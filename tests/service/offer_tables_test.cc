#include "service/offer_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/world.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using tests::object_of;
using tests::World;

const decision::Option& option_named(const Definition& definition, std::string_view offer) {
  for (const auto& option : definition.campaign.options)
    if (option.offer == offer) return option;
  throw std::out_of_range(std::string(offer));
}

double limit_of(const Definition& definition, std::string_view offer) {
  return definition.rows.at(option_named(definition, offer).id).constraints.spend_limit;
}

class OfferTablesTest : public ::testing::Test {
 protected:
  void put(std::string_view table, std::string_view row) {
    ASSERT_TRUE(stores.documents.put({"d", std::string(table)}, object_of(row)));
  }
  DefinitionPtr campaign(std::string_view body) {
    auto stored = world.define.put_campaign("default", "spring", object_of(body), {});
    EXPECT_TRUE(stored) << stored.error().message;
    return stored->definition;
  }
  DefinitionPtr offers(std::string_view rows) {
    auto changed = world.define.change_offers("default", "spring", tests::rows_of(rows), {}, {});
    EXPECT_TRUE(changed) << changed.error().message;
    return changed->definition;
  }

  tests::Stores stores;
  World world{stores};
};

TEST_F(OfferTablesTest, GiveCostPriceAndValueOfTheOffersTheyName) {
  put("m", R"({"_id": "1", "offer_id": "a", "cost": 2, "price": "7.5"})");
  put("m", R"({"_id": "2", "offer_id": "b", "offer_cost": 1, "offer_price": 3, "offer_value": 4})");
  campaign(R"({"offer_matrix": {"db": "d", "table": "m", "key": "offer_id"}})");
  const auto made =
      offers(R"([{"offer": "a", "price": 1, "cost": 1}, {"offer": "b"}, {"offer": "c", "cost": 5}, {"offer": "e"}])");
  const auto& a = option_named(*made, "a");
  EXPECT_EQ(a.cost, 2);
  EXPECT_EQ(a.price, 7.5);
  EXPECT_EQ(a.value, 7.5);
  EXPECT_EQ(a.margin, 5.5);  // value - cost
  EXPECT_EQ(option_named(*made, "b").value, 4);
  EXPECT_EQ(option_named(*made, "c").cost, 5);  // of its own row, as the matrix has no such offer
  EXPECT_EQ(option_named(*made, "c").value, 0);
  EXPECT_EQ(option_named(*made, "e").price, 0);
}

TEST_F(OfferTablesTest, AreReadAgainWhenTheCampaignChangesAndAtARefresh) {
  put("m", R"({"_id": "1", "offer": "a", "cost": 2})");
  campaign("{}");
  EXPECT_EQ(option_named(*offers(R"([{"offer": "a"}, {"offer": "b"}])"), "b").cost, 1);
  const auto with = campaign(R"({"properties": "predictor.offer.matrix={db: d, table: m}"})");
  EXPECT_EQ(option_named(*with, "a").cost, 2);
  EXPECT_EQ(option_named(*with, "b").cost, 0);
  put("m", R"({"_id": "1", "offer": "a", "cost": 3})");
  const auto live = world.campaigns.find("default", "spring");
  ASSERT_TRUE(world.define.refresh_tables());
  const auto refreshed = live->current();
  EXPECT_EQ(option_named(*refreshed, "a").cost, 3);
  EXPECT_EQ(refreshed->campaign.version, with->campaign.version + 1);
  ASSERT_TRUE(world.define.refresh_tables());  // nothing changed
  EXPECT_EQ(live->current()->campaign.version, refreshed->campaign.version);
  const auto kept =
      load_definition(stores.documents, nullptr, refreshed->campaign.number, refreshed->campaign.version).value();
  EXPECT_EQ(option_named(*kept, "a").cost, 3);
  const auto before = load_definition(stores.documents, nullptr, with->campaign.number, with->campaign.version).value();
  EXPECT_EQ(option_named(*before, "a").cost, 2);
  EXPECT_EQ(option_named(*campaign("{}"), "b").cost, 1);  // without the matrix
}

TEST_F(OfferTablesTest, GiveBudgetsToOffersWithoutOneOfTheirOwn) {
  put("b", R"({"_id": "1", "offer": "a", "spend_limit": 10})");
  put("b", R"({"_id": "2", "offer": "b", "spend_limit": 20})");
  put("b", R"({"_id": "3", "offer": "c", "spend_limit": -7})");
  campaign(R"({"offer_budget": {"db": "d", "table": "b"}})");
  const auto made = offers(R"([{"offer": "a", "spend_limit": 5}, {"offer": "b"}, {"offer": "c"}])");
  EXPECT_EQ(limit_of(*made, "a"), 5);
  EXPECT_EQ(limit_of(*made, "b"), 20);
  EXPECT_EQ(limit_of(*made, "c"), decision::unlimited_spend);
  EXPECT_TRUE(made->has_offer_constraints);
  EXPECT_EQ(option_named(*made, "b").cost, 1);
}

}  // namespace
}  // namespace proffer::service
