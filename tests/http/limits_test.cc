// Every limit, just inside and just past it; and clients that are slow.
#include "base/limits.h"

#include <gmock/gmock.h>

#include <thread>

#include "http/support.h"

namespace proffer::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view end_of_head = "\r\n\r\n";

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

TEST(Limits, BodyOfExactlyTheLimitIsTakenAndOneByteMoreIsNot) {
  TestServer server;
  server.handler.most_body = 10;
  const auto post = [](std::size_t n) {
    return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(n) + "\r\n\r\n" + std::string(n, 'b');
  };
  EXPECT_THAT(statuses(converse(server.address(), post(10))), ElementsAre(200));
  EXPECT_THAT(statuses(converse(server.address(), post(11))), ElementsAre(413));
  EXPECT_EQ(server.handler.seen().size(), 1u);
}

TEST(Limits, ChunkedBodyIsCountedOverItsChunks) {
  TestServer server;
  server.handler.most_body = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(statuses(converse(server.address(), head + "6\r\nabcdef\r\n4\r\nabcd\r\n0\r\n\r\n")), ElementsAre(200));
  EXPECT_THAT(statuses(converse(server.address(), head + "6\r\nabcdef\r\n5\r\nabcde\r\n0\r\n\r\n")), ElementsAre(413));
  EXPECT_THAT(statuses(converse(server.address(), head + "ffffffffffffffff\r\nab")), ElementsAre(413));
}

TEST(Limits, TooLargeABodyIsRefusedBeforeItIsSent) {
  TestServer server;
  RawPeer peer(server.address());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n");
  const std::string answer = peer.read_until("too large");
  EXPECT_THAT(statuses(answer), ElementsAre(413));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST(Limits, ARefusedClientThatIsStillSendingSeesTheAnswer) {
  TestServer server;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n";
  EXPECT_THAT(statuses(converse(server.address(), head + std::string(8'000'000, 'x'))), ElementsAre(413));
}

TEST(Limits, TargetOfExactlyTheLimitIsTaken) {
  TestServer server;
  const std::string most = "/" + std::string(base::limits::target_bytes - 1, 't');
  EXPECT_THAT(statuses(converse(server.address(), get(most))), ElementsAre(200));
  EXPECT_THAT(statuses(converse(server.address(), get(most + "t"))), ElementsAre(414));
  EXPECT_THAT(statuses(converse(server.address(), get("/" + std::string(100'000, 't')))), ElementsAre(414));
}

TEST(Limits, HeaderOfExactlyTheLimitIsTaken) {
  TestServer server;
  const std::string front = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
  const std::string most = front + std::string(base::limits::header_bytes - front.size() - end_of_head.size(), 'v');
  EXPECT_THAT(statuses(converse(server.address(), most + "\r\n\r\n")), ElementsAre(200));
  EXPECT_THAT(statuses(converse(server.address(), most + "v\r\n\r\n")), ElementsAre(431));
  EXPECT_THAT(statuses(converse(server.address(), most + std::string(100'000, 'v'))), ElementsAre(431));
}

TEST(Limits, HeaderSentByteByByteHasTheSameLimit) {
  TestServer server;
  RawPeer peer(server.address());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int i = 0; i < 90; ++i) peer.send("A" + std::to_string(i) + ": " + std::string(200, 'v') + "\r\n");
  EXPECT_THAT(statuses(peer.read_until("too large")), ElementsAre(431));
}

TEST(Limits, FieldsAreCounted) {
  TestServer server;
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (std::size_t i = 1; i < base::limits::header_fields; ++i) head += "A: b\r\n";
  EXPECT_THAT(statuses(converse(server.address(), head + "\r\n")), ElementsAre(200));
  EXPECT_THAT(statuses(converse(server.address(), head + "A: b\r\n\r\n")), ElementsAre(431));
}

TEST(Limits, ChunkHeaderAndTrailersAreBounded) {
  TestServer server;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(statuses(converse(server.address(), head + "1;e=" + std::string(100'000, 'x'))), ElementsAre(400));
  EXPECT_THAT(statuses(converse(server.address(), head + "0\r\nT: " + std::string(100'000, 'x'))), ElementsAre(400));
}

TEST(Limits, ConnectionsPastTheLimitAreToldSo) {
  ServerOptions options = test_options();
  options.connections = 2;
  TestServer server(options);
  RawPeer first(server.address());
  RawPeer second(server.address());
  for (RawPeer* peer : {&first, &second}) {
    peer->send(get("/"));
    EXPECT_THAT(statuses(peer->read_until("GET / 0")), ElementsAre(200));
  }
  EXPECT_THAT(statuses(converse(server.address(), get("/"))), ElementsAre(503));
  first.send(get("/"));
  EXPECT_THAT(statuses(first.read_until("GET / 0")), ElementsAre(200));
}

ServerOptions hurried() {
  ServerOptions options = test_options();
  options.header_deadline = Millis{150};
  options.idle_deadline = Millis{150};
  options.body_deadline_base = Millis{150};
  options.body_bytes_per_second = 10'000;
  return options;
}

TEST(Deadlines, AHeaderThatTricklesInIsAnsweredWith408) {
  TestServer server(hurried());
  RawPeer peer(server.address());
  std::string answer;
  for (int i = 0; i < 100 && answer.empty(); ++i) {
    peer.send(i == 0 ? "GET / HTTP/1.1\r\nHost: h\r\nA: " : "a");
    answer = peer.read_until("HTTP", Millis{10});
  }
  EXPECT_THAT(statuses(answer), ElementsAre(408));
}

TEST(Deadlines, AConnectionThatSaysNothingIsClosedSilently) {
  TestServer server(hurried());
  RawPeer peer(server.address());
  EXPECT_THAT(peer.read_to_end(), IsEmpty());
  EXPECT_TRUE(peer.closed());
}

TEST(Deadlines, AnIdleConnectionIsClosedSilently) {
  TestServer server(hurried());
  RawPeer peer(server.address());
  peer.send(get("/"));
  EXPECT_THAT(statuses(peer.read_to_end()), ElementsAre(200));
  EXPECT_TRUE(peer.closed());
}

TEST(Deadlines, ABodyThatStallsIsAnsweredWith408) {
  TestServer server(hurried());
  RawPeer peer(server.address());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_THAT(statuses(peer.read_to_end()), ElementsAre(408));
}

TEST(Deadlines, ABodySentFastEnoughIsWaitedForBeyondTheBase) {
  TestServer server(hurried());
  RawPeer peer(server.address());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    peer.send(std::string(1'000, 'b'));
    std::this_thread::sleep_for(Millis{40});
  }
  EXPECT_THAT(statuses(peer.read_until("POST / 10000")), ElementsAre(200));
}

TEST(Deadlines, AReaderThatStopsIsDropped) {
  TestServer server(hurried());
  server.handler.reply = [](Request, Respond respond) {
    Response response;
    response.body.assign(20'000, 'z');
    respond(std::move(response));
  };
  RawPeer peer(server.address());
  for (int i = 0; i < 2'000; ++i) peer.send(get("/"));  // 40 MB of answers that nobody reads
  const auto open = [&] { return server.metrics.text().find("proffer_http_connections 0\n") == std::string::npos; };
  for (int i = 0; i < 1'000 && open(); ++i) std::this_thread::sleep_for(Millis{10});
  EXPECT_FALSE(open());
}

TEST(Deadlines, AHandlerMayTakeLongerThanAnyOfThem) {
  TestServer server(hurried());
  server.handler.reply = [](Request, Respond respond) {
    std::thread([respond] {
      std::this_thread::sleep_for(Millis{600});
      respond({});
    }).detach();
  };
  EXPECT_THAT(statuses(converse(server.address(), get("/"))), ElementsAre(200));
}

}  // namespace
}  // namespace proffer::http
