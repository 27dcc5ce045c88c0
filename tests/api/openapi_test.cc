#include "api/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/docs_page.h"
#include "api/problem.h"
#include "document/describe.h"
#include "document/json.h"
#include "document/schema_check.h"

namespace proffer::api {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Part {
  std::optional<double> price;
};
BOOST_DESCRIBE_STRUCT(Part, (), (price))

struct Whole {
  Part part;
  std::vector<Part> parts;
  double share = 0.5;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (part, parts, share))

}  // namespace
}  // namespace proffer::api

namespace proffer::document {
template <>
struct Docs<api::Part> {
  static constexpr std::string_view title = "Part";
  static constexpr auto fields = std::to_array<FieldDoc>({{"price", "A price.", {.minimum = 0}}});
};
template <>
struct Docs<api::Whole> {
  static constexpr std::string_view title = "Whole";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"part", "A part."},
      {"parts", "Parts."},
      {"share", "A share.", {.above = 0, .below = 1}},
  });
};
}  // namespace proffer::document

namespace proffer::api {
namespace {

std::vector<RouteDoc> routes() {
  RouteDoc put;
  put.method = "PUT";
  put.path = "/api/v1/wholes/{name}";
  put.group = "Wholes";
  put.summary = "Makes one.";
  put.description = "At *length*.";
  put.request = document::schema<Whole>();
  put.request_types = {"application/json", "text/csv"};
  put.request_example = {{"share", 0.25}};
  put.response = document::schema<Whole>();
  put.status = 201;
  put.response_doc = "Made.";
  put.headers = {{"If-Match", "The version to change."}};
  put.statuses = {{412, "Changed meanwhile."}};
  RouteDoc health;
  health.method = "GET";
  health.path = "/health";
  health.group = "Operations";
  health.summary = "Whether it lives.";
  health.query = {{"limit", "How many.", "integer", true}};
  health.response = {{"type", "object"}};
  health.open = true;
  return {put, health};
}

json::object document_3_1() { return openapi({"Proffer", "0.1.0", "Decides."}, routes()); }

// Every reference leads somewhere.
void check_references(const json::value& value, const json::object& schemas) {
  if (value.is_array()) {
    for (const auto& element : value.get_array()) check_references(element, schemas);
  }
  if (!value.is_object()) return;
  for (const auto& member : value.get_object()) {
    check_references(member.value(), schemas);
    if (member.key() != "$ref") continue;
    const std::string target(member.value().as_string());
    ASSERT_TRUE(target.starts_with("#/components/schemas/"));
    EXPECT_TRUE(schemas.contains(target.substr(21))) << target;
  }
}

TEST(OpenApi, DescribesARouteWhole) {
  const json::object document = document_3_1();
  EXPECT_EQ(document.at("openapi"), json::value("3.1.0"));
  const auto& put = document.at("paths").at("/api/v1/wholes/{name}").at("put").as_object();
  EXPECT_EQ(put.at("operationId"), json::value("put_api_v1_wholes_name"));
  EXPECT_EQ(document::json_text(put.at("tags")), R"(["Wholes"])");
  EXPECT_EQ(
      document::json_text(put.at("parameters")),
      R"([{"name":"name","in":"path","description":"Part of the path.","required":true,"schema":{"type":"string"}},)"
      R"({"name":"If-Match","in":"header","description":"The version to change.","schema":{"type":"string"}}])");
  EXPECT_EQ(document::json_text(put.at("requestBody").at("content")),
            R"({"application/json":{"schema":{"$ref":"#/components/schemas/Whole"},"example":{"share":0.25}},)"
            R"("text/csv":{"schema":{"type":"string"}}})");
  const auto& responses = put.at("responses").as_object();
  EXPECT_EQ(
      document::json_text(responses.at("201")),
      R"({"description":"Made.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Whole"}}}})");
  EXPECT_EQ(document::json_text(responses.at("412").at("content")),
            R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}})");
  EXPECT_TRUE(responses.contains("default"));
}

TEST(OpenApi, ListsGroupsInOrderAndRoutesThatNeedNoKey) {
  const json::object document = document_3_1();
  EXPECT_EQ(document::json_text(document.at("tags")), R"([{"name":"Wholes"},{"name":"Operations"}])");
  const auto& health = document.at("paths").at("/health").at("get").as_object();
  EXPECT_EQ(document::json_text(health.at("security")), "[]");
  EXPECT_EQ(document::json_text(health.at("parameters")),
            R"([{"name":"limit","in":"query","description":"How many.","required":true,"schema":{"type":"integer"}}])");
}

TEST(OpenApi, NamesEachSchemaOnceAndLeavesNoReferenceOpen) {
  const json::object document = document_3_1();
  const auto& schemas = document.at("components").at("schemas").as_object();
  std::set<std::string> names;
  for (const auto& member : schemas) names.insert(std::string(member.key()));
  EXPECT_THAT(names, ElementsAre("Part", "Problem", "ProblemDetail", "Whole"));
  EXPECT_EQ(document::json_text(schemas.at("Whole").at("properties").at("parts")),
            R"({"type":"array","items":{"$ref":"#/components/schemas/Part"},"description":"Parts.","default":[]})");
  EXPECT_EQ(document::json_text(schemas.at("Whole").at("properties").at("part").at("$ref")),
            R"("#/components/schemas/Part")");
  check_references(document, schemas);
}

TEST(OpenApi, RefusesTwoDifferentSchemasOfOneTitle) {
  auto both = routes();
  both[1].response = {{"title", "Whole"}, {"type", "string"}};
  EXPECT_THROW(openapi({"Proffer", "0.1.0", ""}, both), std::logic_error);
}

TEST(OpenApi30, SaysTheSameInTheOlderDialect) {
  const json::object document = openapi_3_0(document_3_1());
  EXPECT_EQ(document.at("openapi"), json::value("3.0.3"));
  EXPECT_FALSE(document.contains("jsonSchemaDialect"));
  const auto& schemas = document.at("components").at("schemas").as_object();
  EXPECT_EQ(document::json_text(schemas.at("Part").at("properties").at("price")),
            R"({"description":"A price.","nullable":true,"type":"number","minimum":0})");
  EXPECT_EQ(
      document::json_text(schemas.at("Whole").at("properties").at("share")),
      R"({"type":"number","exclusiveMinimum":true,"exclusiveMaximum":true,"description":"A share.","default":0.5,)"
      R"("minimum":0,"maximum":1})");
  EXPECT_EQ(document::json_text(schemas.at("Whole").at("properties").at("part").at("allOf")),
            R"([{"$ref":"#/components/schemas/Part"}])");
  check_references(document, schemas);
  EXPECT_THAT(document::json_text(document), Not(HasSubstr("\"type\":\"null\"")));
}

TEST(OpenApi30, TurnsTypeListsConstantsAndExamplesIntoTheirOlderForms) {
  RouteDoc route;
  route.method = "GET";
  route.path = "/x";
  route.response = {{"properties",
                     {{"a", {{"type", {"number", "null"}}}},
                      {"b", {{"const", 1}, {"examples", {1, 2}}}},
                      {"c", {{"type", {"string", "number"}}}}}}};
  const json::object document = openapi_3_0(openapi({"x", "1", ""}, std::vector{route}));
  const auto& schema = document.at("paths")
                           .at("/x")
                           .at("get")
                           .at("responses")
                           .at("200")
                           .at("content")
                           .at("application/json")
                           .at("schema");
  EXPECT_EQ(document::json_text(schema),
            R"({"properties":{"a":{"type":"number","nullable":true},"b":{"enum":[1],"example":1},)"
            R"("c":{"anyOf":[{"type":"string"},{"type":"number"}]}}})");
}

TEST(SchemaDocuments, AreWholeAndNameThemselves) {
  const auto documents = schema_documents(routes());
  ASSERT_EQ(documents.count("Whole"), 1u);
  const json::object& whole = documents.at("Whole");
  EXPECT_EQ(whole.at("$schema"), json::value("https://json-schema.org/draft/2020-12/schema"));
  EXPECT_EQ(whole.at("$id"), json::value("/schemas/Whole.json"));
  EXPECT_EQ(whole.at("properties").at("parts").at("items").at("properties").at("price").at("description"),
            json::value("A price."));
  EXPECT_EQ(documents.size(), 4u);
}

TEST(DocsPage, StandsAloneAndReadsTheOpenApiDocument) {
  const std::string page(docs_page());
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("openapi.json"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  for (const auto* elsewhere : {"//cdn", "src=", "@import", "url(", "http://", "https://", "innerHTML"}) {
    EXPECT_THAT(page, Not(HasSubstr(elsewhere)));
  }
}

}  // namespace
}  // namespace proffer::api
