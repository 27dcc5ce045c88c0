#include "http/server.h"

#include <gmock/gmock.h>

#include <thread>

#include "http/support.h"

namespace proffer::http {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(Server, HandsOverMethodPathQueryHeadersAndBody) {
  TestServer server;
  converse(server.address(),
           "POST /a%20b/c?x=1&y=%41+b&flag HTTP/1.1\r\nHost: h\r\nX-One:  two \r\nContent-Length: 5\r\n\r\nhello");
  const auto seen = server.handler.seen();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].path, "/a b/c");
  EXPECT_THAT(seen[0].query, ElementsAre(Pair("x", "1"), Pair("y", "A b"), Pair("flag", "")));
  EXPECT_THAT(seen[0].headers, ElementsAre(Pair("host", "h"), Pair("x-one", "two"), Pair("content-length", "5")));
  EXPECT_EQ(seen[0].header("x-one"), "two");
  EXPECT_EQ(seen[0].header("none"), "");
  ASSERT_NE(seen[0].query_value("y"), nullptr);
  EXPECT_EQ(*seen[0].query_value("y"), "A b");
  EXPECT_EQ(seen[0].query_value("z"), nullptr);
  EXPECT_EQ(seen[0].body, "hello");
  EXPECT_EQ(seen[0].remote, "127.0.0.1");
  EXPECT_FALSE(seen[0].local_socket);
}

TEST(Server, AnswersWithStatusHeadersLengthAndDate) {
  TestServer server;
  server.handler.reply = [](Request, Respond respond) {
    Response response;
    response.status = 422;
    response.content_type = "application/problem+json";
    response.headers = {{"ETag", "\"7\""}};
    response.body = "{}";
    respond(response);
  };
  const std::string answer = converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 422 Unprocessable Content\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nServer: proffer\r\n"));
  EXPECT_THAT(answer,
              testing::ContainsRegex("\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nETag: \"7\"\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{}"));
}

TEST(Server, CannotBeMadeToSplitAnAnswerByAHeaderValue) {
  TestServer server;
  server.handler.reply = [](Request, Respond respond) {
    Response response;
    response.headers = {{"Location", "/x\r\nSet-Cookie: evil"}};
    respond(response);
  };
  EXPECT_THAT(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
              HasSubstr("Location: /x  Set-Cookie: evil\r\n"));
}

TEST(Server, KeepsAConnectionOpenForTheNextRequest) {
  TestServer server;
  RawPeer peer(server.address());
  for (int i = 0; i < 3; ++i) {
    peer.send("GET /n HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(statuses(peer.read_until("GET /n 0")), ElementsAre(200));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrderEvenWhenTheirAnswersComeInAnother) {
  TestServer server;
  std::vector<std::thread> late;
  std::mutex mutex;
  server.handler.reply = [&](Request request, Respond respond) {
    const std::lock_guard lock(mutex);
    late.emplace_back([request, respond] {
      std::this_thread::sleep_for(Millis{request.path == "/0" ? 50 : 1});
      Response response;
      response.body = "answer " + request.path;
      respond(response);
    });
  };
  std::string requests;
  for (int i = 0; i < 5; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string answers = converse(server.address(), requests);
  for (std::thread& thread : late) thread.join();
  std::size_t at = 0;
  for (int i = 0; i < 5; ++i) {
    at = answers.find("answer /" + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << answers;
  }
}

TEST(Server, AnswersTenThousandPipelinedRequestsWithoutGrowingTheStack) {
  TestServer server;
  std::string requests;
  for (int i = 0; i < 10'000; ++i) requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  RawPeer peer(server.address());
  std::thread sender([&] {
    peer.send(requests);
    peer.shut_down_sending();
  });
  EXPECT_EQ(statuses(peer.read_to_end(Millis{20'000})).size(), 10'000u);
  sender.join();
}

TEST(Server, AnswersHeadWithTheLengthAndWithoutTheBody) {
  TestServer server;
  const std::string answer = converse(server.address(), "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Server, SendsNeitherBodyNorLengthWithNoContent) {
  TestServer server;
  server.handler.reply = [](Request, Respond respond) {
    Response response;
    response.status = 204;
    response.body = "never sent";
    respond(response);
  };
  const std::string answer = converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Server, SaysContinueOnlyToWhoeverWaitsForIt) {
  TestServer server;
  RawPeer peer(server.address());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ab");
  EXPECT_THAT(statuses(peer.read_until("POST / 2")), ElementsAre(200));
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_THAT(statuses(peer.read_until("POST / 2")), ElementsAre(200));
}

TEST(Server, RefusesAnUnknownExpectation) {
  TestServer server;
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n")),
              ElementsAre(417));
}

TEST(Server, RefusesWhateverTwoParsersCouldReadDifferently) {
  TestServer server;
  for (const char* fields :
       {"", "Host: h\r\nHost: h\r\n", "Host: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
        "Host: h\r\nContent-Length: 1, 1\r\n", "Host: h\r\nContent-Length: +1\r\n", "Host: h\r\nContent-Length:\r\n",
        "Host: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Host: h\r\nTransfer-Encoding: xchunked\r\n", "Host: h\r\nTransfer-Encoding: chunked, identity\r\n",
        "Host: h\r\nTransfer-Encoding:\r\n chunked\r\n", "Host : h\r\n", "Host: h\nX: y\r\n",
        "Host: h\r\nX: a\rb\r\n"}) {
    const std::string answer =
        converse(server.address(), "POST / HTTP/1.1\r\n" + std::string(fields) + "\r\n0\r\n\r\n");
    EXPECT_THAT(statuses(answer), ElementsAre(400)) << fields;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << fields;
  }
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(Server, ClosesAfterHttp10UnlessAskedToKeepAlive) {
  TestServer server;
  RawPeer closing(server.address());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(closing.read_to_end(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(closing.closed());
  RawPeer kept(server.address());
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(kept.read_until("GET / 0"), HasSubstr("Connection: keep-alive\r\n"));
  }
}

TEST(Server, ClosesWhenTheClientSaysSo) {
  TestServer server;
  RawPeer peer(server.address());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(peer.closed());
}

TEST(Server, ReadsChunkedBodiesWithExtensionsAndTrailers) {
  TestServer server;
  converse(server.address(),
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
           "3;name=\"v;1\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n");
  const auto seen = server.handler.seen();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].body, "abc0123456789");
  EXPECT_EQ(seen[0].header("x-sum"), "");
}

TEST(Server, AnswersAClientThatHasClosedItsSendingHalf) {
  TestServer server;
  server.handler.reply = [](Request, Respond respond) {
    std::thread([respond] {
      std::this_thread::sleep_for(Millis{30});
      respond({});
    }).detach();
  };
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(200));
}

TEST(Server, SurvivesClientsThatLeaveBeforeTheirAnswer) {
  TestServer server;
  std::vector<Respond> waiting;
  std::mutex mutex;
  server.handler.reply = [&](Request, Respond respond) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
  };
  for (int i = 0; i < 20; ++i) RawPeer(server.address()).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto arrived = [&] {
    const std::lock_guard lock(mutex);
    return waiting.size();
  };
  while (arrived() < 20) std::this_thread::sleep_for(Millis{1});
  for (const Respond& respond : waiting) respond({});
  server.handler.reply = nullptr;
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(200));
}

TEST(Server, AnswersADroppedRequestWith500) {
  TestServer server;
  server.handler.reply = [](Request, const Respond&) {};
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(500));
}

TEST(Server, AnswersARequestDroppedByAnotherThreadWith500) {
  TestServer server;
  server.handler.reply = [](Request, Respond respond) { std::thread([held = std::move(respond)] {}).detach(); };
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(500));
}

TEST(Server, AnswersWith500WhenTheHandlerThrows) {
  TestServer server;
  server.handler.reply = [](Request, const Respond&) { throw std::runtime_error("defect"); };
  EXPECT_THAT(statuses(converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(500));
}

TEST(Server, TakesOnlyTheFirstOfTwoAnswers) {
  TestServer server;
  server.handler.reply = [](Request, const Respond& respond) {
    respond({});
    Response second;
    second.status = 404;
    respond(second);
  };
  const std::string two = "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_THAT(statuses(converse(server.address(), two)), ElementsAre(200, 200));
}

TEST(Server, WritesALargeAnswerToASlowReaderWhole) {
  TestServer server;
  const std::string body(8 << 20, 'z');
  server.handler.reply = [&](Request, Respond respond) {
    Response response;
    response.body = body;
    respond(std::move(response));
  };
  RawPeer peer(server.address());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(Millis{100});
  peer.shut_down_sending();
  EXPECT_THAT(peer.read_to_end(Millis{20'000}).size(), testing::Gt(body.size()));
}

TEST(Server, CountsRequestsByClassAndConnections) {
  TestServer server;
  converse(server.address(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  converse(server.address(), "broken\r\n\r\n");
  const std::string text = server.metrics.text();
  EXPECT_THAT(text, HasSubstr("proffer_http_requests_total{status=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("proffer_http_requests_total{status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("proffer_http_connections "));
  EXPECT_THAT(text, HasSubstr("proffer_http_request_duration_seconds_count 2\n"));
}

}  // namespace
}  // namespace proffer::http
