#include "service/users.h"

#include <gtest/gtest.h>

#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using service::Role;
using service::TokenKind;

TEST(Users, SignInWithTheirPasswordAndWorkInTheirProject) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(world.users.create("Ann@Shop.example", "correct horse", {"shop", Role::manage}));
  const auto session = world.users.login("ann@shop.EXAMPLE", "correct horse", "10.0.0.1");
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(session->expires, stores.clock.now() + base::limits::session_lifetime);
  const auto token = world.tokens.identify(session->access_token, TokenKind::session);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->identity.project, "shop");
  EXPECT_EQ(token->identity.role, Role::manage);
  EXPECT_EQ(token->name, "ann@shop.example");
}

TEST(Users, AreRefusedTheSameWayForAWrongAddressAndAWrongPassword) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  const auto password = world.users.login("a@b", "12345679", "1");
  const auto address = world.users.login("c@d", "12345678", "1");
  EXPECT_EQ(password.error().kind, ErrorKind::forbidden);
  EXPECT_EQ(address.error().kind, ErrorKind::forbidden);
  EXPECT_EQ(password.error().message, address.error().message);
  EXPECT_EQ(world.users.login("a@b", std::string(2000, 'x'), "1").error().kind, ErrorKind::forbidden);
}

TEST(Users, StayAfterARestartAndAreGoneOnceRemovedWithTheirSessions) {
  Stores stores;
  {
    World world(stores);
    ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  }
  World world(stores);
  const auto session = world.users.login("a@b", "12345678", "1");
  ASSERT_TRUE(session);
  ASSERT_TRUE(world.users.remove("A@b"));
  EXPECT_FALSE(world.tokens.identify(session->access_token, TokenKind::session));
  EXPECT_FALSE(world.users.renew(session->refresh_token));
  EXPECT_EQ(world.users.login("a@b", "12345678", "1").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(world.users.remove("a@b").error().kind, ErrorKind::not_found);
}

TEST(Users, RenewASessionOnceWithEachRefreshToken) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  const auto first = world.users.login("a@b", "12345678", "1");
  const auto second = world.users.renew(first->refresh_token);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(world.tokens.identify(second->access_token, TokenKind::session));
  EXPECT_EQ(world.users.renew(first->refresh_token).error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(world.users.renew(first->access_token).error().kind, ErrorKind::unauthenticated);
}

TEST(Users, EndTheirSessionBySigningOut) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  const auto session = world.users.login("a@b", "12345678", "1");
  ASSERT_TRUE(world.users.sign_out(session->access_token));
  EXPECT_FALSE(world.tokens.identify(session->access_token, TokenKind::session));
  EXPECT_EQ(world.users.sign_out(session->access_token).error().kind, ErrorKind::unauthenticated);
}

TEST(Users, AreAskedForAnAddressAndAPasswordOfSomeLength) {
  Stores stores;
  World world(stores);
  for (const std::string email : {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a/b@c", "a@b\n"}) {
    EXPECT_EQ(world.users.create(email, "12345678", {}).error().kind, ErrorKind::invalid) << email;
  }
  EXPECT_EQ(world.users.create("a@b", "1234567", {}).error().fields.at(0).location, "body.password");
  EXPECT_EQ(world.users.create("a@b", "1234567", {}).error().fields.at(0).value, "null");  // never repeated
  ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  EXPECT_EQ(world.users.create("A@B", "12345678", {"other", Role::decide}).error().kind, ErrorKind::conflict);
}

TEST(Users, MayFailSoOftenFromOneAddressWithinAWhile) {
  Stores stores;
  World world(stores);
  ASSERT_TRUE(world.users.create("a@b", "12345678", {}));
  for (unsigned i = 0; i < base::limits::failed_logins; ++i) {
    EXPECT_EQ(world.users.login("a@b", "wrong", "6.6.6.6").error().kind, ErrorKind::forbidden);
  }
  EXPECT_EQ(world.users.login("a@b", "12345678", "6.6.6.6").error().kind, ErrorKind::too_often);
  EXPECT_TRUE(world.users.login("a@b", "12345678", "10.0.0.1"));
  stores.clock.advance(base::limits::failed_logins_window);
  EXPECT_TRUE(world.users.login("a@b", "12345678", "6.6.6.6"));
}

}  // namespace
}  // namespace proffer::tests
