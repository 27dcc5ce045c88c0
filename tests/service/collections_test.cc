#include "service/collections.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace proffer::tests {
namespace {

using service::users_collection;
using service::users_name;
using store::Collection;

TEST(UsersCollections, LieApartForEachProject) {
  EXPECT_EQ(*users_collection("default", "shop", "customers", "x"), (Collection{"shop", "customers"}));
  EXPECT_EQ(*users_collection("p", "shop", "customers.2024", "x"), (Collection{"shop", "p:customers.2024"}));
}

TEST(UsersCollections, AreKnownToTheirProjectOnly) {
  const Collection ours{"shop", "p:customers"};
  EXPECT_EQ(users_name("p", ours), (Collection{"shop", "customers"}));
  EXPECT_EQ(users_name("default", ours), std::nullopt);
  EXPECT_EQ(users_name("q", ours), std::nullopt);
  EXPECT_EQ(users_name("default", Collection{"shop", "customers"}), (Collection{"shop", "customers"}));
  EXPECT_EQ(users_name("p", Collection{"shop", "customers"}), std::nullopt);
}

TEST(UsersCollections, RefuseWhatProfferKeepsItself) {
  for (const auto& own : {service::collections::campaigns, service::collections::keys,
                          service::collections::option_sets, Collection{"proffer", "anything"}}) {
    const auto refused = users_collection("default", own.database, own.name, "body.db");
    ASSERT_FALSE(refused) << own.name;
    EXPECT_EQ(refused.error().fields.at(0).location, "body.db");
    EXPECT_FALSE(users_collection("p", own.database, own.name, "body.db"));
    EXPECT_EQ(users_name("default", own), std::nullopt);
  }
}

TEST(UsersCollections, HaveNamesThatAreSafeInPathsAndCommands) {
  const std::string edge(base::limits::collection_name_bytes, 'a');
  EXPECT_TRUE(users_collection("default", edge, edge, "x"));
  for (const auto& [database, name] : {std::pair<std::string, std::string>{edge + 'a', "c"},
                                       {"d", edge + 'a'},
                                       {"", "c"},
                                       {"d", ""},
                                       {"d.e", "c"},
                                       {"d", "p:c"},
                                       {"d", "a/b"},
                                       {"d", "a b"},
                                       {"d", "$c"},
                                       {"d", std::string("c\0", 2)},
                                       {"d", "ü"}}) {
    EXPECT_FALSE(users_collection("default", database, name, "x")) << database << ' ' << name;
  }
}

}  // namespace
}  // namespace proffer::tests
