#include "service/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"
#include "service/campaign_docs.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

struct Read {
  Sources sources;
  std::vector<std::string> violations;
};

Read read(std::string_view body) {
  Read out;
  document::Violations parsing, violations;
  const auto document = document::parse_part<CampaignDocument>(
      document::parse_json(body).value(), document::Place("body"), document::Unknown::refuse, parsing);
  EXPECT_TRUE(parsing.empty()) << (parsing.empty() ? "" : parsing.error().message);
  out.sources = read_sources(document, document::Place("body"), violations);
  if (violations.empty()) return out;
  for (const auto& field : violations.error().fields) out.violations.push_back(field.location + ": " + field.message);
  return out;
}

Read with_properties(const std::string& properties) {
  return read(document::json_text(json::object{{"properties", properties}}));
}

TEST(Properties, NameLookUpsInLaxJson) {
  const auto [sources, violations] = with_properties(
      "# of the deployment\npredictor.name=spring\n"
      "predictor.param.lookup = [{predictor:'spring', mojo:'1', database:'mongodb', db:bank, table:customers, "
      "lookup:{key:'customer', value:123}, result:'parms'}, \\\n"
      "  {database: mongodb, db: bank, table: 'scores', lookup: {key: id, value: ''}, features: ['score']}]\n"
      "predictor.param.lookup.features=age, region\n"
      "predictor.param.lookup.default={region: EU}\r\n");
  EXPECT_THAT(violations, ElementsAre());
  ASSERT_EQ(sources.lookups.size(), 2U);
  EXPECT_EQ(sources.lookups[0],
            (LookupFields{
                "mongodb", "bank", "customers", {"customer", 123}, {"age", "region"}, {{"region", "EU"}}, "parms"}));
  EXPECT_EQ(sources.lookups[1],
            (LookupFields{"mongodb", "bank", "scores", {"id", ""}, {"score"}, {{"region", "EU"}}, ""}));
}

TEST(Properties, NameTablesListsAndNumbers) {
  const auto [sources, violations] = with_properties(
      "predictor.offer.matrix={database:mongodb,db:d,table:m,key:offer_id}\npredictor.offer.budget={db:d,table:b}\n"
      "predictor.whitelist.lookup={db:d,table:w}\npredictor.whitelist.logicin=false\npredictor.offercache=5000\n"
      "predictor.model.type=similarity\npredictor.corpora=[not read");
  EXPECT_THAT(violations, ElementsAre());
  EXPECT_EQ(sources.offer_matrix, (TableFields{"mongodb", "d", "m", "offer_id"}));
  EXPECT_EQ(sources.offer_budget, (TableFields{"mongodb", "d", "b", ""}));
  EXPECT_EQ(sources.whitelist, (WhitelistFields{"mongodb", "d", "w", {"customer_key", ""}, "white_list", false}));
  EXPECT_EQ(sources.offer_cache_ms, 5000);
  EXPECT_EQ(sources.model_type, "similarity");
}

TEST(Properties, OfATemplateNameNothing) {
  const auto [sources, violations] = with_properties(
      "predictor.param.lookup={predictor:'',database:'mongodb',db:'',table:'',lookup:{key:'customer',value:123}}\n"
      "predictor.offer.matrix={}\npredictor.whitelist.lookup=\npredictor.offercache=\n");
  EXPECT_THAT(violations, ElementsAre());
  EXPECT_TRUE(sources.lookups.empty());
  EXPECT_FALSE(sources.offer_matrix || sources.whitelist);
  EXPECT_EQ(sources.offer_cache_ms, 0);
}

TEST(Properties, MayLookUpInCassandraAndKeepNothingElseThere) {
  const auto [sources, violations] =
      with_properties("predictor.param.lookup={database:cassandra,db:shop,table:people,lookup:{key:'id',value:0}}\n");
  EXPECT_THAT(violations, ElementsAre());
  ASSERT_EQ(sources.lookups.size(), 1U);
  EXPECT_TRUE(is_elsewhere(sources.lookups[0]));
  EXPECT_THAT(
      with_properties("predictor.offer.matrix={database:cassandra,db:d,table:m}\n").violations,
      ElementsAre("body.properties.predictor.offer.matrix.database: expected \"mongodb\", the server's own store: "
                  "of others only cassandra is read, and for look-ups alone"));
}

TEST(Properties, CarryVirtualVariablesThatComeFirst) {
  const auto [sources, violations] = read(
      R"({"properties": "predictor.param.lookup={db:d,table:t,lookup:{key:k},virtual_variables:[{name:a,type:concatenate,fields:[x]}]}",
      "virtual_variables": [{"name": "b", "type": "concatenate", "fields": ["a"]}]})");
  EXPECT_THAT(violations, ElementsAre());
  ASSERT_EQ(sources.virtual_variables.size(), 2U);
  EXPECT_EQ(sources.virtual_variables[0].name, "a");
  EXPECT_EQ(sources.virtual_variables[1].name, "b");
}

TEST(Properties, NameEveryViolation) {
  EXPECT_THAT(
      with_properties("predictor.param.lookup=[{database:presto,db:d,table:t,lookup:{key:'',value:[1]}}, 7, {db:d}]\n"
                      "predictor.offer.matrix={db: d\npredictor.epsilon=2\npredictor.offercache=-1\n"
                      "predictor.whitelist.lookup={db:d,table:'a:b'}\npredictor.whitelist.logicin=maybe\n"
                      "predictor.offer.budget={db:proffer,table:keys}\n")
          .violations,
      ElementsAre(
          "body.properties.predictor.param.lookup[1]: expected an object",
          "body.properties.predictor.param.lookup[2].table: is required",
          "body.properties.predictor.param.lookup[2].lookup: is required",
          "body.properties.predictor.offer.matrix: expected ',' or '}' at line 1, column 7",
          "body.properties.predictor.whitelist.logicin: expected true or false",
          "body.properties.predictor.offercache: expected an integer from 0 to 10000000000000",
          "body.properties.predictor.epsilon: expected a number from 0 to 1",
          "body.properties.predictor.param.lookup[0].database: expected \"mongodb\", the server's own store: of "
          "others only cassandra is read, and for look-ups alone",
          "body.properties.predictor.param.lookup[0].lookup.key: expected the name of the field with the customer",
          "body.properties.predictor.param.lookup[0].lookup.value: expected a number or text",
          "body.properties.predictor.param.lookup[1]: expected a database and a collection with names of A-Z a-z 0-9 _ "
          "- (and . in the latter), not /",
          "body.properties.predictor.param.lookup[1].lookup.key: expected the name of the field with the customer",
          "body.properties.predictor.param.lookup[2]: expected a database and a collection with names of A-Z a-z 0-9 _ "
          "- (and . in the latter), not d/",
          "body.properties.predictor.param.lookup[2].lookup.key: expected the name of the field with the customer",
          "body.properties.predictor.offer.budget: expected a collection of your own, not proffer/keys",
          "body.properties.predictor.whitelist.lookup: expected a database and a collection with names of A-Z a-z 0-9 "
          "_ - (and . in the latter), not d/a:b"));
}

TEST(Sources, OfFieldsWinOverProperties) {
  const auto [sources, violations] = read(
      R"({"properties": "predictor.param.lookup={db:p,table:t,lookup:{key:k}}\npredictor.offercache=5\npredictor.offer.matrix={db:p,table:m}",
      "lookups": [{"db": "f", "table": "t", "lookup": {"key": "k"}}], "offer_cache_ms": 6,
      "offer_matrix": {"db": "f", "table": "m"}, "randomisation": {"cache_duration": 7}})");
  EXPECT_THAT(violations, ElementsAre());
  ASSERT_EQ(sources.lookups.size(), 1U);
  EXPECT_EQ(sources.lookups[0].db, "f");
  EXPECT_EQ(sources.offer_matrix->db, "f");
  EXPECT_EQ(sources.offer_cache_ms, 6);
}

TEST(Sources, AreTenLookUpsAtMost) {
  const auto lookups = [](std::size_t count) {
    std::string text = "predictor.param.lookup=[";
    for (std::size_t i = 0; i < count; ++i) text += "{db:d,table:t,lookup:{key:k}},";
    return text + "]";
  };
  EXPECT_TRUE(with_properties(lookups(10)).violations.empty());
  EXPECT_THAT(with_properties(lookups(11)).violations,
              ElementsAre("body.properties.predictor.param.lookup: expected at most 10 look-ups"));
}

}  // namespace
}  // namespace proffer::service
