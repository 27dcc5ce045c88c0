// Random input: the server answers or closes, and goes on serving.
#include <gmock/gmock.h>

#include <random>

#include "http/support.h"

namespace proffer::http {
namespace {

std::string random_bytes(std::mt19937_64& random) {
  std::string out(random() % 400, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// A valid request with a few of its bytes changed, doubled or cut.
std::string mutated(std::mt19937_64& random) {
  std::string out =
      "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n"
      "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz";
  for (auto changes = 1 + random() % 4; changes > 0; --changes) {
    const std::size_t at = random() % out.size();
    switch (random() % 4) {
      case 0:
        out[at] = static_cast<char>(random());
        break;
      case 1:
        out.insert(at, 1, "\r\n\t :;,0"[random() % 8]);
        break;
      case 2:
        out.erase(at, 1 + random() % 5);
        break;
      default:
        out.insert(at, out.substr(at, random() % 20));
    }
  }
  return out;
}

TEST(Garbage, ThousandRandomInputsLeaveTheServerServing) {
  constexpr std::uint64_t seed = 20'240'601;
  std::mt19937_64 random(seed);
  TestServer server;
  for (int i = 0; i < 1'000; ++i) {
    const std::string bytes = i % 2 ? mutated(random) : random_bytes(random);
    const std::string answer = converse(server.address(), bytes);
    for (const int status : statuses(answer)) EXPECT_LT(status, 502) << "seed " << seed << ", input " << i;
  }
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), testing::ElementsAre(200));
  for (int i = 0; i < 100 && server.metrics.text().find("connections 0\n") == std::string::npos; ++i) ::usleep(10'000);
  EXPECT_THAT(server.metrics.text(), testing::HasSubstr("proffer_http_connections 0\n"));
}

}  // namespace
}  // namespace proffer::http
