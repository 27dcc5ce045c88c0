#include "service/server_list.h"

#include <gtest/gtest.h>

namespace proffer::service {
namespace {

TEST(OriginOf, ReadsSchemeHostAndPort) {
  EXPECT_EQ(origin_of("http://ecosystem-server:3001/api").value(), "http://ecosystem-server:3001");
  EXPECT_EQ(origin_of("HTTP://Example.COM").value(), "http://example.com:80");
  EXPECT_EQ(origin_of("https://example.com/").value(), "https://example.com:443");
  EXPECT_EQ(origin_of("http://[::1]:8091/api/").value(), "http://[::1]:8091");
  EXPECT_EQ(origin_of("https://[::1]").value(), "https://[::1]:443");
}

TEST(OriginOf, RefusesWhateverCouldBeReadTwoWays) {
  for (const std::string url : {"",
                                "example.com",
                                "//example.com",
                                "ftp://example.com",
                                "file:///etc/passwd",
                                "http://",
                                "http:///x",
                                "http://user@example.com",
                                "http://127.0.0.1@example.com",
                                "http://127.0.0.1:80@example.com/",
                                "http://example.com\\@127.0.0.1",
                                "http://example.com#@127.0.0.1",
                                "http://example.com?x",
                                "http://exa mple.com",
                                "http://example.com:",
                                "http://example.com:0",
                                "http://example.com:65536",
                                "http://example.com:80:80",
                                "http://example.com:+80",
                                "http://[::1",
                                "http://::1",
                                "http://[]",
                                "http://exämple.com",
                                "http://example.com/a b",
                                "http://example.com/\r\nHost: x",
                                "http://example.com/a?b",
                                "http://%31.0.0.1"}) {
    EXPECT_FALSE(origin_of(url)) << url;
  }
}

TEST(ServerList, AllowsWhatItNamesAndThisMachine) {
  const auto list = ServerList::parse({"http://ecosystem-server:3001/api", "https://other"}).value();
  for (const std::string url :
       {"http://ecosystem-server:3001", "http://ECOSYSTEM-server:3001/api/v2", "https://other:443/x",
        "http://127.0.0.1:1", "http://127.9.9.9/", "http://localhost:8091/api", "https://[::1]:1"}) {
    EXPECT_TRUE(list.check(url, "body.url")) << url;
  }
}

TEST(ServerList, RefusesEverythingElse) {
  const auto list = ServerList::parse({"http://ecosystem-server:3001"}).value();
  for (const std::string url :
       {"http://ecosystem-server", "https://ecosystem-server:3001", "http://ecosystem-server:3002",
        "http://ecosystem-server.evil.com:3001", "http://127.evil.com", "http://localhost.evil.com",
        "http://169.254.169.254/latest", "http://10.0.0.1", "http://0.0.0.0:1", "http://[::]:1", "nonsense"}) {
    const auto checked = list.check(url, "body.url");
    ASSERT_FALSE(checked) << url;
    EXPECT_EQ(checked.error().kind, base::ErrorKind::invalid);
    EXPECT_EQ(checked.error().fields.at(0).location, "body.url");
  }
  EXPECT_FALSE(ServerList::parse({"nonsense"}));
}

}  // namespace
}  // namespace proffer::service
