#include "api/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"
#include "document/schema_check.h"

namespace proffer::api {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Problem, ListsEveryViolationWithItsValueAsJson) {
  const base::Error error{ErrorKind::invalid,
                          "2 things",
                          {{"body.a", "expected a number", "\"x\""}, {"body.b", "expected text", R"({"k":[1,2.5]})"}}};
  const http::Response response = problem(error);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"2 things","errors":[)"
            R"({"location":"body.a","message":"expected a number","value":"x"},)"
            R"({"location":"body.b","message":"expected text","value":{"k":[1,2.5]}}]})");
}

TEST(Problem, SaysOnTheOriginalsRoutesWhatItsClientsRead) {
  const auto body = document::parse_json(problem({ErrorKind::not_found, "Error: UUID not found.", {}}, true).body);
  EXPECT_EQ(body->at("ErrorMessage"), json::value("Error: UUID not found."));
  EXPECT_EQ(body->at("error"), json::value(1));
  EXPECT_FALSE(document::parse_json(problem({ErrorKind::not_found, "x", {}}).body)->as_object().contains("error"));
}

TEST(Problem, HasTheStatusOfEachKindOfError) {
  const std::pair<ErrorKind, int> expected[] = {
      {ErrorKind::malformed, 400}, {ErrorKind::invalid, 422},      {ErrorKind::not_found, 404},
      {ErrorKind::conflict, 409},  {ErrorKind::precondition, 412}, {ErrorKind::gone, 410},
      {ErrorKind::too_large, 413}, {ErrorKind::unsupported, 415},  {ErrorKind::unauthenticated, 401},
      {ErrorKind::forbidden, 403}, {ErrorKind::unavailable, 503},  {ErrorKind::internal, 500},
  };
  for (const auto& [kind, status] : expected) {
    const auto response = problem({kind, "x", {}});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(document::parse_json(response.body)->at("status"), json::value(status));
    EXPECT_NE(status_phrase(status), "Error");
  }
}

TEST(Problem, CarriesTheHeadersThatItsStatusAsksFor) {
  EXPECT_THAT(problem({ErrorKind::unauthenticated, "x", {}}).headers, Contains(Pair("WWW-Authenticate", "Bearer")));
  EXPECT_THAT(problem({ErrorKind::unavailable, "x", {}}).headers, Contains(Pair("Retry-After", "1")));
  EXPECT_THAT(problem_response(503, "x").headers, Contains(Pair("Retry-After", "1")));
  EXPECT_THAT(problem({ErrorKind::invalid, "x", {}}).headers, IsEmpty());
}

TEST(Problem, NamesStatusesThatOnlyHttpKnows) {
  const auto body = document::parse_json(problem_response(405, "this path answers GET", false).body);
  EXPECT_EQ(body->at("title"), json::value("Method Not Allowed"));
  EXPECT_EQ(status_phrase(499), "Error");
}

TEST(Problem, ShowsAValueThatIsNoJsonAsText) {
  const auto body = document::parse_json(problem({ErrorKind::invalid, "x", {{"a", "b", "not json"}}}).body);
  EXPECT_EQ(body->at("errors").at(0).at("value"), json::value("not json"));
}

TEST(Problem, IsDescribedByItsSchema) {
  const auto body = document::parse_json(problem({ErrorKind::invalid, "x", {{"a", "b", "1"}}}, true).body);
  EXPECT_TRUE(tests::schema_accepts(document::schema<Problem>(), *body));
}

}  // namespace
}  // namespace proffer::api
