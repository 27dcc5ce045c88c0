#include "http/client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "http/support.h"

namespace proffer::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Accepts connections one after the other and treats each by the next of `acts`.
class ScriptedPeer {
 public:
  using Act = std::function<void(int fd)>;

  explicit ScriptedPeer(std::vector<Act> acts) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
    ::listen(fd_, 8);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, script = std::move(acts)] {
      for (const Act& act : script) {
        const int peer = ::accept(fd_, nullptr, nullptr);
        ++accepted_;
        act(peer);
        ::close(peer);
      }
    });
  }
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;
  ~ScriptedPeer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int accepted() const { return accepted_; }

 private:
  const int fd_;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

void read_request(int fd) {
  std::string got;
  char byte = 0;
  while (got.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1) got += byte;
}

void say(int fd, std::string_view text) { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

TEST(Client, BringsTheWholeAnswerBack) {
  TestServer server;
  server.handler.reply = [](Request request, Respond respond) {
    Response response;
    response.status = 404;
    response.content_type = "text/plain";
    response.headers = {{"X-Asked", std::string(request.header("x-more"))}};
    response.body = request.body;
    respond(response);
  };
  const auto answer = Client::tcp(server.address())->send("PUT", "/a?b=c", "sent", {{"X-More", "yes"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->content_type, "text/plain");
  EXPECT_THAT(answer->headers, testing::Contains(testing::Pair("X-Asked", "yes")));
  EXPECT_EQ(answer->body, "sent");
}

TEST(Client, UsesOneConnectionForManyRequests) {
  TestServer server;
  const auto client = Client::tcp(server.address());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client->send(i % 2 ? "HEAD" : "GET", "/")->status, 200);
  EXPECT_THAT(server.metrics.text(), HasSubstr("proffer_http_connections 1\n"));
}

TEST(Client, OpensAnewWhenAKeptConnectionWasClosedInBetween) {
  const auto serve_one = [](int fd) {
    read_request(fd);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  };
  ScriptedPeer peer({serve_one, serve_one});
  const auto client = Client::tcp(peer.address());
  EXPECT_EQ(client->send("GET", "/")->body, "ok");
  EXPECT_EQ(client->send("GET", "/")->body, "ok");
  EXPECT_EQ(peer.accepted(), 2);
}

TEST(Client, NeverRepeatsARequestWhoseAnswerHadBegun) {
  ScriptedPeer peer({[](int fd) {
    read_request(fd);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    read_request(fd);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbr");
  }});
  const auto client = Client::tcp(peer.address());
  EXPECT_TRUE(client->send("GET", "/"));
  EXPECT_FALSE(client->send("GET", "/"));
  EXPECT_EQ(peer.accepted(), 1);
}

TEST(Client, NeverRepeatsARequestOnAFreshConnection) {
  ScriptedPeer peer({[](int fd) { read_request(fd); }});
  const auto answer = Client::tcp(peer.address())->send("GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("closed the connection"));
}

TEST(Client, GivesUpAtItsDeadline) {
  ScriptedPeer peer({[](int fd) {
    read_request(fd);
    std::this_thread::sleep_for(Millis{400});
  }});
  const auto answer = Client::tcp(peer.address(), Millis{100})->send("GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("within the time allowed"));
}

TEST(Client, SkipsInterimAnswersAndReadsBodiesThatEndWithTheConnection) {
  ScriptedPeer peer({[](int fd) {
    read_request(fd);
    say(fd, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end");
  }});
  const auto answer = Client::tcp(peer.address())->send("GET", "/");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "until the end");
}

TEST(Client, SaysWhatIsWrongWithAnAddress) {
  EXPECT_THAT(Client::tcp("nowhere")->send("GET", "/").error().message, HasSubstr("expected HOST:PORT"));
  EXPECT_FALSE(Client::tcp("127.0.0.1:1")->send("GET", "/"));
  EXPECT_FALSE(Client::local("/nonexistent/socket")->send("GET", "/"));
  EXPECT_THAT(Client::local(std::string(200, 'x'))->send("GET", "/").error().message, HasSubstr("too long"));
}

TEST(Client, MovesLargeBodiesBothWays) {
  TestServer server;
  server.handler.most_body = 32 << 20;
  server.handler.reply = [](Request request, Respond respond) {
    Response response;
    response.body = std::move(request.body);
    respond(std::move(response));
  };
  std::string body(20 << 20, 'a');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(i);
  const auto answer = Client::tcp(server.address())->send("POST", "/", body);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->body == body);
}

}  // namespace
}  // namespace proffer::http
