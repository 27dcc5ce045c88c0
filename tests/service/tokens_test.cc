#include "service/tokens.h"

#include <gtest/gtest.h>

#include "base/base64url.h"
#include "base/secrets.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using service::Claims;
using service::TokenKind;

constexpr auto hour = std::chrono::hours{1};

std::string signed_text(const std::string& header, const std::string& body, const std::string& secret) {
  const auto text = base::to_base64url(header) + '.' + base::to_base64url(body);
  return text + '.' + base::to_base64url(base::hmac_sha256(secret, text));
}

// The example of RFC 7515, appendix A.1: another's token, with its published key.
TEST(JsonWebToken, AcceptsTheSignatureOfTheStandardsExample) {
  const auto key =
      base::from_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const auto claims = service::verify_token(token, *key);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->iss, "joe");
  EXPECT_EQ(claims->exp, 1300819380);
  EXPECT_FALSE(service::verify_token(token, *key + "x"));
}

TEST(JsonWebToken, GivesBackWhatWasSignedInTheOriginalsForm) {
  const Claims claims{"admin@ecosystem.ai", "API_KEY", "http://127.0.0.1", "http://127.0.0.1", 1745163841,
                      1745250241,           "id"};
  const auto token = service::sign_token(claims, "secret");
  const auto read = service::verify_token(token, "secret");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sub, claims.sub);
  EXPECT_EQ(read->type, claims.type);
  EXPECT_EQ(read->server_id, claims.server_id);
  EXPECT_EQ(read->exp, claims.exp);
  EXPECT_EQ(read->jti, claims.jti);
  const auto body = token.substr(token.find('.') + 1);
  EXPECT_EQ(base::from_base64url(body.substr(0, body.find('.'))),
            R"({"sub":"admin@ecosystem.ai","type":"API_KEY","serverId":"http://127.0.0.1","iss":"http://127.0.0.1",)"
            R"("iat":1745163841,"exp":1745250241,"jti":"id"})");
}

TEST(JsonWebToken, RefusesOtherAlgorithmsAndAnythingChanged) {
  const std::string body = R"({"sub":"a","jti":"1"})";
  EXPECT_TRUE(service::verify_token(signed_text(R"({"alg":"HS256"})", body, "s"), "s"));
  for (const std::string header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":"hs256"})",
        R"({"typ":"JWT"})", R"({"alg":["HS256"]})", R"({"alg":"HS256","crit":["exp"]})", "[]", "HS256", ""}) {
    EXPECT_FALSE(service::verify_token(signed_text(header, body, "s"), "s")) << header;
  }
  const auto good = signed_text(R"({"alg":"HS256"})", body, "s");
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(service::verify_token(changed, "s")) << i;
  }
  for (const std::string text : {"", ".", "..", "a.b.c", "...", "a.b.c.d"}) {
    EXPECT_FALSE(service::verify_token(text, "s")) << text;
  }
  EXPECT_FALSE(service::verify_token(good.substr(0, good.rfind('.') + 1), "s"));  // no signature
  EXPECT_FALSE(service::verify_token(good + std::string(base::limits::token_bytes, 'A'), "s"));
}

TEST(Tokens, NameTheirProjectAndRoleUntilTheyExpire) {
  Stores stores;
  World world(stores);
  const auto made = world.tokens.create(TokenKind::api_key, "grafana", {"shop", service::Role::manage}, hour);
  ASSERT_TRUE(made) << made.error().message;
  stores.clock.advance(hour - base::Micros(1));
  const auto token = world.tokens.identify(made->text, TokenKind::api_key);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->identity.project, "shop");
  EXPECT_EQ(token->identity.role, service::Role::manage);
  EXPECT_EQ(token->name, "grafana");
  EXPECT_EQ(world.tokens.identify(made->text, TokenKind::session).error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(world.tokens.list(TokenKind::api_key).size(), 1U);
  stores.clock.advance(base::Micros(1));
  EXPECT_EQ(world.tokens.identify(made->text, TokenKind::api_key).error().kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(world.tokens.list(TokenKind::api_key).empty());
}

TEST(Tokens, AreKnownAfterARestartAndNotAfterTheyWereRevoked) {
  Stores stores;
  std::string kept, revoked;
  {
    World world(stores);
    kept = world.tokens.create(TokenKind::api_key, "a", {}, hour)->text;
    const auto made = world.tokens.create(TokenKind::api_key, "b", {}, hour);
    revoked = made->text;
    ASSERT_TRUE(world.tokens.revoke(made->token.id));
    EXPECT_FALSE(world.tokens.identify(revoked, TokenKind::api_key));
    EXPECT_EQ(world.tokens.revoke(made->token.id).error().kind, ErrorKind::not_found);
  }
  World world(stores);
  EXPECT_TRUE(world.tokens.identify(kept, TokenKind::api_key));
  EXPECT_FALSE(world.tokens.identify(revoked, TokenKind::api_key));
}

TEST(Tokens, OfAnotherDirectoryAreNotValid) {
  Stores here, there;
  World one(here), two(there);
  const auto made = one.tokens.create(TokenKind::api_key, "a", {}, hour);
  EXPECT_FALSE(two.tokens.identify(made->text, TokenKind::api_key));  // no secret yet
  ASSERT_TRUE(two.tokens.create(TokenKind::api_key, "a", {}, hour));
  EXPECT_FALSE(two.tokens.identify(made->text, TokenKind::api_key));
}

TEST(Tokens, OfOneUserAreBoundedAndTheOldestEndsFirst) {
  Stores stores;
  World world(stores);
  std::vector<std::string> sessions;
  for (std::size_t i = 0; i <= base::limits::sessions_of_user; ++i) {
    sessions.push_back(world.tokens.create(TokenKind::session, "a@b", {}, hour)->text);
    stores.clock.advance(base::Micros(1000));
  }
  EXPECT_FALSE(world.tokens.identify(sessions.front(), TokenKind::session));
  EXPECT_TRUE(world.tokens.identify(sessions[1], TokenKind::session));
  EXPECT_EQ(world.tokens.list(TokenKind::session).size(), base::limits::sessions_of_user);
}

}  // namespace
}  // namespace proffer::tests
