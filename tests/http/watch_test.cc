// Whether a handler at work learns that nobody waits for its answer any more.
#include <gmock/gmock.h>

#include <optional>

#include "http/support.h"

namespace proffer::http {
namespace {

using testing::ElementsAre;

// Keeps its request open until the test answers it.
struct Held {
  TestServer server;
  std::mutex mutex;
  std::optional<Request> request;
  std::optional<Respond> respond;

  Held() {
    server.handler.reply = [this](Request came, Respond how) {
      const std::lock_guard lock(mutex);
      request = std::move(came);
      respond = std::move(how);
    };
  }

  template <class Condition>
  bool comes_true(Condition condition, Millis patience = Millis{5'000}) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      if (const std::lock_guard lock(mutex); condition()) return true;
      ::usleep(1'000);
    }
    return false;
  }
  bool came() {
    return comes_true([this] { return request.has_value(); });
  }
  bool left(Millis patience = Millis{5'000}) {
    return comes_true([this] { return request->left->load(); }, patience);
  }
};

constexpr std::string_view watched = "POST /watched HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";

TEST(Watch, APeerThatClosesIsSeenToLeave) {
  Held held;
  {
    RawPeer peer(held.server.address());
    peer.send(watched);
    ASSERT_TRUE(held.came());
    EXPECT_FALSE(held.left(Millis{50}));
  }
  EXPECT_TRUE(held.left());
  (*held.respond)({});  // to nobody
}

TEST(Watch, APeerThatWaitsGetsItsAnswerAndMayGoOn) {
  Held held;
  RawPeer peer(held.server.address());
  for (int i = 0; i < 3; ++i) {
    peer.send(watched);
    ASSERT_TRUE(held.came());
    Response response;
    response.body = "done " + std::to_string(i);
    (*held.respond)(std::move(response));
    EXPECT_THAT(statuses(peer.read_until("done " + std::to_string(i))), ElementsAre(200));
    EXPECT_FALSE(held.request->left->load());
    const std::lock_guard lock(held.mutex);
    held.request.reset();
  }
}

TEST(Watch, ARequestThatFollowsDoesNotLookLikeLeaving) {
  Held held;
  RawPeer peer(held.server.address());
  peer.send(std::string(watched) + std::string(watched));
  ASSERT_TRUE(held.came());
  EXPECT_FALSE(held.left(Millis{50}));
  held.server.handler.reply = nullptr;
  (*held.respond)({});
  EXPECT_THAT(statuses(peer.read_until("POST /watched 2")), ElementsAre(200, 200));
}

TEST(Watch, OtherRequestsAreNotWatched) {
  Held held;
  RawPeer peer(held.server.address());
  peer.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(held.came());
  EXPECT_EQ(held.request->left, nullptr);
  (*held.respond)({});
}

}  // namespace
}  // namespace proffer::http
