#include "service/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/memory/documents.h"
#include "document/json.h"
#include "service/fake_tables.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

json::object parsed_object(std::string_view text) { return document::parse_json(text).value().as_object(); }

class FeaturesTest : public ::testing::Test {
 protected:
  FeaturesTest() {
    put("customers", R"({"_id": "1", "customer": 123, "age": 33, "region": "EU", "name": "n"})");
    put("customers", R"({"_id": "2", "customer": "123", "age": 44})");
    put("customers", R"({"_id": "3", "customer": 0, "age": 0})");
    put("scores", R"({"_id": "123", "score": 7, "region": "UK"})");
    put("lists", R"({"_id": "a", "customer_key": "123", "white_list": ["x", "y"]})");
    put("lists", R"({"_id": "b", "customer_key": "7", "white_list": " x , z,"})");
    put("lists", R"({"_id": "c", "customer_key": "8"})");
  }

  void put(std::string_view table, std::string_view document) {
    ASSERT_TRUE(documents.put({"d", std::string(table)}, parsed_object(document)));
  }

  Sources sources(std::string_view lookups, std::string_view variables = "[]") {
    CampaignDocument document;
    const json::value body = document::parse_json(lookups).value();
    document::Violations violations;
    const document::Place place("body");
    document.lookups =
        document::parse_part<std::vector<LookupFields>>(body, place, document::Unknown::refuse, violations);
    const json::value parsed = document::parse_json(variables).value();
    for (const auto& variable : parsed.as_array()) document.virtual_variables.push_back(variable);
    auto read = read_sources(document, place, violations);
    EXPECT_TRUE(violations.empty());
    return read;
  }

  Features look_up(const Sources& from, const std::string& customer, std::string_view params = "{}") {
    auto features = look_up_features(documents, "default", from, customer, parsed_object(params));
    EXPECT_TRUE(features) << features.error().message;
    return features.value_or(Features{});
  }

  adapters::MemoryDocumentStore documents;
};

TEST_F(FeaturesTest, AreFoundByAKeyOfTheTypeOfTheExample) {
  const auto number = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": 1}}])");
  EXPECT_EQ(look_up(number, "123").values.at("age"), json::value(33));
  const auto text = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": ""}}])");
  EXPECT_EQ(look_up(text, "123").values.at("age"), json::value(44));
  EXPECT_TRUE(look_up(number, "12x").values.empty());
  EXPECT_TRUE(look_up(text, "").values.empty());
}

TEST_F(FeaturesTest, FallBackToTheCustomerThatTheLookUpNames) {
  const auto from = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": 0}}])");
  const auto features = look_up(from, "none");
  EXPECT_EQ(features.values.at("age"), json::value(0));
  EXPECT_THAT(features.fallbacks, ElementsAre(0U));
  EXPECT_THAT(look_up(from, "123").fallbacks, ElementsAre());
}

TEST_F(FeaturesTest, AreMergedInOrderWithDefaultsBeneath) {
  const auto from = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": ""},
        "default": {"score": 1, "vip": false}},
      {"db": "d", "table": "scores", "lookup": {"key": "_id"}},
      {"db": "d", "table": "customers", "lookup": {"key": "customer", "value": 0}, "features": ["name"]}])");
  EXPECT_EQ(document::json_text(look_up(from, "123").values),
            R"({"customer":"123","age":44,"score":7,"region":"UK","name":"n","vip":false})");
  EXPECT_EQ(document::json_text(look_up(from, "9").values), R"({"score":1,"vip":false})");
}

TEST_F(FeaturesTest, AreThePairsWhenTheRequestHasThem) {
  const auto from = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": ""},
        "default": {"vip": false}}])",
                            R"([{"name": "v", "type": "concatenate", "fields": ["a", "b"]}])");
  EXPECT_EQ(document::json_text(look_up(from, "123", R"({"input": ["a", "b"], "value": [1, "x"]})").values),
            R"({"a":1,"b":"x","v":"1|x"})");
}

TEST_F(FeaturesTest, BelongToTheProject) {
  ASSERT_TRUE(documents.put({"d", "acme:customers"}, parsed_object(R"({"_id": "9", "customer": "123", "age": 9})")));
  const auto from = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": ""}}])");
  const auto features = look_up_features(documents, "acme", from, "123", {});
  EXPECT_EQ(features->values.at("age"), json::value(9));
}

TEST_F(FeaturesTest, MayComeFromATableOfAnotherDatabase) {
  const auto from =
      sources(R"([{"database": "Cassandra", "db": "shop", "table": "people", "lookup": {"key": "id", "value": 0}},
      {"db": "d", "table": "scores", "lookup": {"key": "_id"}}])");
  tests::FakeTables tables;
  tables.rows_of_key[{"shop.people.id", "123"}] = parsed_object(R"({"id": 123, "age": 55, "region": "ZA"})");
  tables.rows_of_key[{"shop.people.id", "0"}] = parsed_object(R"({"id": 0, "age": 1})");
  EXPECT_TRUE(looks_up_elsewhere(from));
  const auto known = look_up_features(documents, "default", from, "123", {}, &tables);
  EXPECT_EQ(document::json_text(known->values), R"({"id":123,"age":55,"region":"UK","score":7})");
  const auto unknown = look_up_features(documents, "default", from, "9", {}, &tables);
  EXPECT_EQ(document::json_text(unknown->values), R"({"id":0,"age":1})");
  EXPECT_THAT(unknown->fallbacks, ElementsAre(0U));
  tables.error = base::Error{base::ErrorKind::timed_out, "no answer", {}};
  EXPECT_EQ(look_up_features(documents, "default", from, "123", {}, &tables).error().kind, base::ErrorKind::timed_out);
}

TEST_F(FeaturesTest, OfAnotherDatabaseNeedOneThatIsConfigured) {
  const auto from = sources(R"([{"database": "cassandra", "db": "shop", "table": "people", "lookup": {"key": "id"}}])");
  EXPECT_EQ(look_up_features(documents, "default", from, "123", {}).error().kind, base::ErrorKind::unavailable);
  const auto refused = index_sources(documents, nullptr, "default", from);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).location, "body.lookups");
  tests::FakeTables tables;
  EXPECT_TRUE(index_sources(documents, &tables, "default", from));
}

TEST_F(FeaturesTest, ComeFromIndexesMadeBefore) {
  const auto from = sources(R"([{"db": "d", "table": "customers", "lookup": {"key": "customer", "value": ""}},
      {"db": "d", "table": "scores", "lookup": {"key": "_id"}}])");
  EXPECT_TRUE(index_sources(documents, nullptr, "default", from));
  EXPECT_EQ(look_up(from, "123").values.at("score"), json::value(7));
}

TEST_F(FeaturesTest, ListsAreArraysOrTextWithCommas) {
  const WhitelistFields whitelist{"mongodb", "d", "lists"};
  EXPECT_EQ(look_up_list(documents, "default", whitelist, "123").value(), (CustomerList{{"x", "y"}, true}));
  EXPECT_EQ(look_up_list(documents, "default", whitelist, "7").value(), (CustomerList{{"x", "z"}, true}));
  EXPECT_EQ(look_up_list(documents, "default", whitelist, "8").value(), (CustomerList{{}, true}));
  EXPECT_EQ(look_up_list(documents, "default", whitelist, "9").value(), std::nullopt);
  auto others = whitelist;
  others.logicin = false;
  EXPECT_EQ(look_up_list(documents, "default", others, "7")->value().only, false);
}

decision::Context context(const ContextualVariables& variables, std::string_view params, std::string_view features) {
  return context_in_force(variables, parsed_object(params), parsed_object(features));
}

TEST(ContextInForce, IsTheRequestsThenAFeatureThenAPositionThenBlank) {
  ContextualVariables variables;
  variables.contextual_variable_one_name = "age_group";
  variables.contextual_variable_two_name = "region";
  variables.contextual_variable_two_lookup = "home";
  constexpr std::string_view features = R"({"age_group": "old", "region": "EU", "home": 3})";
  EXPECT_EQ(context(variables, R"({"contextual_variable_one": "young", "contextual_variable_two": ""})", features),
            (decision::Context{"young", ""}));
  EXPECT_EQ(context(variables, "{}", features), (decision::Context{"old", "3"}));
  EXPECT_EQ(context(variables, R"({"contextual_variable_one": null})", features), (decision::Context{"old", "3"}));
  EXPECT_EQ(context(variables, R"({"value": ["p", true]})", R"({"age_group": "old"})"),
            (decision::Context{"old", "true"}));
  EXPECT_EQ(context({}, R"({"value": ["p"]})", features), (decision::Context{"p", ""}));
  EXPECT_EQ(context({}, R"({"input": ["x"], "value": ["p"]})", "{}"), (decision::Context{"", ""}));
  EXPECT_EQ(context({}, "{}", R"({"contextual_variable_one": "pair"})"), (decision::Context{"pair", ""}));
}

}  // namespace
}  // namespace proffer::service
