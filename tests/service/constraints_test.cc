// Caps, budgets, repeated answers, lists and hours in whole histories: each at its limit, with a restart in between.
#include <gtest/gtest.h>

#include "service/choose.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using namespace std::chrono_literals;
using service::DecideRequest;

DecideRequest request_of(const std::string& customer, std::uint32_t asked = 3) {
  DecideRequest request;
  request.campaign = "shop";
  request.customer = customer;
  request.asked = asked;
  return request;
}

std::vector<std::string> offers_of(const service::Decided& decided) {
  std::vector<std::string> offers;
  for (std::size_t i = 0; i < decided.record.shown.size(); ++i) offers.push_back(offer_at(decided, i));
  std::ranges::sort(offers);
  return offers;
}

std::vector<std::string> shown(World& world, const DecideRequest& request) {
  const auto decided = world.decided(request);
  EXPECT_TRUE(decided) << decided.error().message;
  return offers_of(*decided);
}

// The rule that left an offer out of a decision that asks to know; "" when none did.
std::string rule_for(World& world, DecideRequest request, const std::string& offer) {
  request.explain = true;
  request.dry_run = true;
  const auto decided = world.decided(request);
  EXPECT_TRUE(decided) << decided.error().message;
  const auto gathered = service::parse_gathered(decided->record.gathered).value();
  for (const auto& out : *gathered.left_out) {
    if (out.offer == offer) return out.rule;
  }
  return "";
}

void set_up(World& world, std::string_view document, std::string_view offers) {
  const auto stored = world.define.put_campaign("default", "shop", object_of(document), {});
  ASSERT_TRUE(stored) << stored.error().message;
  const auto changed = world.define.change_offers("default", "shop", rows_of(offers), {}, {});
  ASSERT_TRUE(changed) << changed.error().message;
}

constexpr std::string_view three_offers = R"([{"offer":"a"},{"offer":"b"},{"offer":"c"}])";
using Offers = std::vector<std::string>;

TEST(FrequencyCap, LeavesAnOfferOutOnceItsCountIsReachedAcrossARestart) {
  Stores stores;
  {
    World world(stores);
    set_up(world, R"({"frequency_caps":[{"offer":"a","count":2,"period":"1 hour"}]})", three_offers);
    EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"}));
  }
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "b", "c"}));
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"b", "c"}));
  EXPECT_EQ(shown(restarted, request_of("c-2")), (Offers{"a", "b", "c"})) << "another customer has counts of his own";
  EXPECT_EQ(rule_for(restarted, request_of("c-1"), "a"), "frequency_caps[0]");
}

TEST(FrequencyCap, CountsAContactThatIsAsOldAsItsPeriodNoMore) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"frequency_caps":[{"count":1,"period":3600000}]})", three_offers);
  const auto first = world.decided(request_of("c-1"));
  ASSERT_TRUE(first);
  stores.clock.set(first->time + 1h - 1us);
  EXPECT_EQ(shown(world, request_of("c-1")), Offers{});
  stores.clock.set(first->time + 1h);
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "b", "c"}));
}

TEST(FrequencyCap, CountsAGroupTogether) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"frequency_caps":[{"group":"loans","count":2,"period":"1 day"}]})",
         R"([{"offer":"a","group":"loans"},{"offer":"b","group":"loans"},{"offer":"c"}])");
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"}));
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"c"})) << "one contact with each made two of the group";
}

TEST(FrequencyCap, OnAcceptanceCountsOutcomesOnly) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"frequency_caps":[{"count":1,"period":"1 day","on":"acceptance"}]})", three_offers);
  const auto first = world.decided(request_of("c-1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"}));
  ASSERT_TRUE(world.responded(first->record.uuid, {"b"}));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "c"}));
}

TEST(FrequencyCap, IsCountedFromTheLogWhenItIsAddedLater) {
  Stores stores;
  World world(stores);
  set_up(world, "{}", three_offers);
  shown(world, request_of("c-1"));
  set_up(world, R"({"frequency_caps":[{"offer":"a","count":1,"period":"1 day"}]})", three_offers);
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"b", "c"}));
}

TEST(Budget, EndsWhenAcceptancesHaveSpentIt) {
  Stores stores;
  base::Uuid second;
  {
    World world(stores);
    set_up(world, "{}", R"([{"offer":"a","cost":4,"spend_limit":8},{"offer":"b","spend_limit":-1},{"offer":"c"}])");
    const auto first = world.decided(request_of("c-1"));
    second = world.decided(request_of("c-2"))->record.uuid;
    ASSERT_TRUE(world.responded(first->record.uuid, {"a"}));
    EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"})) << "4 of 8 are left";
    ASSERT_TRUE(world.responded(first->record.uuid, {"a"})) << "a repeat";
    EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"})) << "it is counted once";
  }
  World restarted(stores);
  ASSERT_TRUE(restarted.responded(second, {"a"}));
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"b", "c"}));
  EXPECT_EQ(rule_for(restarted, request_of("c-9"), "a"), "spend_limit");
  World again(stores);
  EXPECT_EQ(shown(again, request_of("c-1")), (Offers{"b", "c"}));
}

TEST(Budget, FallsAtEachContactWhereTheCampaignSaysSo) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"spend_on":"contact"})", R"([{"offer":"a","cost":1,"spend_limit":2},{"offer":"b"}])");
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b"}));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "b"}));
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"b"}));
}

TEST(Budget, OfZeroKeepsAnOfferOutAndARaisedLimitBringsItBack) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"spend_on":"contact"})", R"([{"offer":"a","spend_limit":0},{"offer":"b"}])");
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"b"}));
  set_up(world, R"({"spend_on":"contact"})", R"([{"offer":"a","spend_limit":1},{"offer":"b"}])");
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b"}));
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"b"}));
}

constexpr std::string_view cached = R"({"offer_cache_ms":60000,"randomisation":{"processing_window":0}})";

TEST(AnswerCache, RepeatsAnAnswerWithItsPropensitiesUntilItIsTooOld) {
  Stores stores;
  base::Uuid first_uuid;
  decision::DecisionRecord first;
  base::Time stored;
  {
    World world(stores);
    set_up(world, cached, three_offers);
    const auto decided = world.decided(request_of("c-1", 2));
    first = decided->record;
    stored = decided->time;
    EXPECT_FALSE(first.cached_from);
  }
  World restarted(stores);
  stores.clock.set(stored + 60s - 1us);
  const auto repeat = restarted.decided(request_of("c-1", 2));
  ASSERT_TRUE(repeat->record.cached_from);
  EXPECT_EQ(*repeat->record.cached_from, first.uuid);
  EXPECT_NE(repeat->record.uuid, first.uuid);
  EXPECT_EQ(repeat->record.shown, first.shown);
  const auto live = restarted.campaigns.find("default", "shop");
  EXPECT_EQ(live->learned.arms.contacts()[first.shown[0].option], 2) << "a repeat is a contact";
  stores.clock.set(stored + 60s);
  EXPECT_FALSE(restarted.decided(request_of("c-1", 2))->record.cached_from);
}

TEST(AnswerCache, EndsAtAnOutcomeAnEditAndARefresh) {
  Stores stores;
  World world(stores);
  set_up(world, cached, three_offers);
  const auto repeated = [&](const std::string& customer) {
    return world.decided(request_of(customer, 2))->record.cached_from.has_value();
  };
  const auto first = world.decided(request_of("c-1", 2));
  EXPECT_FALSE(repeated("c-2"));
  EXPECT_TRUE(repeated("c-1"));
  ASSERT_TRUE(world.responded(first->record.uuid, {offer_at(*first, 0)}));
  EXPECT_FALSE(repeated("c-1"));
  EXPECT_TRUE(repeated("c-2")) << "another customer's answer stays";
  ASSERT_TRUE(world.define.put_campaign("default", "shop", object_of(cached), {}));
  EXPECT_FALSE(repeated("c-2"));
  EXPECT_TRUE(repeated("c-2"));
  ASSERT_TRUE(world.learning.refresh());
  EXPECT_FALSE(repeated("c-2"));
  World restarted(stores);
  EXPECT_TRUE(restarted.decided(request_of("c-2", 2))->record.cached_from) << "the draw after the refresh";
}

TEST(AnswerCache, KnowsCustomerContextAndWhoMayBeShown) {
  Stores stores;
  World world(stores);
  set_up(world, cached, three_offers);
  auto request = request_of("c-1", 2);
  world.decided(request);
  request.context.one = "young";
  EXPECT_FALSE(world.decided(request)->record.cached_from);
  request.context.one = "";
  request.eligible_offers = {"a", "b"};
  EXPECT_FALSE(world.decided(request)->record.cached_from);
  EXPECT_TRUE(world.decided(request)->record.cached_from);
}

TEST(AnswerCache, RepeatsReplay) {
  Stores stores;
  World world(stores);
  set_up(world, cached, three_offers);
  world.decided(request_of("c-1", 2));
  const auto repeat = world.decided(request_of("c-1", 2));
  ASSERT_TRUE(repeat->record.cached_from);
  for (int i = 0; i < 5; ++i) world.decided(request_of("c-" + std::to_string(i), 2));
  World restarted(stores);
  const auto replayed = restarted.replay.run("default", repeat->record.uuid);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->differences, Offers{});
}

constexpr std::string_view with_list =
    R"({"whitelist":{"db":"master","table":"lists","lookup":{"key":"customer_key"}}})";

TEST(Whitelist, GivesAListedCustomerHisListAndNothingElse) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(stores.documents.put({"master", "lists"},
                                   object_of(R"({"_id":"1","customer_key":"c-1","white_list":["a","c","gone"]})")));
  set_up(world, with_list, three_offers);
  EXPECT_EQ(shown(world, request_of("c-1", 1)), (Offers{"a", "c"})) << "as many as the list has, whatever was asked";
  EXPECT_EQ(shown(world, request_of("c-2", 1)).size(), 1U);
  EXPECT_EQ(rule_for(world, request_of("c-1"), "b"), "whitelist");
  const auto listed = world.decided(request_of("c-1", 1));
  ASSERT_TRUE(
      stores.documents.put({"master", "lists"}, object_of(R"({"_id":"1","customer_key":"c-1","white_list":"b"})")));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1", 3)), Offers{"b"});
  const auto replayed = restarted.replay.run("default", listed->record.uuid);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->differences, Offers{}) << "a replay reads the list of then from the record";
}

TEST(Lookups, GiveRulesAndContextsTheirValuesAndReplayFromTheRecord) {
  Stores stores;
  World world(stores);
  const store::Collection customers{"master", "customers"};
  ASSERT_TRUE(stores.documents.put(customers, object_of(R"({"_id":"x","customer":"c-1","age":20,"region":"north"})")));
  set_up(world,
         R"({"lookups":[{"db":"master","table":"customers","lookup":{"key":"customer","value":""}}],
             "contextual_variables":{"contextual_variable_one_name":"region","contextual_variable_two_name":"group"},
             "virtual_variables":[{"name":"group","type":"discretize","original_variable":"age","default":"none",
                                   "buckets":[{"to":18,"label":"child"},{"from":18,"label":"adult"}]}],
             "dynamic_eligibility":{"rules":[{"name":"adults","when":"offer.adult = true","show":"customer.age >= 18"}]}})",
         R"([{"offer":"a","adult":true},{"offer":"b","region":"north"},{"offer":"c","region":"south"},
             {"offer":"d","group":"adult"},{"offer":"e","group":"child"}])");
  EXPECT_EQ(shown(world, request_of("c-1", 9)), (Offers{"a", "b", "d"}));
  const auto before = world.decided(request_of("c-1", 9));
  ASSERT_TRUE(stores.documents.put(customers, object_of(R"({"_id":"x","customer":"c-1","age":17,"region":"south"})")));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1", 9)), (Offers{"c", "e"}));
  const auto replayed = restarted.replay.run("default", before->record.uuid);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->differences, Offers{});
  auto request = request_of("c-1", 9);
  request.params = object_of(R"({"contextual_variable_one":"north"})");
  request.in_params = R"({"contextual_variable_one":"north"})";
  request.context.one = "north";
  EXPECT_EQ(shown(restarted, request), (Offers{"b", "e"})) << "the API's value wins";
}

TEST(QuietHours, GiveAnEmptySlate) {
  Stores stores;  // it is 13:04 in UTC
  World world(stores);
  set_up(world, R"({"quiet_hours":[{"from":"13:05","to":"13:06"}]})", three_offers);
  EXPECT_EQ(shown(world, request_of("c-1")), (Offers{"a", "b", "c"}));
  stores.clock.set(time_of("2024-12-20T13:05:00Z"));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), Offers{});
  EXPECT_EQ(rule_for(restarted, request_of("c-1"), "a"), "quiet_hours[0]");
  stores.clock.set(time_of("2024-12-20T13:06:00Z"));
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "b", "c"}));
}

TEST(OpeningHours, LeaveClosedOffersOut) {
  Stores stores;  // a Friday
  World world(stores);
  set_up(world, "{}", R"([{"offer":"a","opening_hours":{"friday":"13:10-14:00"}},{"offer":"b"}])");
  EXPECT_EQ(shown(world, request_of("c-1")), Offers{"b"});
  EXPECT_EQ(rule_for(world, request_of("c-1"), "a"), "opening_hours");
  stores.clock.set(time_of("2024-12-20T13:10:00Z"));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request_of("c-1")), (Offers{"a", "b"}));
  stores.clock.set(time_of("2024-12-20T14:00:00Z"));
  EXPECT_EQ(shown(restarted, request_of("c-1")), Offers{"b"});
}

TEST(Rules, KeepAnOfferFromCustomersOfWhomTheyDoNotHold) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"dynamic_eligibility":{"rules":[
             {"name":"adults only","when":"offer.adult = true","show":"params.age >= 18"},
             {"name":"ends","show":"not exists(offer.until) or now < offer.until"}]}})",
         R"([{"offer":"a","adult":true},{"offer":"b","until":"2024-12-20T13:05:00Z"},{"offer":"c"}])");
  auto request = request_of("c-1");
  request.params = object_of(R"({"age":18})");
  EXPECT_EQ(shown(world, request), (Offers{"a", "b", "c"}));
  request.params = object_of(R"({"age":17})");
  stores.clock.set(time_of("2024-12-20T13:05:00Z"));
  World restarted(stores);
  EXPECT_EQ(shown(restarted, request), Offers{"c"});
  EXPECT_EQ(rule_for(restarted, request, "a"), "dynamic_eligibility.rules[0]: adults only");
  EXPECT_EQ(rule_for(restarted, request, "b"), "dynamic_eligibility.rules[1]: ends");
}

TEST(Explain, NamesTheFirstConstraintOfEachOfferInOrderOfOffers) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"contextual_variables":{"contextual_variable_one_name":"segment"}})",
         R"([{"offer":"a","segment":"old"},{"offer":"b","spend_limit":0},{"offer":"c"},{"offer":"d"}])");
  auto request = request_of("c-1");
  request.context.one = "young";
  request.eligible_offers = {"a", "b", "c"};
  request.explain = true;
  const auto decided = world.decided(request);
  ASSERT_TRUE(decided);
  const auto gathered = service::parse_gathered(decided->record.gathered);
  ASSERT_TRUE(gathered);
  EXPECT_EQ(*gathered->left_out,
            (std::vector<service::LeftOutOffer>{{"a", "context"}, {"b", "spend_limit"}, {"d", "eligible_offers"}}));
  EXPECT_EQ(offers_of(*decided), Offers{"c"});
  EXPECT_EQ(decided->record.shown[0].slot_propensity, 1) << "propensities are those after all constraints";
}

TEST(RankBy, ModifiedOfferScoreSortsByExpectedMarginAndPropensitiesFollow) {
  Stores stores;
  World world(stores);
  set_up(world, R"({"rank_by":"modified_offer_score"})",
         R"([{"offer":"a","offer_value":101,"cost":1},{"offer":"b","offer_value":1.001,"cost":1}])");
  int first = 0;
  double propensity = 0;
  constexpr int decisions = 200;
  for (int i = 0; i < decisions; ++i) {
    const auto decided = world.decided(request_of("c-1", 1));
    ASSERT_TRUE(decided);
    first += offer_at(*decided, 0) == "a" ? 1 : 0;
    propensity += offer_at(*decided, 0) == "a" ? decided->record.shown[0].slot_propensity : 1;
    const auto replayed = world.replay.run("default", decided->record.uuid);
    ASSERT_TRUE(replayed);
    EXPECT_EQ(replayed->differences, Offers{});
  }
  EXPECT_GE(first, decisions - 1);
  EXPECT_GT(propensity / decisions, 0.999);
}

TEST(TrackingKey, GivesEachCustomerArmsOfHisOwn) {
  Stores stores;
  const std::string_view document =
      R"({"contextual_variables":{"tracking_key":"household"},"randomisation":{"approach":"epsilonGreedy","processing_window":0}})";
  {
    World world(stores);
    set_up(world, document, R"([{"offer":"a"},{"offer":"b"}])");
    for (int i = 0; i < 4; ++i) {
      const auto decided = world.decided(request_of("c-1", 2));
      ASSERT_TRUE(world.responded(decided->record.uuid, {"a"}));
      const auto other = world.decided(request_of("c-2", 2));
      ASSERT_TRUE(world.responded(other->record.uuid, {"b"}));
    }
  }
  World restarted(stores);
  EXPECT_EQ(offer_at(*restarted.decided(request_of("c-1", 1)), 0), "a");
  EXPECT_EQ(offer_at(*restarted.decided(request_of("c-2", 1)), 0), "b");
  auto request = request_of("c-3", 1);
  request.params = object_of(R"({"household":"c-1"})");
  request.in_params = R"({"household":"c-1"})";
  const auto household = restarted.decided(request);
  EXPECT_EQ(offer_at(*household, 0), "a") << "the household's arms are those tracked as c-1";
  EXPECT_EQ(household->record.tracking, "c-1");
  const auto replayed = restarted.replay.run("default", household->record.uuid);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->differences, Offers{});
}

}  // namespace
}  // namespace proffer::tests
