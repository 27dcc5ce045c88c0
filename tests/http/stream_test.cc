// Bodies that are handed on in pieces while they arrive.
#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include "http/client.h"
#include "http/support.h"

namespace proffer::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// What a sink saw, kept beyond its end.
struct Seen {
  std::mutex mutex;
  std::condition_variable changed;
  std::string body;                                  // guarded by mutex, as all
  std::size_t largest = 0;                           // of the pieces
  bool ended = false;                                // end() was called
  bool gone = false;                                 // destroyed
  bool hold = false;                                 // keeps `more` instead of calling it
  std::function<void()> more;                        // that was kept
  std::function<bool(Seen&, Respond&)> after_piece;  // true: it answered

  template <class Test>
  bool await(Test test, Millis patience = Millis{5'000}) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, patience, [&] { return test(*this); });
  }
  bool await_gone() {
    return await([](Seen& seen) { return seen.gone; });
  }
  void release() {
    std::function<void()> kept;
    {
      const std::lock_guard lock(mutex);
      hold = false;
      kept = std::exchange(more, nullptr);
    }
    if (kept) kept();
  }
};

class RecordingSink final : public BodySink {
 public:
  RecordingSink(std::shared_ptr<Seen> seen, Respond respond) : seen_(std::move(seen)), respond_(std::move(respond)) {}
  ~RecordingSink() override {
    const std::lock_guard lock(seen_->mutex);
    seen_->gone = true;
    seen_->changed.notify_all();
  }

  void take(std::string piece, std::function<void()> more) override {
    bool call = true;
    {
      const std::lock_guard lock(seen_->mutex);
      seen_->body += piece;
      seen_->largest = std::max(seen_->largest, piece.size());
      if (seen_->after_piece && seen_->after_piece(*seen_, respond_)) call = false;
      if (seen_->hold) seen_->more = std::exchange(more, nullptr);
      seen_->changed.notify_all();
    }
    if (call && more) more();
  }

  void end() override {
    Response response;
    {
      const std::lock_guard lock(seen_->mutex);
      seen_->ended = true;
      response.body = "took " + std::to_string(seen_->body.size());
      seen_->changed.notify_all();
    }
    respond_(std::move(response));
  }

 private:
  std::shared_ptr<Seen> seen_;
  Respond respond_;
};

Response refusal(int status) {
  Response response;
  response.status = status;
  response.body = "refused";
  return response;
}

class Streams : public testing::Test {
 protected:
  explicit Streams(const ServerOptions& options = test_options()) : server(options) {
    server.handler.most_body = std::size_t{1} << 32;
    server.handler.open = [this](Request, Respond respond) {
      return std::make_shared<RecordingSink>(seen, std::move(respond));
    };
  }

  static std::string head(std::size_t length, const std::string& more = "") {
    return "POST /stream HTTP/1.1\r\nHost: h\r\n" + more + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  }
  static std::string chunked_head() { return "POST /stream HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"; }

  std::shared_ptr<Seen> seen = std::make_shared<Seen>();
  TestServer server;
};

TEST_F(Streams, ABodyArrivesWholeInBoundedPieces) {
  std::string body;
  for (int i = 0; body.size() < 5'000'000; ++i) body += std::to_string(i) + ' ';
  const std::string answer = converse(server.address(), head(body.size()) + body);
  EXPECT_THAT(answer, HasSubstr("took " + std::to_string(body.size())));
  EXPECT_EQ(seen->body, body);
  EXPECT_LE(seen->largest, 64u << 10);
  EXPECT_TRUE(seen->ended);
  EXPECT_TRUE(seen->await_gone());
}

TEST_F(Streams, AChunkedBodyArrivesWithoutItsFraming) {
  const std::string answer =
      converse(server.address(), chunked_head() + "6\r\nabc\r\nd\r\n3;x=y\r\nefg\r\n0\r\nTrailer-Field: x\r\n\r\n");
  EXPECT_THAT(statuses(answer), ElementsAre(200));
  EXPECT_EQ(seen->body, "abc\r\ndefg");
}

TEST_F(Streams, AnEmptyBodyJustEnds) {
  EXPECT_THAT(converse(server.address(), head(0)), HasSubstr("took 0"));
  EXPECT_THAT(converse(server.address(), chunked_head() + "0\r\n\r\n"), HasSubstr("took 0"));
}

TEST_F(Streams, OtherRequestsFollowOnTheConnection) {
  const std::string answer =
      converse(server.address(), head(3) + "abc" + "GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + chunked_head() +
                                     "2\r\nde\r\n0\r\n\r\n" + head(0) +
                                     "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_THAT(statuses(answer), ElementsAre(200, 200, 200, 200, 200));
  EXPECT_THAT(answer, HasSubstr("POST /b 1"));
  EXPECT_EQ(seen->body, "abcde");
}

TEST_F(Streams, TheSenderWaitsForTheSink) {
  seen->hold = true;
  constexpr std::size_t length = 64 << 20;
  RawPeer peer(server.address());
  std::atomic<bool> sent = false;
  std::thread sender([&] {
    peer.send(head(length));
    const std::string part(1 << 20, 'x');
    for (std::size_t i = 0; i < length; i += part.size()) peer.send(part);
    sent = true;
  });
  ASSERT_TRUE(seen->await([](Seen& now) { return now.more != nullptr; }));
  std::this_thread::sleep_for(Millis{300});
  EXPECT_FALSE(sent) << "64 MiB went somewhere";
  {
    const std::lock_guard lock(seen->mutex);
    EXPECT_LE(seen->body.size(), 64u << 10);
  }
  seen->release();
  sender.join();
  EXPECT_THAT(peer.read_until("took"), HasSubstr("took"));
  EXPECT_EQ(seen->body.size(), length);
}

TEST_F(Streams, TheClientIsAskedToGoOnWhenTheRequestIsTaken) {
  RawPeer peer(server.address());
  peer.send(head(3, "Expect: 100-continue\r\n"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("100 Continue"));
  peer.send("abc");
  EXPECT_THAT(peer.read_until("took"), HasSubstr("200 OK"));
}

TEST_F(Streams, ARequestIsRefusedBeforeItsBodyIsSent) {
  server.handler.open = [](Request, Respond respond) {
    respond(refusal(403));
    return nullptr;
  };
  RawPeer peer(server.address());
  peer.send(head(1'000'000'000, "Expect: 100-continue\r\n"));
  const std::string answer = peer.read_until("refused");
  EXPECT_THAT(statuses(answer), ElementsAre(403));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(Streams, ARefusedRequestWithoutABodyKeepsTheConnection) {
  server.handler.open = [](Request, Respond respond) {
    respond(refusal(403));
    return nullptr;
  };
  const std::string answer = converse(server.address(), head(0) + "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(statuses(answer), ElementsAre(403, 200));
}

TEST_F(Streams, AnAnswerInTheMiddleEndsTheBody) {
  seen->after_piece = [](Seen& now, Respond& respond) {
    if (now.body.size() < 1'000'000) return false;
    respond(refusal(422));
    return true;
  };
  const std::string body(8'000'000, 'x');
  const std::string answer = converse(server.address(), head(body.size()) + body);
  EXPECT_THAT(statuses(answer), ElementsAre(422));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
  EXPECT_LT(seen->body.size(), 1'100'000u);
}

TEST_F(Streams, AnAnswerFromAnotherThreadEndsTheBodyToo) {
  std::thread answering;
  seen->after_piece = [&](Seen&, Respond& respond) {
    answering = std::thread([respond] { respond(refusal(422)); });
    return true;
  };
  const std::string answer = converse(server.address(), head(4'000'000) + std::string(4'000'000, 'x'));
  EXPECT_THAT(statuses(answer), ElementsAre(422));
  EXPECT_TRUE(seen->await_gone());
  answering.join();
}

TEST_F(Streams, ALostClientLeavesABodyWithoutAnEnd) {
  {
    RawPeer peer(server.address());
    peer.send(head(100) + "abc");
    ASSERT_TRUE(seen->await([](Seen& now) { return now.body == "abc"; }));
  }
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

TEST_F(Streams, BadFramingInTheMiddleIsToldAndEndsTheBody) {
  EXPECT_THAT(statuses(converse(server.address(), chunked_head() + "3\r\nabc\r\nzz\r\n")), ElementsAre(400));
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

TEST_F(Streams, TheLimitOfTheLengthHoldsBeforeTheSinkIsMade) {
  server.handler.most_body = 10;
  EXPECT_THAT(statuses(converse(server.address(), head(11) + std::string(11, 'x'))), ElementsAre(413));
  EXPECT_FALSE(seen->gone);
  EXPECT_THAT(statuses(converse(server.address(), chunked_head() + "6\r\nabcdef\r\n5\r\nabcde\r\n0\r\n\r\n")),
              ElementsAre(413));
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

TEST_F(Streams, AHandlerThatForgetsTheRequestIsAnswered500) {
  server.handler.open = [](Request, Respond) { return nullptr; };
  EXPECT_THAT(statuses(converse(server.address(), head(3) + "abc")), ElementsAre(500));
  server.handler.open = [](Request, Respond) -> std::shared_ptr<BodySink> { throw std::runtime_error("no"); };
  EXPECT_THAT(statuses(converse(server.address(), head(3) + "abc")), ElementsAre(500));
}

TEST_F(Streams, StoppingTheServerEndsWhatHangs) {
  RawPeer peer(server.address());
  peer.send(head(100) + "abc");
  ASSERT_TRUE(seen->await([](Seen& now) { return now.body == "abc"; }));
  server.server->stop();
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

// ---- The client that sends them

NextPiece pieces(std::size_t count, std::size_t bytes) {
  return [left = count, bytes]() mutable -> base::Result<std::string> {
    return left == 0 ? std::string() : std::string(bytes, static_cast<char>('a' + --left % 26));
  };
}

TEST_F(Streams, TheClientSendsPiecesOfAnySize) {
  const auto client = Client::tcp(server.address());
  for (int round = 0; round < 2; ++round) {
    const auto answer = client->send_pieces("POST", "/stream", pieces(40, 100'000));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "took " + std::to_string((round + 1) * 4'000'000));
    EXPECT_EQ(client->send("GET", "/a")->status, 200);
  }
  EXPECT_EQ(client->send_pieces("POST", "/stream", pieces(0, 0))->status, 200);
}

TEST_F(Streams, TheClientTakesAnAnswerInTheMiddle) {
  seen->after_piece = [](Seen& now, Respond& respond) {
    if (now.body.size() < 1'000'000) return false;
    respond(refusal(422));
    return true;
  };
  const auto client = Client::tcp(server.address());
  const auto answer = client->send_pieces("POST", "/stream", pieces(100'000, 100'000));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 422);
}

TEST_F(Streams, TheClientGivesUpWhenItsSourceFails) {
  const auto client = Client::tcp(server.address());
  bool first = true;
  const auto answer = client->send_pieces("POST", "/stream", [&]() -> base::Result<std::string> {
    if (std::exchange(first, false)) return std::string("abc");
    return base::fail(base::ErrorKind::unavailable, "the disk is gone");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "the disk is gone");
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

class SlowStreams : public Streams {
 protected:
  static ServerOptions options() {
    auto options = test_options();
    options.body_deadline_base = Millis{300};
    options.idle_deadline = Millis{300};
    options.body_bytes_per_second = 10'000;
    return options;
  }
  SlowStreams() : Streams(options()) {}
};

TEST_F(SlowStreams, ASenderThatStallsIsToldHoweverMuchItSentBefore) {
  RawPeer peer(server.address());
  const auto begin = std::chrono::steady_clock::now();
  peer.send(head(1'000'000) + std::string(500'000, 'x'));  // good for 50 seconds, were it gathered
  EXPECT_THAT(statuses(peer.read_until("too long")), ElementsAre(408));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Millis{3'000});
  EXPECT_TRUE(seen->await_gone());
  EXPECT_FALSE(seen->ended);
}

TEST_F(SlowStreams, ASenderBelowTheRateIsTold) {
  RawPeer peer(server.address());
  peer.send(head(1'000'000));
  for (int i = 0; i < 100 && !seen->await([](Seen& now) { return now.gone; }, Millis{20}); ++i) peer.send("x");
  EXPECT_THAT(statuses(peer.read_until("too long")), ElementsAre(408));
  EXPECT_FALSE(seen->ended);
}

TEST_F(SlowStreams, ASenderAboveTheRateMayTakeLongerThanAnyDeadline) {
  RawPeer peer(server.address());
  peer.send(head(20'000));
  for (int i = 0; i < 20; ++i) {
    peer.send(std::string(1'000, 'x'));
    std::this_thread::sleep_for(Millis{50});
  }
  EXPECT_THAT(peer.read_until("took"), HasSubstr("took 20000"));
}

TEST_F(SlowStreams, TheTimeOfTheSinkIsNotTheSenders) {
  seen->hold = true;
  RawPeer peer(server.address());
  peer.send(head(6) + "abc");
  ASSERT_TRUE(seen->await([](Seen& now) { return now.more != nullptr; }));
  std::this_thread::sleep_for(Millis{900});
  seen->release();
  std::this_thread::sleep_for(Millis{100});
  peer.send("def");
  EXPECT_THAT(peer.read_until("took"), HasSubstr("took 6"));
}

}  // namespace
}  // namespace proffer::http
