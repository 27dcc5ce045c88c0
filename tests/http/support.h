// A server under test with a handler of the test's choice, and a peer that speaks raw bytes.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace proffer::http {

using Millis = std::chrono::milliseconds;

// Keeps what it was asked; answers with `reply`, by default "METHOD path body-length".
class RecordingHandler : public Handler {
 public:
  std::function<void(Request, Respond)> reply;
  std::size_t most_body = 1 << 20;
  std::function<std::shared_ptr<BodySink>(Request, Respond)> open;  // of paths that begin with "/stream"

  bool watches(std::string_view, std::string_view path) const override { return path.starts_with("/watched"); }
  bool streams(std::string_view, std::string_view path) const override { return path.starts_with("/stream"); }
  std::shared_ptr<BodySink> stream(Request request, Respond respond) override {
    return open(std::move(request), std::move(respond));
  }

  std::size_t body_limit(std::string_view, std::string_view) const override { return most_body; }

  void handle(Request request, Respond respond) override {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    if (reply) return reply(std::move(request), std::move(respond));
    Response response;
    response.body = request.method + ' ' + request.path + ' ' + std::to_string(request.body.size());
    respond(std::move(response));
  }

  Response refuse(int status, std::string_view reason, const Request*) const override {
    Response response;
    response.status = status;
    response.content_type = "text/plain";
    response.body = reason;
    return response;
  }

  std::vector<Request> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  std::vector<Request> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Request> seen_;
};

inline ServerOptions test_options() {
  ServerOptions options;
  options.listen = {"127.0.0.1:0"};
  options.threads = 2;
  options.drain_deadline = Millis{2'000};
  return options;
}

struct TestServer {
  RecordingHandler handler;
  base::Metrics metrics;
  std::unique_ptr<Server> server;

  explicit TestServer(const ServerOptions& options = test_options()) {
    auto started = Server::start(options, handler, metrics);
    if (!started) throw std::runtime_error(started.error().message);
    server = std::move(*started);
  }
  std::string address() const { return server->addresses().front(); }
};

// A TCP or Unix connection without any knowledge of HTTP.
class RawPeer {
 public:
  explicit RawPeer(const std::string& address) : fd_(connect_tcp(address)) {}
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer() { ::close(fd_); }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;  // refused in the middle: what the server said can still be read
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void shut_down_sending() const { ::shutdown(fd_, SHUT_WR); }

  // Reads until the peer closes or resets, `text` has come, or the time is up.
  std::string read_until(std::string_view text, Millis patience = Millis{5'000}) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (text.empty() || received_.find(text) == std::string::npos) {
      if (!read_some(std::chrono::ceil<Millis>(end - std::chrono::steady_clock::now()))) break;
    }
    return std::exchange(received_, {});
  }
  std::string read_to_end(Millis patience = Millis{5'000}) { return read_until("", patience); }
  bool closed() const { return closed_; }

 private:
  static int connect_tcp(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0)
      throw std::runtime_error("no connection");
    return fd;
  }

  bool read_some(Millis patience) {
    pollfd waiting{fd_, POLLIN, 0};
    if (patience.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65'536];
    const auto n = ::recv(fd_, bytes, sizeof(bytes), 0);
    closed_ = n <= 0;
    if (n > 0) received_.append(bytes, static_cast<std::size_t>(n));
    return n > 0;
  }

  const int fd_;
  std::string received_;
  bool closed_ = false;
};

// The statuses of all answers in `text`.
inline std::vector<int> statuses(std::string_view text) {
  std::vector<int> out;
  constexpr std::string_view mark = "HTTP/1.1 ";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
    out.push_back(std::atoi(text.data() + at + mark.size()));
  }
  return out;
}

// Sends `bytes` on a connection of its own and says nothing more.
inline std::string converse(const std::string& address, std::string_view bytes) {
  RawPeer peer(address);
  peer.send(bytes);
  peer.shut_down_sending();
  return peer.read_to_end();
}

}  // namespace proffer::http
