// Wrong addresses, servers that cannot be used, and servers that go away: one clear line each, within bounded time, and
// never a credential in it.
#include "adapters/mongodb/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "adapters/mongodb/stores.h"
#include "components/mongo_server.h"
#include "components/scripted_mongo.h"

namespace proffer::tests {
namespace {

using adapters::MongoStores;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

constexpr const char* primary = R"("ismaster": true, "isWritablePrimary": true)";
// Where the time-out ends the test, and where something else does.
constexpr const char* quick = "serverSelectionTimeoutMS=1000&connectTimeoutMS=600&socketTimeoutMS=1000";
constexpr const char* calm = "serverSelectionTimeoutMS=10000&connectTimeoutMS=5000&socketTimeoutMS=10000";
const store::Collection here{"database", "collection"};

std::string address_of(const ScriptedMongo& server, const std::string& credentials = "") {
  return "mongodb://" + credentials + server.host() + "/?" + calm;
}

std::string refusal(const std::string& address) {
  const auto opened = MongoStores::open({address, ""});
  EXPECT_FALSE(opened);
  if (opened) return {};
  EXPECT_THAT(opened.error().message, Not(HasSubstr("\n")));
  EXPECT_THAT(opened.error().message, Not(HasSubstr("hunter2")));
  return opened.error().message;
}

std::unique_ptr<MongoStores> open(const std::string& address) {
  auto opened = MongoStores::open({address, ""});
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

TEST(MongoAddress, IsRefusedInOneLineWhenItIsNone) {
  for (const auto* address : {"mongodb://", "mongodb://ann:hunter2@", "mongodb://ann:hun/ter2@h:99999999",
                              "mongodb://ann:hunter2", "mongodb://ann:hunter2%zz@db1"}) {
    EXPECT_THAT(refusal(address), HasSubstr("not an address of a MongoDB")) << address;
  }
  EXPECT_THAT(refusal("mongodb://ann:hunter2@db1/?tsl=true"), HasSubstr("an option that is not known: tsl"));
  EXPECT_THAT(refusal("mongodb://ann:hunter2@db1/?w=0"), HasSubstr("w=0"));
}

TEST(MongoConnection, SaysThatNobodyAnswers) {
  std::string address;
  {
    const ScriptedMongo gone(primary);
    address = "mongodb://ann:hunter2@" + gone.host() + "/?" + quick;
  }
  EXPECT_THAT(refusal(address), HasSubstr("no MongoDB answers at 127.0.0.1:"));
  EXPECT_THAT(refusal(std::string("mongodb://no-such-host.invalid/?") + quick), HasSubstr("no-such-host.invalid"));
}

TEST(MongoConnection, SaysThatTheServerDoesNotSpeakTls) {
  const ScriptedMongo server(primary);
  EXPECT_THAT(refusal("mongodb://" + server.host() + "/?serverSelectionTimeoutMS=2000&connectTimeoutMS=1500&tls=true"),
              HasSubstr("TLS handshake failed"));
}

TEST(MongoConnection, SaysThatThePasswordIsWrong) {
  const ScriptedMongo server(primary, [](const auto& name, const auto&) {
    EXPECT_EQ(name, "saslStart");
    return R"({"ok": 0, "code": 18, "codeName": "AuthenticationFailed", "errmsg": "Authentication failed."})";
  });
  EXPECT_THAT(refusal(address_of(server, "ann:hunter2@")), HasSubstr("refuses the user or the password"));
}

TEST(MongoConnection, SaysThatTheServerIsTooOld) {
  for (const auto* version : {"2", "6", "7"}) {
    const ScriptedMongo server(std::string(primary) + R"(, "maxWireVersion": )" + version);
    EXPECT_THAT(refusal(address_of(server)), HasSubstr("too old: Proffer needs version 4.2 or newer")) << version;
  }
}

std::string secondary(const std::string& set) {
  return R"("ismaster": false, "isWritablePrimary": false, "secondary": true, "setName": ")" + set + '"';
}

TEST(MongoConnection, SaysThatTheReplicaSetHasNoPrimary) {
  const ScriptedMongo alone(secondary("rs0"));
  EXPECT_THAT(refusal(address_of(alone)), HasSubstr("has no primary"));
  const ScriptedMongo server(secondary("rs0") + R"(, "hosts": ["127.0.0.1:1"])");
  EXPECT_THAT(refusal("mongodb://" + server.host() + "/?serverSelectionTimeoutMS=3000&replicaSet=rs0"),
              HasSubstr("has no primary"));
}

// What is new in the answers to writes.
std::string written(int count, const char* more = "") {
  return R"({"ok": 1, "n": )" + std::to_string(count) + more + "}";
}

std::string found(const std::string& document) {
  return R"({"ok": 1, "cursor": {"id": {"$numberLong": "0"}, "ns": "database.collection", "firstBatch": [)" + document +
         "]}}";
}

TEST(MongoConnection, WritesAreConfirmedByTheMajorityUnlessTheAddressSaysOtherwise) {
  const ScriptedMongo server(primary, [](const auto&, const auto&) { return written(1); });
  ASSERT_TRUE(open(address_of(server))->documents().put(here, {{"_id", "x"}}));
  EXPECT_THAT(server.commands().back(), HasSubstr(R"("w" : "majority")"));
  EXPECT_THAT(server.commands().back(), HasSubstr(R"("j" : true)"));
  ASSERT_TRUE(
      open(address_of(server))->documents().update(here, "x", {.set = {{"n", 1}}, .increment = {}, .unset = {}}));
  EXPECT_THAT(server.commands().back(), HasSubstr(R"("w" : "majority")"));
  ASSERT_TRUE(open(address_of(server) + "&w=1")->documents().put(here, {{"_id", "x"}}));
  EXPECT_THAT(server.commands().back(), Not(HasSubstr("majority")));
}

TEST(MongoConnection, APutWhoseAnswerIsLostIsMadeAgain) {
  int lost = 0;
  const ScriptedMongo server(primary, [&](const auto& name, const auto&) -> std::optional<std::string> {
    if (name == "update" && lost++ == 0) return std::nullopt;
    return written(1);
  });
  const auto stores = open(address_of(server));
  EXPECT_TRUE(stores->documents().put(here, {{"_id", "x"}}));
  EXPECT_THAT(server.names(), ElementsAre("ping", "update", "update"));
}

TEST(MongoConnection, APutIsMadeAgainWhenThePrimaryStepsDown) {
  int refused = 0;
  const ScriptedMongo server(primary, [&](const auto& name, const auto&) {
    if (name == "update" && refused++ == 0)
      return std::string(R"({"ok": 0, "code": 10107, "codeName": "NotWritablePrimary", "errmsg": "not primary"})");
    return written(1);
  });
  EXPECT_TRUE(open(address_of(server))->documents().put(here, {{"_id", "x"}}));
}

TEST(MongoConnection, AnIncrementWhoseAnswerIsLostIsNotMadeAgain) {
  const ScriptedMongo server(primary, [&](const auto& name, const auto&) -> std::optional<std::string> {
    if (name == "findAndModify") return std::nullopt;
    return written(1);
  });
  const auto stores = open(address_of(server));
  const auto updated = stores->documents().update(here, "x", {.set = {}, .increment = {{"n", 1}}, .unset = {}});
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(server.names(), ElementsAre("ping", "findAndModify"));
}

TEST(MongoConnection, AnInsertWhoseAnswerIsLostIsNoConflictWithItself) {
  for (const bool same : {true, false}) {
    int lost = 0;
    const ScriptedMongo server(primary, [&](const auto& name, const auto&) -> std::optional<std::string> {
      if (name == "insert" && lost++ == 0) return std::nullopt;
      if (name == "insert") return written(0, R"(, "writeErrors": [{"index": 0, "code": 11000, "errmsg": "E11000"}])");
      if (name != "find") return written(1);
      return found(same ? R"({"_id": "x", "v": {"$numberLong": "1"}})" : R"({"_id": "x", "v": true})");
    });
    const auto inserted = open(address_of(server))->documents().insert(here, {{"_id", "x"}, {"v", 1}});
    EXPECT_EQ(inserted.has_value(), same);
    if (!inserted) {
      EXPECT_EQ(inserted.error().kind, base::ErrorKind::conflict);
    }
  }
}

// As MongoDB's manual has it ($inc: a field with a null value, a sum beyond 64 bits); the test server adds
// nevertheless.
TEST(MongoConnection, AnUpdateThatTheServerRefusesIsRefusedInTheWordsOfEveryStore) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"_id": "x", "n": null})", R"("code": 14)"},
      {R"({"_id": "x", "n": {"$numberLong": "9223372036854775807"}})", R"("code": 2)"}};
  for (const auto& [held, code] : cases) {
    const ScriptedMongo server(primary, [&](const auto& name, const auto&) -> std::string {
      if (name == "find") return found(held);
      return name == "findAndModify" ? R"({"ok": 0, "errmsg": "Cannot apply $inc", )" + std::string(code) + "}"
                                     : written(1);
    });
    const auto updated =
        open(address_of(server))->documents().update(here, "x", {.set = {}, .increment = {{"n", 1}}, .unset = {}});
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().kind, base::ErrorKind::invalid);
    EXPECT_THAT(updated.error().message, testing::StartsWith("cannot increment n: ")) << held;
  }
}

TEST(MongoConnection, SaysWhichRightIsMissing) {
  const ScriptedMongo server(primary, [](const auto& name, const auto&) {
    if (name == "ping") return written(1);
    return std::string(R"({"ok": 0, "code": 13, "codeName": "Unauthorized", "errmsg": "not authorized on database"})");
  });
  const auto refused = open(address_of(server))->documents().put(here, {{"_id", "x"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("readWrite"));
}

TEST(MongoConnection, AWriteThatTheMajorityDoesNotConfirmIsNotAcknowledged) {
  const ScriptedMongo server(primary, [](const auto&, const auto&) {
    return written(1, R"(, "writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"})");
  });
  const auto unconfirmed = open(address_of(server))->documents().put(here, {{"_id", "x"}});
  ASSERT_FALSE(unconfirmed);
  EXPECT_EQ(unconfirmed.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(unconfirmed.error().message, HasSubstr("majority"));
}

// On a busy machine a server's first answers take a while.
bool answers_again(store::DocumentStore& documents) {
  for (int i = 0; i < 20; ++i) {
    if (documents.ping()) return true;
  }
  return false;
}

TEST(MongoConnection, AServerThatGoesAwayAndComesBackIsUsedAgain) {
  MongoServer server;
  const auto stores =
      open(server.address() + "/?serverSelectionTimeoutMS=2000&connectTimeoutMS=1500&socketTimeoutMS=1000");
  auto& documents = stores->documents();
  ASSERT_TRUE(documents.put(here, {{"_id", "x"}}));
  const auto fails_soon = [&] {
    const auto began = std::chrono::steady_clock::now();
    const auto refused = documents.put(here, {{"_id", "y"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{15});
    EXPECT_FALSE(documents.ping());
    EXPECT_FALSE(documents.reopen());
  };
  server.pause();
  fails_soon();
  server.resume();
  EXPECT_TRUE(answers_again(documents));
  EXPECT_TRUE(documents.put(here, {{"_id", "y"}}));
  server.stop();
  fails_soon();
  server.start();
  EXPECT_TRUE(answers_again(documents));
  EXPECT_TRUE(documents.reopen());
  EXPECT_TRUE(*documents.get(here, "x"));
  EXPECT_TRUE(*documents.get(here, "y"));
}

}  // namespace
}  // namespace proffer::tests
