// Tokens of applications, users and their sessions, from outside.
#include <gtest/gtest.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

constexpr auto list = "/api/listPulseResponderDynamic";
constexpr auto campaigns = "/api/v1/campaigns";

Headers bearer(const std::string& credential) { return {{"authorization", "Bearer " + credential}}; }

class Credentials : public testing::Test {
 protected:
  std::string key(const std::string& project = "default", service::Role role = service::Role::admin) {
    return server.world.keys.create("k", {project, role})->secret;
  }
  json::object token(const std::string& admin, const std::string& body = R"({"name": "t", "days": 1})") {
    const auto answer = server.post("/api/v1/tokens", body, bearer(admin));
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer.object();
  }
  std::string text(const json::object& object, const char* name) { return std::string(object.at(name).as_string()); }
  Answer login(const std::string& email, const std::string& password, const std::string& remote = "127.0.0.1") {
    return server.call("POST", "/api/auth/login",
                       document::json_text(json::object{{"email", email}, {"password", password}}), {}, remote);
  }
  void user(const std::string& admin, const std::string& email, const std::string& more = "") {
    const auto made = server.post(
        "/api/v1/users", R"({"email": ")" + email + R"(", "password": "correct horse")" + more + "}", bearer(admin));
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.body.find("correct"), std::string::npos);
  }

  Stores stores;
  Server server{stores};
};

TEST_F(Credentials, ATokenOpensTheServersRoutesAndNoOthers) {
  const auto admin = key("shop");
  const auto made = token(admin);
  EXPECT_EQ(made.at("project"), "shop");
  EXPECT_EQ(made.at("role"), "manage");
  EXPECT_EQ(made.at("expires"), "2024-12-21T13:04:43.000774Z");
  EXPECT_EQ(server.get(list).status, 401);
  EXPECT_EQ(server.get(list, bearer(text(made, "token"))).status, 200);
  EXPECT_EQ(server.get(list, {{"x-api-key", text(made, "token")}}).status, 200);
  EXPECT_EQ(server.get(campaigns, bearer(text(made, "token"))).status, 401);
  EXPECT_EQ(server.post("/invocations", "{}", bearer(text(made, "token"))).status, 401);
}

TEST_F(Credentials, ATokenWorksInItsProject) {
  const auto shop = key("shop");
  ASSERT_EQ(server.call("PUT", "/api/v1/campaigns/spring", "{}", bearer(shop)).status, 201);
  const auto other = text(token(key("other")), "token");
  EXPECT_EQ(server.get(list, bearer(text(token(shop), "token"))).object().at("data").as_array().size(), 1U);
  EXPECT_EQ(server.get(list, bearer(other)).object().at("data").as_array().size(), 0U);
  EXPECT_EQ(server.post("/api/updateClientPulseResponder", R"({"name": "spring"})", bearer(other)).status, 404);
}

TEST_F(Credentials, ATokenEndsWhenItExpiresOrIsRevoked) {
  const auto admin = key();
  const auto expiring = text(token(admin), "token");
  stores.clock.advance(std::chrono::hours{24} - base::Micros(1));
  EXPECT_EQ(server.get(list, bearer(expiring)).status, 200);
  stores.clock.advance(base::Micros(1));
  EXPECT_EQ(server.get(list, bearer(expiring)).status, 401);
  const auto revoked = token(admin);
  EXPECT_EQ(server.call("DELETE", "/api/v1/tokens/" + text(revoked, "id"), "", bearer(admin)).status, 204);
  EXPECT_EQ(server.get(list, bearer(text(revoked, "token"))).status, 401);
  EXPECT_EQ(server.call("DELETE", "/api/v1/tokens/" + text(revoked, "id"), "", bearer(admin)).status, 404);
}

TEST_F(Credentials, ATokenThatIsNotValidIsRefusedEvenWhereNoneIsNeeded) {
  EXPECT_EQ(server.get(list).status, 200);  // no key is stored: this machine may do everything
  const auto made = token("");
  EXPECT_EQ(server.get(list, bearer(text(made, "token"))).status, 200);
  stores.clock.advance(std::chrono::hours{24});
  const auto refused = server.get(list, bearer(text(made, "token")));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.object().at("ErrorMessage"), "this token is not valid: it has expired");
}

TEST_F(Credentials, OnlyAdminsMakeTokensAndUsersEachInHisProject) {
  const auto manager = key("shop", service::Role::manage);
  const auto admin = key("shop");
  EXPECT_EQ(server.post("/api/v1/tokens", R"({"name": "t", "days": 1})", bearer(manager)).status, 403);
  EXPECT_EQ(server.get("/api/v1/users", bearer(manager)).status, 403);
  EXPECT_EQ(server.post("/api/v1/tokens", R"({"name": "t", "days": 1, "project": "x"})", bearer(admin)).status, 403);
  EXPECT_EQ(
      server.post("/api/v1/users", R"({"email": "a@b", "password": "12345678", "project": "x"})", bearer(admin)).status,
      403);
  const auto made = token(admin);
  user(admin, "ann@shop");
  const auto other = key("other");
  EXPECT_EQ(server.get("/api/v1/tokens", bearer(other)).body, "[]");
  EXPECT_EQ(server.get("/api/v1/users", bearer(other)).body, "[]");
  EXPECT_EQ(server.call("DELETE", "/api/v1/tokens/" + text(made, "id"), "", bearer(other)).status, 404);
  EXPECT_EQ(server.call("DELETE", "/api/v1/users/ann%40shop", "", bearer(other)).status, 404);
  EXPECT_EQ(server.call("DELETE", "/api/v1/users/ann%40shop", "", bearer(admin)).status, 204);
}

TEST_F(Credentials, ListsHoldNoSecrets) {
  const auto admin = key();
  const auto made = token(admin);
  user(admin, "ann@shop");
  const auto tokens = server.get("/api/v1/tokens", bearer(admin)).body;
  EXPECT_NE(tokens.find(text(made, "id")), std::string::npos);
  EXPECT_EQ(tokens.find(text(made, "token")), std::string::npos);
  const auto users = server.get("/api/v1/users", bearer(admin)).body_json().as_array();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].as_object().size(), 4U);  // email, project, role, created
}

TEST_F(Credentials, TokensNeedANameAndDays) {
  const auto admin = key();
  for (const auto& [body, locations] :
       std::map<std::string, std::string>{{"{}", "body.name, body.days"},
                                          {R"({"name": "t", "days": 0})", "body.days"},
                                          {R"({"name": "t", "days": 3651})", "body.days"},
                                          {R"({"name": "t", "days": 1, "project": "a/b"})", "body.project"},
                                          {R"({"name": "t", "days": 1, "role": "admin"})", "body.role"}}) {
    const auto refused = server.post("/api/v1/tokens", body, bearer(admin));
    EXPECT_EQ(refused.status, 422) << body;
    EXPECT_EQ(refused.locations(), locations) << body;
  }
}

TEST_F(Credentials, ASessionGoesWhereAKeyOfItsProjectAndRoleGoes) {
  const auto admin = key("shop");
  user(admin, "ann@shop", R"(, "role": "manage")");
  user(admin, "bob@shop", R"(, "role": "decide")");
  const auto answer = login("ann@shop", "correct horse");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto session = answer.object().at("token").as_object();
  EXPECT_EQ(session.at("expires_in"), std::chrono::floor<std::chrono::milliseconds>(
                                          (stores.clock.now() + base::limits::session_lifetime).time_since_epoch())
                                          .count());
  const auto ann = bearer(text(session, "access_token"));
  EXPECT_EQ(server.call("PUT", "/api/v1/campaigns/spring", "{}", ann).status, 201);
  EXPECT_NE(server.world.campaigns.find("shop", "spring"), nullptr);
  EXPECT_EQ(server.get(list, ann).status, 200);
  EXPECT_EQ(server.get("/api/v1/keys", ann).status, 403);
  const auto bob = bearer(text(login("bob@shop", "correct horse").object().at("token").as_object(), "access_token"));
  EXPECT_EQ(server.get(list, bob).status, 403);
  EXPECT_EQ(server.get(list, bearer(text(session, "refresh_token"))).status, 401);
  stores.clock.advance(base::limits::session_lifetime);
  EXPECT_EQ(server.get(list, ann).status, 401);
}

TEST_F(Credentials, ABadLoginIs403AndTooManyOfThemAre429) {
  user(key(), "ann@shop");
  EXPECT_EQ(login("ann@shop", "wrong").status, 403);
  EXPECT_EQ(login("nobody@shop", "wrong").status, 403);
  EXPECT_EQ(server.post("/api/auth/login", "{}").locations(), "body.email, body.password");
  EXPECT_EQ(server.post("/api/auth/login", "nonsense").status, 400);
  for (unsigned i = 0; i < base::limits::failed_logins; ++i)
    EXPECT_EQ(login("ann@shop", "wrong", "6.6.6.6").status, 403);
  const auto refused = login("ann@shop", "correct horse", "6.6.6.6");
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  EXPECT_EQ(login("ann@shop", "correct horse", "10.0.0.1").status, 200);
}

TEST_F(Credentials, ASessionIsRenewedAndEnded) {
  user(key(), "ann@shop");
  const auto first = login("ann@shop", "correct horse").object();
  const auto refresh_token = text(first.at("token").as_object(), "refresh_token");
  const auto renewed = server.post("/api/auth/refresh-token", '"' + refresh_token + '"');
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_EQ(server.post("/api/auth/refresh-token", document::json_text(first)).status, 401);  // used up
  const auto second = renewed.object();
  EXPECT_EQ(server.post("/api/auth/refresh-token", document::json_text(second)).status, 200);
  const auto access = bearer(text(second.at("token").as_object(), "access_token"));
  EXPECT_EQ(server.get(list, access).status, 200);
  EXPECT_EQ(server.post("/api/auth/sign-out", "", access).status, 200);
  EXPECT_EQ(server.get(list, access).status, 401);
  EXPECT_EQ(server.post("/api/auth/refresh-token", "7").status, 422);
  EXPECT_EQ(server.post("/api/auth/sign-out", "", bearer(key())).status, 422);  // a key is no session
}

}  // namespace
}  // namespace proffer::tests
