// How values and names stand in MongoDB: what other programs that read the collections see.
#include "adapters/mongodb/bson_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/member_names.h"
#include "adapters/mongodb/stores.h"
#include "components/mongo_server.h"
#include "document/json.h"

namespace proffer::tests {
namespace {

using namespace adapters;
using testing::ElementsAre;
namespace json = boost::json;

TEST(MemberNames, AreEscapedOnlyWhereMongoDbCannotHoldThem) {
  const std::pair<std::string, std::string> cases[] = {
      {"price", "price"}, {"price$", "price$"}, {"a.b", "a%2Eb"},           {"$set", "%24set"}, {"", "%"},
      {"%", "%25"},       {"100%", "100%"},     {"%2E", "%252E"},           {"%2e", "%2e"},     {"%25", "%2525"},
      {"%%2E", "%%252E"}, {"%.", "%%2E"},       {std::string(1, 0), "%00"}, {"é.漢", "é%2E漢"}, {"a$b.", "a$b%2E"},
      {"%24", "%2524"},
  };
  for (const auto& [name, escaped] : cases) {
    EXPECT_EQ(escape_name(name), escaped);
    EXPECT_EQ(unescape_name(escaped), name);
  }
  EXPECT_EQ(escape_path("a.$b..100%"), "a.%24b.%.100%");
}

// Every name of up to five characters of those that the escaping knows, and one that it does not.
TEST(MemberNames, ComeBackAndNeverMeet) {
  const std::string characters(
      "%.$\0"
      "20E5x",
      9);
  std::set<std::string> escaped;
  std::size_t names = 0;
  const std::function<void(const std::string&)> visit = [&](const std::string& name) {
    ++names;
    const std::string one = escape_name(name);
    EXPECT_EQ(unescape_name(one), name);
    EXPECT_FALSE(one.empty() || one[0] == '$' || one.find('.') != one.npos || one.find('\0') != one.npos) << name;
    escaped.insert(one);
    if (name.size() < 5)
      for (const char c : characters) visit(name + c);
  };
  visit("");
  EXPECT_EQ(escaped.size(), names);
}

Bson bson_of(const json::value& value) {
  auto bson = to_bson({{"_id", "x"}, {"v", value}});
  EXPECT_TRUE(bson) << bson.error().message;
  return std::move(*bson);
}

bson_type_t type_of(const json::value& value) {
  const Bson bson = bson_of(value);
  bson_iter_t iter;
  EXPECT_TRUE(bson_iter_init_find(&iter, bson, "v"));
  return bson_iter_type(&iter);
}

json::value again(const json::value& value) { return from_bson(bson_of(value)).at("v"); }

TEST(BsonValues, HaveTheKindsThatReadersOfTheCollectionsExpect) {
  EXPECT_EQ(type_of(1), BSON_TYPE_INT64);
  EXPECT_EQ(type_of(1u), BSON_TYPE_INT64);
  EXPECT_EQ(type_of(UINT64_MAX), BSON_TYPE_DECIMAL128);
  EXPECT_EQ(type_of(1.0), BSON_TYPE_DOUBLE);
  EXPECT_EQ(type_of("1"), BSON_TYPE_UTF8);
  EXPECT_EQ(type_of({{"$date", 1}}), BSON_TYPE_DATE_TIME);
  EXPECT_EQ(type_of({{"$date", "2024-12-20T13:04:43Z"}}), BSON_TYPE_DATE_TIME);
  EXPECT_EQ(type_of({{"$date", "2024-12-20T13:04:43.000774Z"}}), BSON_TYPE_DOCUMENT) << "a date holds milliseconds";
  EXPECT_EQ(type_of({{"$date", "yesterday"}}), BSON_TYPE_DOCUMENT);
  EXPECT_EQ(type_of({{"$date", 1}, {"more", 1}}), BSON_TYPE_DOCUMENT);
  EXPECT_EQ(type_of({{"$oid", "507f1f77bcf86cd799439011"}}), BSON_TYPE_OID);
  EXPECT_EQ(type_of({{"$oid", "no hex"}}), BSON_TYPE_DOCUMENT);
}

TEST(BsonValues, ComeBackExactly) {
  const json::value values[] = {
      INT64_MIN,
      INT64_MAX,
      std::uint64_t{1} << 63,
      UINT64_MAX,
      0.1,
      -0.0,
      5e-324,
      -1.7976931348623157e308,
      1e22,
      "",
      "é漢🎉",
      json::string(std::string_view("a\0b", 3)),
      nullptr,
      true,
      json::array{},
      json::object{},
      {{"$date", INT64_MIN}},
      {{"$date", INT64_MAX}},
      {{"$date", -1}},
      {{"$date", 0}},
      {{"$date", "2024-12-20T13:04:43.000774Z"}},
      {{"$date", "yesterday"}},
      {{"$date", nullptr}},
      {{"$oid", "no"}},
      {{"$oid", "507F1F77BCF86CD799439011"}},
      {{"$numberDecimal", "18446744073709551615"}},
      {{"$numberLong", "5"}},
      {{"$code", "x"}},
      json::array{json::array{1, 1.0}, json::object{{"", json::array{nullptr}}}},
  };
  for (const auto& value : values) {
    EXPECT_EQ(again(value), value) << value;
    EXPECT_EQ(again(value).kind(), value.kind()) << value;
  }
  EXPECT_TRUE(std::signbit(again(-0.0).get_double()));
  EXPECT_EQ(again({{"$date", "2024-12-20T14:04:43.007+01:00"}}), json::value({{"$date", 1'734'699'883'007}}));
}

// Kinds that others write: readable, and unchanged when written back.
TEST(BsonValues, OfOtherKindsAreExtendedJson) {
  const char* text = R"({"_id": "x", "oid": {"$oid": "507f1f77bcf86cd799439011"}, "dec": {"$numberDecimal": "0.10"},
    "bin": {"$binary": {"base64": "AAEC", "subType": "00"}}, "ts": {"$timestamp": {"t": 5, "i": 1}},
    "re": {"$regularExpression": {"pattern": "^a", "options": "i"}}, "min": {"$minKey": 1}, "max": {"$maxKey": 1},
    "nan": {"$numberDouble": "NaN"}, "inf": {"$numberDouble": "-Infinity"}})";
  bson_error_t error;
  const Bson bson(bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text), -1, &error));
  const auto document = from_bson(bson);
  EXPECT_EQ(json::value(document), *document::parse_json(text));
  const auto back = to_bson(document);
  ASSERT_TRUE(back);
  EXPECT_TRUE(bson_equal(bson, *back));
  const Bson small = std::move(Bson().text("_id", "x").number("int32", 7));
  EXPECT_EQ(from_bson(small).at("int32"), json::value(7));
}

TEST(BsonValues, DocumentsAreLimitedAsBsonToo) {
  json::array numbers(1 << 21, 1);  // 4 MiB of JSON, 30 MiB of BSON
  const auto bson = to_bson({{"_id", "x"}, {"v", std::move(numbers)}});
  ASSERT_FALSE(bson);
  EXPECT_EQ(bson.error().kind, base::ErrorKind::too_large);
}

// ---- Documents that other programs wrote

class ForeignDocuments : public testing::Test {
 protected:
  void insert(const std::string& text) {
    const auto client = *connection_->client();
    bson_error_t error;
    const Bson bson(bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()), -1, &error));
    const auto collection = open_collection(client, "foreign_" + here_.database, here_.name);
    ASSERT_TRUE(mongoc_collection_insert_one(collection.get(), bson, nullptr, nullptr, &error)) << error.message;
  }
  std::vector<std::string> ids_of(const base::Result<std::vector<store::Document>>& found) {
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> ids;
    for (const auto& one : *found) ids.emplace_back(one.at("_id").as_string());
    return ids;
  }
  std::vector<std::string> scan(std::string prefix = "", std::optional<std::string> after = {}) {
    return ids_of(documents().scan(here_, {}, {.id_prefix = std::move(prefix), .after = std::move(after)}));
  }
  store::DocumentStore& documents() { return stores_->documents(); }

  const store::Collection here_{testing::UnitTest::GetInstance()->current_test_info()->name(), "rows"};
  std::unique_ptr<MongoConnection> connection_ = *MongoConnection::open(shared_mongo_server().address());
  std::unique_ptr<MongoStores> stores_ = *MongoStores::open({shared_mongo_server().address(), "foreign_"});
};

const std::string first_id = R"({"$oid":"507f1f77bcf86cd799439011"})";
const std::string second_id = R"({"$oid":"607f1f77bcf86cd799439011"})";

TEST_F(ForeignDocuments, WithObjectIdsStandInOrderAmongTheOthers) {
  insert(R"({"_id": {"$oid": "607f1f77bcf86cd799439011"}, "customer": 7})");
  insert(R"({"_id": {"$oid": "507f1f77bcf86cd799439011"}, "customer": 7})");
  for (const auto* id : {"a", "~", "é"}) ASSERT_TRUE(documents().put(here_, {{"_id", id}, {"customer", 7}}));
  EXPECT_THAT(scan(), ElementsAre("a", first_id, second_id, "~", "é"));
  EXPECT_THAT(scan("", "a"), ElementsAre(first_id, second_id, "~", "é"));
  EXPECT_THAT(scan("", first_id), ElementsAre(second_id, "~", "é"));
  EXPECT_THAT(scan("", second_id), ElementsAre("~", "é"));
  EXPECT_THAT(scan("{"), ElementsAre(first_id, second_id));
  EXPECT_THAT(scan(R"({"$oid":"50)"), ElementsAre(first_id));
  EXPECT_THAT(scan("b"), ElementsAre());
  EXPECT_THAT(ids_of(documents().find_by(here_, "customer", 7, 10)), ElementsAre("a", first_id, second_id, "~", "é"));
}

TEST_F(ForeignDocuments, WithObjectIdsCanBeReadChangedAndRemoved) {
  insert(R"({"_id": {"$oid": "507f1f77bcf86cd799439011"}, "customer": 7, "at": {"$date": {"$numberLong": "5"}}})");
  auto document = **documents().get(here_, first_id);
  EXPECT_EQ(document, (store::Document{{"_id", first_id}, {"customer", 7}, {"at", {{"$date", 5}}}}));
  document["customer"] = 8;
  ASSERT_TRUE(documents().put(here_, document));
  ASSERT_TRUE(documents().update(here_, first_id, {.set = {}, .increment = {{"customer", 1}}, .unset = {}}));
  EXPECT_THAT(scan(), ElementsAre(first_id)) << "it is the same document";
  EXPECT_EQ((*documents().get(here_, first_id))->at("customer"), json::value(9));
  EXPECT_TRUE(*documents().remove(here_, first_id));
  insert(R"({"_id": {"$oid": "507f1f77bcf86cd799439011"}})");
  ASSERT_TRUE(documents().write({store::RemovePrefix{here_, ""}}));
  EXPECT_THAT(scan(), ElementsAre());
}

TEST_F(ForeignDocuments, WithIdsOfOtherKindsAreLeftAlone) {
  insert(R"({"_id": 5, "customer": 7})");
  ASSERT_TRUE(documents().put(here_, {{"_id", "5"}, {"customer", 7}}));
  EXPECT_THAT(scan(), ElementsAre("5"));
  EXPECT_THAT(ids_of(documents().find_by(here_, "customer", 7, 10)), ElementsAre("5"));
  ASSERT_TRUE(documents().write({store::RemovePrefix{here_, ""}}));
  EXPECT_THAT(*documents().collections(), testing::Contains(here_));
}

}  // namespace
}  // namespace proffer::tests
