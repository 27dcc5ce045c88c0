// Starting and stopping: addresses, ports in use, the local socket, open requests at shutdown.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <thread>

#include "http/client.h"
#include "http/support.h"

namespace proffer::http {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Directory {
 public:
  Directory() : path_(fs::temp_directory_path() / ("http_test_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  const fs::path path_;
};

std::string start_error(const ServerOptions& options) {
  RecordingHandler handler;
  base::Metrics metrics;
  const auto server = Server::start(options, handler, metrics);
  return server ? "" : server.error().message;
}

ServerOptions listening_on(const std::string& address) {
  ServerOptions options = test_options();
  options.listen = {address};
  return options;
}

TEST(Listening, APortInUseIsRefusedInOneLineThatNamesIt) {
  TestServer first;
  const std::string error = start_error(listening_on(first.address()));
  EXPECT_THAT(error, HasSubstr("in use"));
  EXPECT_THAT(error, HasSubstr(first.address()));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

TEST(Listening, APortIsFreeAgainAtOnceAfterStop) {
  std::string address;
  {
    TestServer first;
    address = first.address();
    converse(address, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  EXPECT_EQ(start_error(listening_on(address)), "");
}

TEST(Listening, AnAddressThatIsNotHereIsRefused) {
  EXPECT_THAT(start_error(listening_on("192.0.2.1:80")), HasSubstr("192.0.2.1:80"));
}

TEST(Listening, AMalformedAddressIsRefused) {
  for (const char* address : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "[::1]",
                              "[127.0.0.1]:80", "[::1:80", "127.0.0.1:80 "}) {
    EXPECT_THAT(start_error(listening_on(address)), HasSubstr("expected HOST:PORT")) << address;
  }
}

TEST(Listening, ANameStandsForItsAddress) {
  TestServer server(listening_on("localhost:0"));
  EXPECT_THAT(server.address(), testing::StartsWith("127.0.0.1:"));
}

TEST(Listening, IPv6AddressesStandInBrackets) {
  ServerOptions options = listening_on("[::1]:0");
  if (!start_error(options).empty()) GTEST_SKIP() << "no IPv6 here";
  TestServer server(options);
  EXPECT_THAT(server.address(), testing::MatchesRegex("\\[::1\\]:[0-9]+"));
  const auto answer = Client::tcp(server.address())->send("GET", "/six");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(server.handler.seen().at(0).remote, "::1");
}

TEST(Listening, SeveralAddressesAreServedAtOnce) {
  ServerOptions options = test_options();
  options.listen = {"127.0.0.1:0", "127.0.0.1:0"};
  TestServer server(options);
  ASSERT_EQ(server.server->addresses().size(), 2u);
  for (const std::string& address : server.server->addresses()) {
    EXPECT_THAT(statuses(converse(address, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), ElementsAre(200));
  }
}

TEST(LocalSocket, ServesItsOwnerOnly) {
  const Directory directory;
  ServerOptions options = test_options();
  options.local_socket = directory.file("s");
  TestServer server(options);
  struct stat found {};
  ASSERT_EQ(::stat(options.local_socket.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  const auto answer = Client::local(options.local_socket)->send("POST", "/x", "body");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "POST /x 4");
  const auto seen = server.handler.seen();
  EXPECT_TRUE(seen.at(0).local_socket);
  EXPECT_EQ(seen.at(0).remote, "");
}

TEST(LocalSocket, AStaleFileIsReplacedALiveOneIsNot) {
  const Directory directory;
  ServerOptions options = test_options();
  options.local_socket = directory.file("s");
  const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  options.local_socket.copy(name.sun_path, sizeof(name.sun_path) - 1);
  ASSERT_EQ(::bind(stale, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  ::close(stale);
  {
    TestServer server(options);
    EXPECT_THAT(start_error(options), HasSubstr("another process"));
    EXPECT_TRUE(Client::local(options.local_socket)->send("GET", "/"));
  }
  EXPECT_FALSE(fs::exists(options.local_socket));
}

TEST(LocalSocket, AFileThatIsNoSocketIsLeftAlone) {
  const Directory directory;
  ServerOptions options = test_options();
  options.local_socket = directory.file("s");
  std::ofstream(options.local_socket) << "precious";
  EXPECT_THAT(start_error(options), HasSubstr("is no socket"));
  EXPECT_TRUE(fs::exists(options.local_socket));
}

TEST(Stopping, LetsAnOpenRequestFinishAndClosesIdleConnectionsAtOnce) {
  TestServer server;
  std::promise<Respond> asked;
  server.handler.reply = [&](Request, Respond respond) { asked.set_value(std::move(respond)); };
  RawPeer idle(server.address());
  RawPeer busy(server.address());
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const Respond respond = asked.get_future().get();
  std::thread stopping([&] { server.server->stop(); });
  EXPECT_THAT(idle.read_to_end(), IsEmpty());
  EXPECT_TRUE(idle.closed());
  EXPECT_FALSE(busy.closed());
  respond({});
  const std::string answer = busy.read_to_end();
  EXPECT_THAT(statuses(answer), ElementsAre(200));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  stopping.join();
}

TEST(Stopping, GivesUpOnAnOpenRequestAtTheDeadlineAndDropsItsLateAnswer) {
  ServerOptions options = test_options();
  options.drain_deadline = Millis{100};
  Respond late;
  {
    TestServer server(options);
    std::promise<void> asked;
    server.handler.reply = [&](Request, Respond respond) {
      late = std::move(respond);
      asked.set_value();
    };
    RawPeer peer(server.address());
    peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    asked.get_future().get();
    const auto before = std::chrono::steady_clock::now();
    server.server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, Millis{1'500});
    EXPECT_THAT(peer.read_to_end(), IsEmpty());
  }
  late({});
}

TEST(Stopping, TakesNoNewConnections) {
  TestServer server;
  const std::string address = server.address();
  server.server->stop();
  EXPECT_THROW(RawPeer{address}, std::runtime_error);
}

}  // namespace
}  // namespace proffer::http
