// Look-ups, virtual variables, rules and whitelists in decisions, and their replay.
#include "service/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/world.h"

namespace proffer::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::string_view gathering_campaign = R"({
    "contextual_variables": {"contextual_variable_one_name": "age_group"},
    "virtual_variables": [{"name": "age_group", "type": "discretize", "original_variable": "age", "default": "unknown",
        "buckets": [{"to": 18, "label": "young"}, {"from": 18, "label": "old"}]}],
    "dynamic_eligibility": {"rules": [{"name": "adults only", "when": "offer.adult = true", "show": "customer.age >= 18"}]},
    "properties": "predictor.param.lookup={db: d, table: customers, lookup: {key: customer, value: ''}}\npredictor.whitelist.lookup={db: d, table: lists}"})";

constexpr std::string_view offers = R"([{"offer": "wine", "adult": true}, {"offer": "milk"},
    {"offer": "toy", "age_group": "young"}, {"offer": "cane", "age_group": "old"}])";

class GatherTest : public ::testing::Test {
 protected:
  GatherTest() {
    put("customers", R"({"_id": "1", "customer": "child", "age": 10})");
    put("customers", R"({"_id": "2", "customer": "adult", "age": 40})");
    EXPECT_TRUE(world.define.put_campaign("default", "spring", object_of(gathering_campaign), {}));
    EXPECT_TRUE(world.define.change_offers("default", "spring", rows_of(offers), {}, {}));
  }

  void put(std::string_view table, std::string_view row) {
    ASSERT_TRUE(stores.documents.put({"d", std::string(table)}, object_of(row)));
  }

  service::Decided decide(const std::string& customer, std::string_view params = "{}", std::uint32_t asked = 9) {
    service::DecideRequest request;
    request.campaign = "spring";
    request.customer = customer;
    request.asked = asked;
    request.in_params = params;
    request.params = object_of(params);
    request.explain = true;
    EXPECT_TRUE(service::read_parameters(request.params, request));
    auto made = world.decided(request);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }

  static std::vector<std::string> shown(const service::Decided& decided) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < decided.record.shown.size(); ++i) names.push_back(offer_at(decided, i));
    return names;
  }

  static std::vector<std::string> reasons(const service::Decided& decided) {
    std::vector<std::string> out;
    const auto gathered = service::parse_gathered(decided.record.gathered).value();
    for (const auto& [offer, rule] : *gathered.left_out) out.push_back(offer + ": " + rule);
    return out;
  }

  std::vector<std::string> replay_differences(const service::Decided& decided) {
    const auto replayed = world.replay.run("default", decided.record.uuid);
    EXPECT_TRUE(replayed);
    return replayed ? replayed->differences : std::vector<std::string>{"not replayed"};
  }

  Stores stores;
  World world{stores};
};

TEST_F(GatherTest, LooksTheCustomerUpForRulesAndContext) {
  const auto child = decide("child");
  EXPECT_THAT(shown(child), UnorderedElementsAre("milk", "toy"));
  EXPECT_THAT(reasons(child), ElementsAre("wine: dynamic_eligibility.rules[0]: adults only", "cane: context"));
  EXPECT_THAT(shown(decide("adult")), UnorderedElementsAre("wine", "milk", "cane"));
  EXPECT_THAT(reasons(decide("stranger")),
              ElementsAre("wine: dynamic_eligibility.rules[0]: adults only", "toy: context", "cane: context"));
  EXPECT_DOUBLE_EQ(child.record.shown[0].slate_propensity, 1);
}

TEST_F(GatherTest, TakesWhatTheRequestGivesInsteadOfLookingUp) {
  EXPECT_THAT(shown(decide("child", R"({"input": ["age"], "value": [40]})")),
              UnorderedElementsAre("wine", "milk", "cane"));
  EXPECT_THAT(shown(decide("child", R"({"contextual_variable_one": "old"})")), UnorderedElementsAre("milk", "cane"));
  EXPECT_THAT(shown(decide("child", R"({"contextual_variable_one": ""})")),
              UnorderedElementsAre("milk", "toy", "cane"));
}

TEST_F(GatherTest, GivesAListedCustomerHisListAndNothingElse) {
  put("lists", R"({"_id": "1", "customer_key": "adult", "white_list": "milk, cane, nothing"})");
  const auto listed = decide("adult", "{}", 1);
  EXPECT_THAT(shown(listed), UnorderedElementsAre("milk", "cane"));
  EXPECT_THAT(reasons(listed), ElementsAre("wine: whitelist", "toy: whitelist"));
  EXPECT_EQ(shown(decide("stranger", "{}", 1)).size(), 1U);
  EXPECT_THAT(replay_differences(listed), IsEmpty());
}

TEST_F(GatherTest, IsReplayedFromTheRecordWhateverHappensToTheStores) {
  const auto child = decide("child");
  const auto pairs = decide("child", R"({"input": ["age"], "value": [40]})");
  put("customers", R"({"_id": "1", "customer": "child", "age": 50})");
  put("lists", R"({"_id": "1", "customer_key": "child", "white_list": ["wine"]})");
  EXPECT_THAT(shown(decide("child")), ElementsAre("wine"));
  EXPECT_THAT(replay_differences(child), IsEmpty());
  EXPECT_THAT(replay_differences(pairs), IsEmpty());
}

}  // namespace
}  // namespace proffer::tests
