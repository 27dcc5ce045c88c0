// The routes of the original's server, in the forms in which its client calls them, and refreshing with options.
#include <gtest/gtest.h>

#include <set>

#include "api/server.h"

namespace proffer::tests {
namespace {

constexpr auto uuid = "e9063bc0-d7ec-4af8-877d-fb4288fe7eac";

// A document in the manner of the original's client: numbers and booleans as text, empty text for empty lists, fields
// that mean nothing here.
std::string client_document(const std::string& name, const std::string& id = uuid) {
  return R"({"name": ")" + name + R"(", "uuid": ")" + id + R"(", "description": "offers", "batch": "false",
    "date_updated": "2023-12-12T07:43:57.000586", "score_database": "ecosystem_meta",
    "score_collection": "dynamic_engagement", "score_connection": "http://ecosystem-runtime:8091",
    "properties": "predictor.corpora=[{uuid:'x', type:'dynamic_engagement', name:'dynamic_engagement', database:'mongodb', db:'ecosystem_meta', table:'dynamic_engagement', update:true}]",
    "feature_store_database": "shop", "feature_store_collection": "set_up", "feature_store_connection": "",
    "options_store_database": "shop", "options_store_collection": "set_up_options", "options_store_connection": "",
    "randomisation": {"approach": "binaryThompson", "test_options_across_segment": "", "epsilon": "0",
      "success_reward": "1", "fail_reward": 0.1, "prior_success_reward": 1, "prior_fail_reward": 0.1,
      "cross_segment_epsilon": 0, "cache_duration": 0, "processing_window": "0", "processing_count": "0",
      "decay_gamma": "1", "interaction_count": "0", "calendar": "None", "batch": "false", "learning_rate": 0.25,
      "discount_factor": 0.75, "random_action": 0.2, "max_reward": 10, "missing_offers": "none",
      "training_data_source": "feature_store", "some_new_field": 7},
    "contextual_variables": {"contextual_variable_one_name": "segment", "contextual_variable_two_name": "",
      "contextual_variable_one_values": ["young", "old"], "contextual_variable_two_values": "",
      "contextual_variable_one_from_data_source": "true", "contextual_variable_two_from_data_source": false,
      "contextual_variable_one_lookup": "", "contextual_variable_two_lookup": "", "offer_key": "offer",
      "offer_values": "", "take_up": "", "tracking_key": ""},
    "virtual_variables": [], "lookup_fields": [],
    "batch_settings": {"batch_outline": "", "pulse_responder_list": "", "execution_type": "", "database": "",
      "collection": "", "threads": 1, "find": "{}", "database_out": "", "collection_out": "", "campaign": "",
      "number_of_offers": 1, "userid": "", "options": "", "contextual_variables": "", "batchUpdateMessage": ""},
    "options": [], "dynamic_eligibility": {"projection": [{"_id": 0, "uuid": 1}]}, "workbench_note": "x"})";
}

std::string percent_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
    out += std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c) : escaped;
  }
  return out;
}

class ServerRoutes : public testing::Test {
 protected:
  Answer good(Answer answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer;
  }

  void add(const std::string& collection, const std::string& document) {
    good(server.post("/api/addMongoDocuments",
                     R"({"database": "shop", "collection": ")" + collection + R"(", "document": )" + document + "}"));
  }

  // A set-up with two offers for the young and one for the old, and its campaign.
  void define() {
    add("set_up", R"({"offer": "a", "segment": "young"})");
    add("set_up", R"({"offer": "b", "segment": "young"})");
    add("set_up", R"({"offer": "a", "segment": "old"})");
    good(server.post("/api/savePulseResponderDynamic", client_document("spring")));
  }

  Answer generate(const std::string& type) {
    return server.post("/api/updateClientPulseResponder", R"({"type": ")" + type + R"(", "name": "spring", "uuid": ")" +
                                                              uuid + R"(", "engagement_type": "binaryThompson",
      "feature_store_database": "shop", "feature_store_collection": "set_up",
      "contextual_variable_one_values": ["young", "old"], "contextual_variable_two_values": [],
      "contextual_variable_one_name": "segment", "contextual_variable_two_name": "",
      "contextual_variable_one_from_data_source": false, "contextual_variable_two_from_data_source": false,
      "contextual_variable_one_lookup": "", "contextual_variable_two_lookup": "", "offer_key": "offer",
      "tracking_key": "", "options_store_database": "shop", "options_store_collection": "set_up_options",
      "prior_success_reward": 1, "prior_fail_reward": "0.1", "take_up": "",
      "dynamic_eligibility": {"projection": []}})");
  }

  service::DefinitionPtr definition(const std::string& name = "spring") {
    return server.world.campaigns.find("default", name)->current();
  }

  double contacts() {
    const auto live = server.world.campaigns.find("default", "spring");
    double sum = 0;
    for (const double count : server.world.in_service(*live).contacts) sum += count;
    return sum;
  }

  Stores stores;
  Server server{stores};
};

TEST_F(ServerRoutes, ACampaignIsMadeFromTheDocumentsOfTheOriginalsClient) {
  define();
  const auto made = good(generate("generateUpdatedOptions")).object();
  EXPECT_EQ(made.at("message"), "Success");
  EXPECT_EQ(made.at("offers"), 2);
  EXPECT_EQ(made.at("options"), 3);
  EXPECT_EQ(made.at("added"), 3);
  EXPECT_EQ(definition()->campaign.uuid.to_string(), uuid);  // by which the client knows it
  EXPECT_EQ(definition()->document.contextual_variables.contextual_variable_one_name, "segment");
  EXPECT_EQ(definition()->campaign.learning.processing_window.count(), 0);
  const auto answer = good(server.post("/invocations", R"({"campaign": "spring", "customer": "1", "numberoffers": 9,
                                         "params": {"contextual_variable_one": "old"}})"));
  EXPECT_EQ(answer.object().at("final_result").as_array().size(), 1U);
}

TEST_F(ServerRoutes, ListsCampaignsWithEverythingThatTheClientReads) {
  define();
  const auto listed = good(server.get("/api/listPulseResponderDynamic")).object().at("data").as_array();
  ASSERT_EQ(listed.size(), 1U);
  const auto& document = listed[0].as_object();
  EXPECT_EQ(document.at("name"), "spring");
  EXPECT_EQ(document.at("uuid"), uuid);
  for (const auto* name : {"randomisation", "contextual_variables", "batch_settings"}) {
    EXPECT_TRUE(document.at(name).is_object()) << name;
  }
  // What was listed can be saved again, as the client does when it updates a campaign.
  good(server.post("/api/savePulseResponderDynamic", document::json_text(document)));
  EXPECT_EQ(definition()->campaign.version, 2U);
  EXPECT_EQ(definition()->campaign.uuid.to_string(), uuid);
}

TEST_F(ServerRoutes, SavesDocumentsThatTheClientAddsToItsCollectionOfCampaigns) {
  good(server.post("/api/addMongoDocuments", R"({"database": "ecosystem_meta", "collection": "dynamic_engagement",
                                                 "update": "uuid", "document": )" +
                                                 client_document("spring") + "}"));
  EXPECT_EQ(definition()->campaign.uuid.to_string(), uuid);
}

TEST_F(ServerRoutes, RefusesWhatIsWrongInADocumentAndNotWhatIsUnknown) {
  auto body = object_of(client_document("spring"));
  body.at("randomisation").as_object()["epsilon"] = "7";
  const auto refused = server.post("/api/savePulseResponderDynamic", document::json_text(body));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.locations(), "body.randomisation.epsilon");
  EXPECT_EQ(refused.object().at("error"), 1);
  body.erase("name");
  EXPECT_EQ(server.post("/api/savePulseResponderDynamic", document::json_text(body)).locations(), "body.name");
}

TEST_F(ServerRoutes, KeepsTheNameOfACampaign) {
  define();
  const auto refused = server.post("/api/savePulseResponderDynamic", client_document("summer"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.locations(), "body.name");
  good(server.post("/api/savePulseResponderDynamic", client_document("summer", "no uuid")));
  EXPECT_NE(definition("summer")->campaign.uuid, definition()->campaign.uuid);
}

TEST_F(ServerRoutes, DeletesByUuidOrNameAsPythonSpellsThem) {
  define();
  const std::string route =
      "/api/deletePulseResponderDynamic?database=ecosystem_meta&collection=dynamic_engagement&find=";
  EXPECT_EQ(server.get(route + "%7B%27name%27%3A+%27summer%27%7D").status, 404);
  EXPECT_EQ(server.get(route + "%7B%7D").status, 422);
  EXPECT_EQ(server.get(route + "nonsense").status, 422);
  EXPECT_EQ(server.get(route + "%7B%27name").status, 400);
  good(server.get(route + "%7B%27name%27%3A+%27spring%27%7D"));
  EXPECT_EQ(server.world.campaigns.find("default", "spring"), nullptr);
  // What the user had set up is still there.
  good(server.post("/api/savePulseResponderDynamic", client_document("spring")));
  good(generate("generateDefaultOptions"));
  EXPECT_EQ(definition()->campaign.options.size(), 3U);
  good(server.get(route + percent_encoded(std::string(R"({"uuid": ")") + uuid + R"("})")));
  EXPECT_EQ(server.world.campaigns.find("default", "spring"), nullptr);
}

TEST_F(ServerRoutes, ShowsOptionsByTheirStore) {
  define();
  good(generate("generateDefaultOptions"));
  const auto ask = [&](const std::string& params) {
    return good(server.get("/api/getPulseResponderOptions?params=" + percent_encoded(params)))
        .object()
        .at("data")
        .as_array();
  };
  const std::string store = "'database': 'shop', 'collection': 'set_up_options', ";
  EXPECT_EQ(ask("{" + store + "'find': {}, 'skip': 0, 'limit': 0}").size(), 3U);
  EXPECT_EQ(ask("{" + store + "'find': {}, 'skip': 1, 'limit': 1}").size(), 1U);
  EXPECT_EQ(ask("{" + store + "'find': {'optionKey': 'a'}, 'skip': 0, 'limit': 0}").size(), 2U);
  EXPECT_EQ(ask("{'database': 'shop', 'collection': 'other', 'find': {}, 'skip': 0, 'limit': 0}").size(), 0U);
  EXPECT_EQ(ask("{" + store + "'find': {}}").at(0).at("alpha_zero"), 1);
}

TEST_F(ServerRoutes, PutsADeploymentInForce) {
  define();
  const auto pushed =
      good(server.post("/api/processPush", std::string(R"({"deployment_id": "other", "version": "001",
      "multi_armed_bandit": {"epsilon": "0.25", "duration": 0, "pulse_responder_uuid": ")") +
                                               uuid + R"("}, "properties": "predictor.name=spring", "paths": {}})"));
  EXPECT_EQ(pushed.object().at("properties"), "predictor.name=spring");
  EXPECT_EQ(definition()->campaign.deployment_epsilon, 0.25);
  EXPECT_EQ(server.post("/api/processPush", R"({"deployment_id": "unknown"})").object().at("ErrorMessage"),
            "there is no campaign 'unknown'");
}

TEST_F(ServerRoutes, RunsThePipelinesOfTheClient) {
  define();
  const auto values = good(server.post(
      "/api/postMongoDBAggregatePipeline",
      R"({"database": "shop", "collection": "set_up", "pipeline": ")" +
          percent_encoded(R"([{"$group": {"_id": "None", "values": {"$addToSet": "$segment"}}}])") + "\"}"));
  EXPECT_EQ(values.body_json().at(0).at("values"), (json::array{"young", "old"}));
  good(server.post("/api/postMongoDBAggregatePipeline",
                   R"({"database": "shop", "collection": "set_up", "pipeline": ")" +
                       percent_encoded(R"([{"$group": {"_id": "$offer"}}, {"$project": {"offer": "$_id", "_id": 0}},
                         {"$out": {"db": "shop", "coll": "copy"}}])") +
                       "\"}"));
  const auto found =
      good(server.get("/api/getMongoDBFind?database=shop&collection=copy&field=%7B%7D&limit=0&projections="
                      "%7B%27_id%27%3A+0%7D&skip=0"));
  std::set<std::string> offers;
  const auto members = found.object();
  for (const auto& document : members.at("data").as_array()) offers.insert(document::json_text(document));
  EXPECT_EQ(offers, (std::set<std::string>{R"({"offer":"a"})", R"({"offer":"b"})"}));
  const auto one = good(
      server.get("/api/getMongoDBFind?database=shop&collection=copy&field=%7B%7D&limit=1&projections=%7B%7D&skip=0"));
  EXPECT_TRUE(one.object().at("data").as_object().contains("offer"));  // the client takes its keys
  EXPECT_EQ(server
                .post("/api/postMongoDBAggregatePipeline",
                      R"({"database": "shop", "collection": "copy", "pipeline": [{"$lookup": {}}]})")
                .locations(),
            "pipeline[0].$lookup");
}

TEST_F(ServerRoutes, EmptiesACollectionAndLeavesOptionsToTheirCampaign) {
  define();
  good(generate("generateDefaultOptions"));
  const auto empty = [&](const std::string& collection) {
    return server.post("/api/deleteAllMongoDocuments", R"({"database": "shop", "collection": ")" + collection + "\"}");
  };
  EXPECT_EQ(good(empty("set_up_options")).object().at("count"), 0);
  EXPECT_EQ(definition()->campaign.options.size(), 3U);
  EXPECT_EQ(good(empty("set_up")).object().at("count"), 3);
  EXPECT_EQ(generate("generateDefaultOptions").status, 422);  // nothing to make options from: nothing changes
  EXPECT_EQ(definition()->campaign.options.size(), 3U);
}

TEST_F(ServerRoutes, ReachNeitherProffersOwnCollectionsNorAnotherProject) {
  for (const std::string collection : {"keys", "tokens", "users", "secrets", "campaign_versions"}) {
    EXPECT_EQ(server
                  .post("/api/addMongoDocuments",
                        R"({"database": "proffer", "collection": ")" + collection + R"(", "document": {"a": 1}})")
                  .status,
              422);
    EXPECT_EQ(server.get("/api/getMongoDBFind?database=proffer&collection=" + collection).status, 422);
    EXPECT_EQ(server
                  .post("/api/postMongoDBAggregatePipeline",
                        R"({"database": "proffer", "collection": ")" + collection + R"(", "pipeline": []})")
                  .status,
              422);
    EXPECT_EQ(
        server.post("/api/deleteAllMongoDocuments", R"({"database": "proffer", "collection": ")" + collection + "\"}")
            .status,
        422);
  }
  add("notes", R"({"a": 1})");
  server.world.keys.add_in_memory("sk_other", {"other", service::Role::admin});
  const Headers other{{"authorization", "Bearer sk_other"}};
  EXPECT_EQ(server.get("/api/getMongoDBFind?database=shop&collection=notes", other).body, R"({"data":[]})");
  EXPECT_EQ(server.get("/api/listPulseResponderDynamic", other).body, R"({"data":[]})");
}

TEST_F(ServerRoutes, ReplacesTheDocumentThatIsEqualInTheMemberNamed) {
  const auto put = [&](const std::string& value) {
    good(server.post("/api/addMongoDocuments",
                     R"({"database": "shop", "collection": "notes", "update": "key", "document": {"key": "k", "v": )" +
                         value + "}}"));
  };
  put("1");
  put("2");
  const auto found =
      good(server.get("/api/getMongoDBFind?database=shop&collection=notes&projections=%7B%22_id%22:0%7D"));
  EXPECT_EQ(document::json_text(found.body_json()), R"({"data":[{"key":"k","v":2}]})");
}

// The server that the outgoing calls of these tests reach: this one.
class RefreshWithOptions : public ServerRoutes {
 protected:
  RefreshWithOptions() {
    define();
    EXPECT_EQ(generate("generateDefaultOptions").status, 200);
    stores.outgoing.answer = [this](const service::OutgoingRequest& request) -> base::Result<service::OutgoingAnswer> {
      const auto path = request.url.substr(request.url.find('/', 8));
      Headers headers;
      for (const auto& [name, value] : request.headers)
        headers[name == "Authorization" ? "authorization" : name] = value;
      const auto answer = server.call(request.method, path, request.body, headers);
      return service::OutgoingAnswer{answer.status, answer.content_type, answer.body};
    };
  }

  Answer refresh(const std::string& more = "") {
    const auto token = server.world.tokens.create(service::TokenKind::api_key, "t", {}, std::chrono::hours{1})->text;
    return server.post("/refreshWithOptions",
                       R"({"url": "http://server:3001/api", "token": ")" + token + "\"" + more + "}");
  }

  void learn() {
    const auto made = server.world.decided("spring");
    ASSERT_TRUE(server.world.responded(made.record.uuid, {offer_at(made, 0)}));
  }
};

const std::string set_up_fields =
    R"(, "mongo_offer_database": "shop", "mongo_offer_collection": "offers", "mongo_setup_database": "shop",
       "mongo_setup_collection": "set_up", "contextual_variable_one_name": "segment",
       "contextual_variable_one_values": "young, old", "contextual_variable_two_name": "day",
       "contextual_variable_two_values": [1, "2"], "offer_name_column": "name")";

TEST_F(RefreshWithOptions, ResetsEverythingWhenNoTypeIsGiven) {
  learn();
  EXPECT_EQ(contacts(), 1);
  const auto answer = good(refresh()).object();
  EXPECT_EQ(answer.at("message"), "Success");
  EXPECT_EQ(answer.at("campaign"), "spring");
  EXPECT_EQ(answer.at("type"), "generateDefaultOptions");
  EXPECT_EQ(answer.at("taken_over"), false);
  EXPECT_EQ(answer.at("server").at("options"), 3);
  EXPECT_EQ(contacts(), 0);
  const auto sent = stores.outgoing.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].url, "http://server:3001/api/updateClientPulseResponder");
  EXPECT_TRUE(sent[0].headers[0].second.starts_with("Bearer eyJ"));
  const auto body = object_of(sent[0].body);
  for (const auto* name :
       {"type", "name", "uuid", "engagement_type", "feature_store_database", "feature_store_collection",
        "contextual_variable_one_values", "contextual_variable_two_name", "offer_key", "tracking_key",
        "options_store_database", "options_store_collection", "prior_success_reward", "prior_fail_reward", "take_up"}) {
    EXPECT_TRUE(body.contains(name)) << name;
  }
  ASSERT_EQ(server.get("/learning").status, 200);
  EXPECT_EQ(contacts(), 1);  // drifts back
}

TEST_F(RefreshWithOptions, OnlyAddsWhatIsMissingWhenToldTo) {
  learn();
  add("set_up", R"({"offer": "c", "segment": "old"})");
  const auto answer = good(refresh(R"(, "type": "generateUpdatedOptions", "campaign": "spring")")).object();
  EXPECT_EQ(answer.at("server").at("added"), 1);
  EXPECT_EQ(definition()->campaign.options.size(), 4U);
  EXPECT_EQ(contacts(), 1);
}

TEST_F(RefreshWithOptions, MakesTheSetUpStoreAnewFromAllNineFields) {
  for (const std::string name : {"x", "y", "x", "z"}) add("offers", R"({"name": ")" + name + "\"}");
  const auto answer = good(refresh(set_up_fields)).object();
  EXPECT_EQ(answer.at("set_up_rows"), 12);
  EXPECT_EQ(definition()->campaign.options.size(), 12U);
  EXPECT_EQ(definition()->campaign.offers.size(), 3U);
  EXPECT_EQ(definition()->document.contextual_variables.contextual_variable_two_name, "day");
  std::set<std::string> options;
  for (const auto& option : definition()->campaign.options) {
    options.insert(option.offer + ' ' + option.context.one + ' ' + option.context.two);
  }
  EXPECT_EQ(options, (std::set<std::string>{"x old 1", "x old 2", "x young 1", "x young 2", "y old 1", "y old 2",
                                            "y young 1", "y young 2", "z old 1", "z old 2", "z young 1", "z young 2"}));
  EXPECT_EQ(definition()->document.contextual_variables.offer_key, "name");
}

TEST_F(RefreshWithOptions, CopiesTheOffersOfACassandraQueryFirst) {
  add("offers", R"({"name": "gone"})");
  const std::string query = R"(, "cassandra_offer_query": "SELECT name FROM offers")";
  stores.fake_tables.rows["SELECT name FROM offers"] = {object_of(R"({"name": "x"})"), object_of(R"({"name": "y"})")};
  const auto answer = good(refresh(query + set_up_fields)).object();
  EXPECT_EQ(answer.at("offer_rows"), 2);
  EXPECT_EQ(answer.at("set_up_rows"), 8);
  std::set<std::string> offers;
  for (const auto& offer : definition()->campaign.offers) offers.insert(offer.name);
  EXPECT_EQ(offers, (std::set<std::string>{"x", "y"}));
  const auto alone = good(refresh(query + R"(, "mongo_offer_database": "shop", "mongo_offer_collection": "copy")"));
  EXPECT_EQ(alone.object().at("offer_rows"), 2);
  EXPECT_FALSE(alone.object().contains("set_up_rows"));
  EXPECT_EQ(stores.documents.get({"shop", "copy"}, "00000002").value().value().at("name"), "y");
}

TEST_F(RefreshWithOptions, LeavesOffersAndOptionsAloneWhenCassandraDoesNotGiveThem) {
  add("offers", R"({"_id": "kept", "name": "gone"})");
  learn();
  const auto before = definition();
  const auto refused = [&](int status, const std::string& words) {
    const auto answer = refresh(R"(, "cassandra_offer_query": "SELECT name FROM offers")" + set_up_fields);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_NE(answer.body.find("step offers failed"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find(words), std::string::npos) << answer.body;
    EXPECT_EQ(definition(), before);
    EXPECT_TRUE(stores.documents.get({"shop", "offers"}, "kept").value());
    return answer;
  };
  EXPECT_EQ(refused(422, "no such table").locations(), "body.cassandra_offer_query");
  stores.fake_tables.rows["SELECT name FROM offers"] = {};
  EXPECT_EQ(refused(422, "gives no rows").locations(), "body.cassandra_offer_query");
  stores.fake_tables.error = base::Error{base::ErrorKind::remote, "nobody is there", {}};
  refused(502, "nobody is there");
  stores.fake_tables.error = base::Error{base::ErrorKind::timed_out, "too slow", {}};
  refused(504, "too slow");
  EXPECT_TRUE(stores.outgoing.requests().empty());
  EXPECT_EQ(contacts(), 1);
}

TEST_F(RefreshWithOptions, NeedsAConfiguredCassandraForItsQuery) {
  Stores without;
  without.tables = nullptr;
  Server other(without);
  ASSERT_EQ(other.call("PUT", "/api/v1/campaigns/spring", "{}").status, 201);
  const auto answer = other.post("/refreshWithOptions", R"({"url": "http://server:3001/api", "token": "t",
      "cassandra_offer_query": "SELECT * FROM t", "mongo_offer_database": "d", "mongo_offer_collection": "c"})");
  EXPECT_EQ(answer.locations(), "body.cassandra_offer_query");
  EXPECT_NE(answer.body.find("no Cassandra is configured"), std::string::npos) << answer.body;
}

TEST_F(RefreshWithOptions, SaysWhichFieldsItMissesAndLeavesTheSetUpStoreAlone) {
  const auto answer = good(refresh(R"(, "mongo_offer_database": "shop", "mongo_offer_collection": "offers")")).object();
  EXPECT_FALSE(answer.contains("set_up_rows"));
  EXPECT_EQ(answer.at("set_up"),
            "not made anew, without mongo_setup_database, mongo_setup_collection, contextual_variable_one_name, "
            "contextual_variable_one_values, contextual_variable_two_name, contextual_variable_two_values, "
            "offer_name_column");
}

TEST_F(RefreshWithOptions, RefusesABodyThatIsWrong) {
  EXPECT_EQ(server.post("/refreshWithOptions", "{}").locations(), "body.url, body.token");
  EXPECT_EQ(server.post("/refreshWithOptions", R"({"url": "http://elsewhere/api", "token": "t"})").locations(),
            "body.url");
  EXPECT_EQ(refresh(R"(, "type": "generateSomething")").locations(), "body.type");
  EXPECT_EQ(refresh(R"(, "cassandra_offer_query": "SELECT * FROM offers")").locations(),
            "body.mongo_offer_database, body.mongo_offer_collection");
  EXPECT_EQ(refresh(R"(, "campaign": "unknown")").status, 404);
  EXPECT_TRUE(stores.outgoing.requests().empty());
}

TEST_F(RefreshWithOptions, NamesTheStepThatFailedAndLeavesTheOptionsAsTheyWere) {
  learn();
  const auto before = definition();
  const auto self = stores.outgoing.answer;
  const auto failing = [&](FakeOutgoing::Answer answer, int status, const std::string& words) {
    stores.outgoing.answer = std::move(answer);
    const auto refused = refresh();
    EXPECT_EQ(refused.status, status) << refused.body;
    EXPECT_NE(refused.body.find(words), std::string::npos) << refused.body;
    EXPECT_EQ(definition(), before);
    EXPECT_EQ(contacts(), 1);
  };
  using Result = base::Result<service::OutgoingAnswer>;
  const std::string call = "step updateClientPulseResponder failed: ";
  failing([](const auto&) -> Result { return base::fail(base::ErrorKind::timed_out, "no answer within 30 s"); }, 504,
          call + "no answer within 30 s");
  failing([](const auto&) -> Result { return base::fail(base::ErrorKind::remote, "nobody is there"); }, 502,
          call + "nobody is there");
  failing(
      [](const auto&) -> Result {
        return service::OutgoingAnswer{503, "text/plain", "closed for today"};
      },
      502, "answered 503: closed for today");
  failing(
      [](const auto&) -> Result {
        return service::OutgoingAnswer{200, "application/json", R"({"ErrorMessage": "no such thing"})"};
      },
      502, "no such thing");
  failing(
      [](const auto&) -> Result {
        return service::OutgoingAnswer{200, "application/json", R"({"store": "another", "rows": [{"price": 1}]})"};
      },
      422, "step options failed");
  stores.outgoing.answer = self;
  const auto set_up = refresh(set_up_fields);  // there are no offers
  EXPECT_EQ(set_up.status, 422);
  EXPECT_NE(set_up.body.find("step set-up failed"), std::string::npos) << set_up.body;
  EXPECT_EQ(definition(), before);
}

TEST_F(RefreshWithOptions, TellsWhatTheServerSaysOfARevokedToken) {
  const auto refused = server.post("/refreshWithOptions", R"({"url": "http://127.0.0.1:1/api", "token": "a.b.c"})");
  EXPECT_EQ(refused.status, 502);
  EXPECT_NE(refused.body.find("this token is not valid"), std::string::npos) << refused.body;
}

TEST_F(RefreshWithOptions, TakesOverTheOptionsOfAServerThatHasAStoreOfItsOwn) {
  Stores others;
  Server other(others);
  ASSERT_EQ(other.call("PUT", "/api/v1/campaigns/spring", R"({"contextual_variables": {"offer_key": "name"}})").status,
            201);
  ASSERT_EQ(other
                .call("PUT", "/api/v1/campaigns/spring/offers",
                      R"([{"name": "p", "price": 3, "alpha_zero": 2, "colour": "red"}, {"name": "q"}])")
                .status,
            200);
  stores.outgoing.answer = [&](const service::OutgoingRequest& request) -> base::Result<service::OutgoingAnswer> {
    auto body = object_of(request.body);
    for (const auto* name : {"feature_store_database", "feature_store_collection", "options_store_database",
                             "options_store_collection", "offer_key", "contextual_variable_one_name"}) {
      body.erase(name);
    }
    const auto answer = other.post("/api/updateClientPulseResponder", document::json_text(body));
    return service::OutgoingAnswer{answer.status, answer.content_type, answer.body};
  };
  learn();
  const auto answer = good(refresh()).object();
  EXPECT_EQ(answer.at("taken_over"), true);
  EXPECT_FALSE(answer.at("server").as_object().contains("rows"));
  ASSERT_EQ(definition()->campaign.offers.size(), 2U);
  const auto& option = definition()->campaign.options[0];
  EXPECT_EQ(option.offer, "p");
  EXPECT_EQ(option.price, 3);
  EXPECT_EQ(option.alpha_zero, 2);
  EXPECT_EQ(definition()->rows.at(option.id).attributes.at("colour"), "red");
  EXPECT_EQ(contacts(), 0);
  good(generate("generateUpdatedOptions"));  // the rows stand in this node's own set-up store, under its own names
  EXPECT_EQ(definition()->campaign.offers.size(), 2U);
}

}  // namespace
}  // namespace proffer::tests
