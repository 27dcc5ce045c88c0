#include "store/address.h"

#include <gtest/gtest.h>

namespace proffer::tests {
namespace {

TEST(StoreAddress, NamesItsKind) {
  EXPECT_TRUE(store::is_mongodb_address("mongodb://db1"));
  EXPECT_TRUE(store::is_mongodb_address("mongodb+srv://db1"));
  EXPECT_FALSE(store::is_mongodb_address("sqlite:/data"));
}

TEST(StoreAddress, IsShownWithoutCredentials) {
  using store::redacted_address;
  EXPECT_EQ(redacted_address("mongodb://db1:1,db2/x?tls=true"), "mongodb://db1:1,db2/x?tls=true");
  EXPECT_EQ(redacted_address("mongodb://ann:hunter2@db1/?tls=true"), "mongodb://***@db1/?tls=true");
  EXPECT_EQ(redacted_address("mongodb+srv://ann:hun/ter2@h@db1"), "mongodb+srv://***@db1");
  EXPECT_EQ(redacted_address("mongodb://db1/?tlsCertificateKeyFilePassword=hunter2&tls=true"),
            "mongodb://db1/?tlsCertificateKeyFilePassword=***&tls=true");
  EXPECT_EQ(redacted_address("mongodb://db1/?authMechanismProperties=AWS_SESSION_TOKEN:hunter2"),
            "mongodb://db1/?authMechanismProperties=***");
}

}  // namespace
}  // namespace proffer::tests
