#include "service/define.h"

#include <gmock/gmock.h>

#include <chrono>
#include <set>

#include "adapters/harness.h"
#include "service/collections.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using service::Expected;
using testing::ElementsAre;
using testing::HasSubstr;

class DefineCampaigns : public testing::Test {
 protected:
  base::Result<service::Define::Stored> put(std::string_view document, const Expected& expected = {},
                                            const std::string& project = "default") {
    return world.define.put_campaign(project, "spring", object_of(document), expected);
  }
  base::Result<service::OffersChanged> offers(std::string_view rows, bool replace = true,
                                              const Expected& expected = {}) {
    return world.define.change_offers("default", "spring", rows_of(rows), {.replace = replace, .call = {}}, expected);
  }
  service::DefinitionPtr current(const std::string& project = "default") {
    const auto live = world.campaigns.find(project, "spring");
    return live ? live->current() : nullptr;
  }
  std::vector<std::string> offer_names() {
    std::vector<std::string> names;
    for (const auto& offer : current()->campaign.offers) names.push_back(offer.name);
    return names;
  }
  std::vector<store::Document> documents(const store::Collection& collection) {
    return stores.documents.scan(collection, {}, {}).value();
  }

  Stores stores;
  World world{stores};
};

TEST_F(DefineCampaigns, EveryPutMakesANewVersionWithAnETag) {
  const auto first = put("{}");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->created);
  EXPECT_EQ(first->definition->campaign.version, 1U);
  const auto second = put("{}");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->created);
  EXPECT_EQ(second->definition->campaign.version, 2U);
  EXPECT_EQ(second->definition->campaign.uuid, first->definition->campaign.uuid);
  EXPECT_EQ(second->definition->etag(), '"' + second->definition->campaign.uuid.to_string() + "-2\"");
  const auto changed = offers(R"([{"offer": "a"}])");
  EXPECT_EQ(changed->definition->campaign.version, 3U);
}

TEST_F(DefineCampaigns, IfMatchHoldsForPutOffersAndDelete) {
  EXPECT_EQ(put("{}", {.if_match = "*"}).error().kind, ErrorKind::precondition);  // there is none yet
  const auto old = put("{}")->definition->etag();
  const auto now = put("{}", {.if_match = old})->definition->etag();
  for (const auto& refused : {put("{}", {.if_match = old}).error(), offers("[]", true, {.if_match = old}).error(),
                              world.define.delete_campaign("default", "spring", {.if_match = old}).error()}) {
    EXPECT_EQ(refused.kind, ErrorKind::precondition);
    EXPECT_THAT(refused.message, HasSubstr(now));
  }
  EXPECT_EQ(current()->etag(), now);
  EXPECT_TRUE(offers("[]", true, {.if_match = now}));
  EXPECT_TRUE(put("{}", {.if_match = "*"}));
  EXPECT_TRUE(world.define.delete_campaign("default", "spring", {.if_match = current()->etag()}));
}

TEST_F(DefineCampaigns, IfNoneMatchOnlyCreates) {
  EXPECT_TRUE(put("{}", {.if_match = {}, .if_none_match_any = true}));
  EXPECT_EQ(put("{}", {.if_match = {}, .if_none_match_any = true}).error().kind, ErrorKind::precondition);
  EXPECT_EQ(current()->campaign.version, 1U);
}

TEST_F(DefineCampaigns, AnInvalidDocumentChangesNothing) {
  ASSERT_TRUE(put("{}"));
  const auto before = documents({"ecosystem_meta", "dynamic_engagement"});
  const auto position = stores.log.committed();
  const auto refused = put(R"({"randomisation": {"approach": "unknown", "epsilon": 2}, "time_zone": "Nowhere"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().fields.size(), 3U);
  EXPECT_EQ(documents({"ecosystem_meta", "dynamic_engagement"}), before);
  EXPECT_EQ(stores.log.committed(), position);
}

TEST_F(DefineCampaigns, AFailedWriteChangesNothing) {
  ASSERT_TRUE(put("{}"));
  stores.document_faults.fail_next(1);
  EXPECT_EQ(put(R"({"description": "new"})").error().kind, ErrorKind::unavailable);
  stores.document_faults.fail_next(1);
  EXPECT_EQ(offers(R"([{"offer": "a"}])").error().kind, ErrorKind::unavailable);
  stores.document_faults.fail_next(1);
  EXPECT_FALSE(world.define.delete_campaign("default", "spring", {}));
  EXPECT_EQ(current()->campaign.version, 1U);
  EXPECT_EQ(current()->document.description, "");
  World restarted(stores);
  EXPECT_EQ(restarted.campaigns.find("default", "spring")->current()->campaign.version, 1U);
}

TEST_F(DefineCampaigns, AChangeThatTheLogRefusesIsNotThereAfterARestart) {
  world.campaign("spring", {"a"}, R"({"description": "kept"})");
  stores.log_faults.fail_all();
  EXPECT_EQ(put(R"({"description": "refused"})").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(offers(R"([{"offer": "b"}])").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(world.define.delete_campaign("default", "spring", {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(world.define.put_campaign("default", "new", {}, {}).error().kind, ErrorKind::unavailable);
  stores.log_faults.fail_all(false);
  ASSERT_TRUE(world.learning.recover());
  World restarted(stores);
  EXPECT_EQ(restarted.campaigns.find("default", "new"), nullptr);
  for (auto* each : {&world, &restarted}) {
    const auto live = each->campaigns.find("default", "spring");
    ASSERT_NE(live, nullptr);
    EXPECT_EQ(live->current()->document.description, "kept");
    EXPECT_EQ(live->current()->campaign.version, 2U);
    EXPECT_EQ(offer_at(each->decided("spring"), 0), "a");
  }
  ASSERT_TRUE(put(R"({"description": "taken"})"));
  EXPECT_EQ(current()->campaign.version, 3U);
}

TEST_F(DefineCampaigns, NothingOfRefusedOffersComesBackWithTheNextOnes) {
  world.campaign("spring", {"a"});
  std::vector<json::object> many;
  for (int i = 0; i < 20'001; ++i) many.push_back({{"offer", "many" + std::to_string(i)}});
  stores.log_faults.fail_next(1);
  EXPECT_FALSE(world.define.change_offers("default", "spring", many, {}, {}));
  ASSERT_TRUE(world.learning.recover());
  ASSERT_TRUE(offers(R"([{"offer": "b"}])", false));
  World restarted(stores);
  EXPECT_EQ(restarted.campaigns.find("default", "spring")->current()->rows.size(), 2U);
  EXPECT_EQ(restarted.campaigns.find("default", "spring")->current()->campaign.options.size(), 2U);
}

TEST_F(DefineCampaigns, AHistoryOfTakeUpGivesThePriors) {
  ASSERT_TRUE(put(R"({"randomisation": {"prior_success_reward": 2, "prior_fail_reward": 0.5},
                      "contextual_variables": {"take_up": "bought"}})"));
  ASSERT_TRUE(offers(R"([{"offer": "a", "bought": 1}, {"offer": "a", "bought": 0}, {"offer": "a", "bought": 0},
                         {"offer": "b", "bought": 1, "alpha_zero": 5}])"));
  const auto& options = current()->campaign.options;
  ASSERT_EQ(options.size(), 2U);
  EXPECT_EQ(options[0].alpha_zero, 1 + 2);       // taken once
  EXPECT_EQ(options[0].beta_zero, 1 + 2 * 0.5);  // twice not
  EXPECT_EQ(options[1].alpha_zero, 5);           // what the row says holds
  EXPECT_EQ(options[1].beta_zero, 1);
  EXPECT_EQ(documents(service::feature_store(*current())).size(), 4U);  // every row is kept
}

TEST_F(DefineCampaigns, OneOfSeveralETagsOfIfMatchIsEnough) {
  ASSERT_TRUE(put("{}"));
  EXPECT_TRUE(put("{}", {.if_match = "\"x\", " + current()->etag()}));
  EXPECT_FALSE(put("{}", {.if_match = "\"x\" , \"y\""}));
  EXPECT_FALSE(put("{}", {.if_match = ""}));
}

TEST_F(DefineCampaigns, ARecreatedNameIsAnotherCampaignThatInheritsNothing) {
  world.campaign("spring", {"a"}, R"({"description": "first"})");
  world.decided("spring");
  const auto first = current();
  ASSERT_TRUE(world.define.delete_campaign("default", "spring", {}));
  EXPECT_EQ(current(), nullptr);
  EXPECT_EQ(world.define.delete_campaign("default", "spring", {}).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(documents(service::options_store(*first)).empty());
  EXPECT_TRUE(documents(service::feature_store(*first)).empty());

  const auto second = put("{}")->definition;
  EXPECT_NE(second->campaign.uuid, first->campaign.uuid);
  EXPECT_NE(second->campaign.number, first->campaign.number);
  EXPECT_EQ(second->campaign.version, 1U);
  EXPECT_EQ(second->document.description, "");
  EXPECT_TRUE(second->campaign.options.empty());
  ASSERT_TRUE(offers(R"([{"offer": "a"}])", false));
  EXPECT_EQ(world.decided("spring").record.shown[0].contacts, 0);
  World restarted(stores);
  EXPECT_EQ(restarted.campaigns.find("default", "spring")->current()->campaign.uuid, second->campaign.uuid);
  EXPECT_EQ(restarted.campaigns.all().size(), 1U);
}

TEST_F(DefineCampaigns, AVersionIsKeptWhileARecordNamesIt) {
  world.campaign("spring", {"a"}, R"({"description": "first"})");
  const auto made = world.decided("spring");
  ASSERT_TRUE(put(R"({"description": "second"})"));
  ASSERT_TRUE(world.define.delete_campaign("default", "spring", {}));
  World restarted(stores);
  const auto then =
      restarted.campaigns.definition_at(stores.documents, made.record.campaign, made.record.campaign_version);
  ASSERT_TRUE(then);
  EXPECT_EQ((*then)->document.description, "first");
  EXPECT_EQ((*then)->option(0)->offer, "a");
  EXPECT_EQ(restarted.campaigns.definition_at(stores.documents, made.record.campaign, 99).error().kind,
            ErrorKind::gone);
}

TEST_F(DefineCampaigns, PutReplacesTheOffersAndPostAdds) {
  ASSERT_TRUE(put("{}"));
  EXPECT_EQ(offers(R"([{"offer": "a"}, {"offer": "b"}])")->added, 2U);
  const auto added = offers(R"([{"offer": "c"}, {"offer": "b"}])", false);
  EXPECT_EQ(added->added, 1U);
  EXPECT_EQ(added->retired, 0U);
  EXPECT_THAT(offer_names(), ElementsAre("a", "b", "c"));
  const auto replaced = offers(R"([{"offer": "c"}, {"offer": "d"}])");
  EXPECT_EQ(replaced->added, 1U);
  EXPECT_EQ(replaced->retired, 2U);
  EXPECT_EQ(replaced->offers, 2U);
  EXPECT_THAT(offer_names(), ElementsAre("c", "d"));
}

TEST_F(DefineCampaigns, TheSetUpStoreHoldsTheRowsAndTheOptionsStoreTheOptionsInService) {
  ASSERT_TRUE(put("{}"));
  ASSERT_TRUE(offers(R"([{"offer": "a", "colour": "red"}, {"offer": "b/c%"}])"));
  const auto rows = documents({"proffer", "spring_offers"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("colour"), json::value("red"));
  EXPECT_EQ(rows[1].at("offer"), json::value("b/c%"));
  EXPECT_EQ(documents({"proffer", "spring_options"}).size(), 2U);
  ASSERT_TRUE(offers(R"([{"offer": "a"}])"));
  EXPECT_EQ(documents({"proffer", "spring_offers"}).size(), 1U);
  const auto options = documents({"proffer", "spring_options"});
  ASSERT_EQ(options.size(), 1U);
  EXPECT_EQ(options[0].at("optionKey"), json::value("a"));
}

TEST_F(DefineCampaigns, ARetiredArmReturnsWithItsHistory) {
  world.campaign("spring", {"a"});
  const auto id = world.decided("spring").record.shown[0].option;
  ASSERT_TRUE(offers(R"([{"offer": "b"}])"));
  const auto only = world.decided("spring").record.shown[0];
  EXPECT_NE(only.option, id);
  EXPECT_EQ(only.contacts, 0);
  World restarted(stores);
  const auto returned =
      restarted.define.change_offers("default", "spring", rows_of(R"([{"offer": "a", "alpha_zero": 3}])"), {}, {});
  ASSERT_TRUE(returned);
  const auto again = restarted.decided("spring").record.shown[0];
  EXPECT_EQ(again.option, id);
  EXPECT_EQ(again.contacts, 1);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).alpha, ElementsAre(3, 1));
}

TEST_F(DefineCampaigns, TheLatestRowGivesAttributesAndPriors) {
  ASSERT_TRUE(put("{}"));
  ASSERT_TRUE(offers(R"([{"offer": "a", "alpha_zero": 2, "beta_zero": 5, "price": 9, "cost": 4, "offer_value": 7}])"));
  world.decided("spring");
  const auto* option = &current()->campaign.options.at(0);
  EXPECT_EQ(option->price, 9);
  EXPECT_EQ(option->cost, 4);
  EXPECT_EQ(option->value, 7);
  const auto live = world.campaigns.find("default", "spring");
  EXPECT_THAT(world.in_service(*live).alpha, ElementsAre(2));
  EXPECT_THAT(world.in_service(*live).beta, ElementsAre(5.1));
  ASSERT_TRUE(offers(R"([{"offer": "a", "alpha_zero": 10}])", false));
  option = &current()->campaign.options.at(0);
  EXPECT_EQ(option->price, 1);
  EXPECT_THAT(world.in_service(*live).alpha, ElementsAre(10));
  EXPECT_THAT(world.in_service(*live).beta, ElementsAre(1.1));
}

TEST_F(DefineCampaigns, OffersOfAnUnknownCampaignAndDuplicatesAreRefused) {
  EXPECT_EQ(offers("[]").error().kind, ErrorKind::not_found);
  ASSERT_TRUE(put("{}"));
  const auto position = stores.log.committed();
  const auto refused = offers(R"([{"offer": "a"}, {"offer": "b", "price": "x"}, {"offer": "a"}])");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.size(), 2U);
  EXPECT_EQ(stores.log.committed(), position);
  EXPECT_TRUE(documents({"proffer", "spring_offers"}).empty());
}

TEST_F(DefineCampaigns, OptionsArePagedById) {
  world.campaign("spring", {"a", "b", "c", "d"});
  const auto live = world.campaigns.find("default", "spring");
  const auto ids = [&](std::optional<decision::OptionId> after, std::size_t limit) {
    std::vector<std::int64_t> out;
    for (const auto& option : service::show_options(*live, stores.clock.now(), after, limit)) {
      out.push_back(option.at("option_id").to_number<std::int64_t>());
    }
    return out;
  };
  EXPECT_THAT(ids({}, 2), ElementsAre(0, 1));
  EXPECT_THAT(ids(1, 2), ElementsAre(2, 3));
  EXPECT_THAT(ids(3, 2), ElementsAre());
  EXPECT_THAT(ids({}, 100), ElementsAre(0, 1, 2, 3));
}

TEST_F(DefineCampaigns, AnOptionIsShownWithWhatItsArmKnowsNow) {
  world.campaign("spring", {"a", "b"}, R"({"randomisation": {"fail_reward": 0.5}})");
  const auto made = world.decided("spring", 2);
  ASSERT_TRUE(world.responded(made.record.uuid, {"a"}));
  const auto options = service::show_options(*world.campaigns.find("default", "spring"), stores.clock.now(), {}, 10);
  EXPECT_EQ(document::json_text(options.at(0)),
            R"({"id":"spring","uuid":")" + current()->campaign.uuid.to_string() +
                R"(","project":"default","option_id":0,"optionKey":"a","option":"Recommended offer is a",)"
                R"("contextual_variable_one":"","contextual_variable_two":"","customer":"none","alpha_zero":1,)"
                R"("beta_zero":1,"alpha":2,"beta":1,"arm_reward":0.6666666666666666,"propensity":1,"weighting":1,)"
                R"("learning_reward":1,"epsilon_nominated":1,"cost":1,"price":1,"offer_value":1,)"
                R"("date_created":"2024-12-20T13:04:43.000774Z",)"
                R"("date_updated":"2024-12-20T13:04:43.000774Z","date_time":"2024-12-20T13:04:43.000774Z",)"
                R"("contacts":1,"accepted":1})");
  EXPECT_EQ(options.at(1).at("epsilon_nominated"), json::value(0));
  EXPECT_EQ(options.at(1).at("beta"), json::value(1.5));
}

TEST_F(DefineCampaigns, TwoProjectsMayUseTheSameName) {
  world.campaign("spring", {"a"});
  world.campaign("spring", {"x", "y"}, "{}", "other");
  ASSERT_NE(current(), nullptr);
  ASSERT_NE(current("other"), nullptr);
  EXPECT_NE(current()->campaign.uuid, current("other")->campaign.uuid);
  EXPECT_EQ(current()->campaign.options.size(), 1U);
  EXPECT_EQ(current("other")->campaign.options.size(), 2U);
  EXPECT_EQ(documents(service::feature_store(*current())).size(), 1U);
  EXPECT_EQ(documents(service::feature_store(*current("other"))).size(), 2U);
  EXPECT_EQ(world.campaigns.of_project("other").size(), 1U);
  ASSERT_TRUE(world.define.delete_campaign("other", "spring", {}));
  EXPECT_NE(current(), nullptr);
}

TEST_F(DefineCampaigns, StoresOfDifferentProjectsNeverMeet) {
  world.campaign("b_c", {"p"}, "{}", "a");
  world.campaign("c", {"q"}, "{}", "a_b");
  world.campaign("a_b_c", {"r"});
  world.campaign("c", {"s"}, R"({"feature_store_collection": "", "options_store_collection": ""})", "z");
  std::set<store::Collection> all;
  for (const auto& live : world.campaigns.all()) {
    all.insert(service::feature_store(*live->current()));
    all.insert(service::options_store(*live->current()));
    EXPECT_EQ(documents(service::feature_store(*live->current())).size(), 1U);
  }
  EXPECT_EQ(all.size(), 8U);
}

TEST_F(DefineCampaigns, WhatGetShowsCanBePutBack) {
  world.campaign("spring", {"x"}, "{}", "other");
  auto shown = service::show_campaign(*current("other"));
  shown.erase("project");
  const auto again = world.define.put_campaign("other", "spring", shown, {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->definition->document.feature_store_collection, shown.at("feature_store_collection").as_string());
}

TEST_F(DefineCampaigns, ProffersOwnCollectionsAreNoStoresOfACampaign) {
  for (const auto& own :
       {service::collections::campaigns, service::collections::campaign_versions, service::collections::option_sets,
        service::collections::counters, service::collections::keys}) {
    for (const std::string store : {"feature_store", "options_store"}) {
      const auto refused =
          put(json::serialize(json::object{{store + "_database", own.database}, {store + "_collection", own.name}}));
      ASSERT_FALSE(refused) << own.name;
      EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
      EXPECT_EQ(refused.error().fields.at(0).location, "body." + store + "_collection");
    }
  }
  EXPECT_FALSE(put(R"({"feature_store_collection": "same", "options_store_collection": "same"})"));
}

TEST_F(DefineCampaigns, StoresOfProjectsLieApart) {
  world.campaign("spring", {"a"}, R"({"feature_store_collection": "mine"})");
  world.campaign("spring", {"b"}, R"({"feature_store_collection": "mine"})", "other");
  EXPECT_EQ(service::feature_store(*current("default")).name, "mine");
  EXPECT_EQ(service::feature_store(*current("other")).name, "other:mine");
  EXPECT_EQ(put(R"({"feature_store_collection": "other:mine"})").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put(R"({"options_store_collection": "default:mine"})", {}, "other").error().kind, ErrorKind::invalid);
  EXPECT_TRUE(world.define.put_campaign("default", "autumn", object_of(R"({"feature_store_collection": "mine"})"), {}));
}

TEST_F(DefineCampaigns, DefinitionsSurviveARestartWhole) {
  world.campaign("spring", {"a", "b"},
                 R"({"description": "d", "time_zone": "Africa/Johannesburg", "deployment_epsilon": 0.25,
                                           "randomisation": {"approach": "epsilonGreedy", "decay_gamma": 1.5}})");
  ASSERT_TRUE(offers(R"([{"offer": "b", "price": 2.5}, {"offer": "ü", "contextual_variable_one": "x"}])"));
  const auto before = current();
  World restarted(stores);
  const auto after = restarted.campaigns.find("default", "spring")->current();
  EXPECT_EQ(service::show_campaign(*after), service::show_campaign(*before));
  EXPECT_EQ(after->etag(), before->etag());
  EXPECT_EQ(after->campaign.learning, before->campaign.learning);
  EXPECT_EQ(after->campaign.option_ids, 3U);
  EXPECT_EQ(after->created_at, before->created_at);
  ASSERT_EQ(after->campaign.options.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& a = after->campaign.options[i];
    const auto& b = before->campaign.options[i];
    EXPECT_EQ(std::tie(a.id, a.offer, a.context, a.stream, a.alpha_zero, a.price, a.value),
              std::tie(b.id, b.offer, b.context, b.stream, b.alpha_zero, b.price, b.value));
  }
}

TEST(DefineMany, AHundredThousandOffersInOneCallIntoSqlite) {
  const TemporaryDirectory directory;
  const base::SystemClock clock;
  base::FixedEntropy entropy(1);
  adapters::SqliteOptions options;
  options.directory = directory.path();
  options.clock = &clock;
  std::vector<json::object> rows;
  for (int i = 0; i < 100'000; ++i) rows.push_back({{"offer", "offer" + std::to_string(i)}, {"price", i % 100}});
  {
    const auto stores = open_stores(options);
    ASSERT_TRUE(stores);
    FakeOutgoing outgoing;
    const service::Ports ports{stores->documents(), stores->log(), clock, entropy, outgoing};
    base::Metrics metrics;
    service::Campaigns campaigns;
    service::Learning learning(ports, campaigns, metrics);
    service::Define define(ports, campaigns, learning);
    ASSERT_TRUE(define.put_campaign("default", "large", {}, {}));
    const auto start = std::chrono::steady_clock::now();
    const auto changed = define.change_offers("default", "large", rows, {}, {});
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->options, 100'000U);
    RecordProperty("seconds", std::to_string(took));
    std::printf("100,000 offers in %.2f s\n", took);
    rows.push_back({{"offer", "one too many"}});
    EXPECT_EQ(define.change_offers("default", "large", rows, {}, {}).error().kind, ErrorKind::too_large);
    EXPECT_EQ(define.change_offers("default", "large", std::span(rows).last(1), {.replace = false, .call = {}}, {})
                  .error()
                  .kind,
              ErrorKind::too_large);
  }
  const auto stores = open_stores(options);
  FakeOutgoing outgoing;
  const service::Ports ports{stores->documents(), stores->log(), clock, entropy, outgoing};
  base::Metrics metrics;
  service::Campaigns campaigns;
  service::Learning learning(ports, campaigns, metrics);
  ASSERT_TRUE(learning.load_all());
  EXPECT_EQ(campaigns.find("default", "large")->current()->campaign.options.size(), 100'000U);
}

}  // namespace
}  // namespace proffer::tests
