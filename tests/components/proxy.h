// A network between a client and a server that can be cut and mended: connections on a port of its own are passed on.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace proffer::tests {

class Proxy {
 public:
  explicit Proxy(int to_port) : to_port_(to_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto any = address(0);
    socklen_t size = sizeof any;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&any), &size);
    port_ = ntohs(any.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Proxy() {
    ending_ = true;
    thread_.join();
    for (const auto& [one, other] : pairs_) close_both(one, other);
    ::close(listener_);
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  int port() const { return port_; }
  // Closes every connection, and each that comes at once, until mended. When it returns nothing passes any more.
  void cut() {
    cut_ = true;
    while (open_ > 0) std::this_thread::yield();
  }
  void mend() { cut_ = false; }

 private:
  static sockaddr_in address(int port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    return out;
  }
  static void close_both(int one, int other) {
    ::close(one);
    ::close(other);
  }

  void run() {
    while (!ending_) {
      if (cut_) {
        for (const auto& [one, other] : pairs_) close_both(one, other);
        pairs_.clear();
      }
      step();
      open_ = pairs_.size();
    }
  }

  void step() {
    std::vector<pollfd> ready{{listener_, POLLIN, 0}};
    for (const auto& [one, other] : pairs_) {
      ready.push_back({one, POLLIN, 0});
      ready.push_back({other, POLLIN, 0});
    }
    if (::poll(ready.data(), ready.size(), 10) <= 0) return;
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      const auto [one, other] = pairs_[i];
      const bool open =
          (ready[1 + 2 * i].revents == 0 || pass(one, other)) && (ready[2 + 2 * i].revents == 0 || pass(other, one));
      if (open) continue;
      close_both(one, other);
      pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (ready[0].revents != 0) accept();
  }

  void accept() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = cut_ ? -1 : ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto to = address(to_port_);
    if (server >= 0 && ::connect(server, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
      pairs_.emplace_back(client, server);
    } else {
      ::close(client);
      if (server >= 0) ::close(server);
    }
  }

  static bool pass(int from, int to) {
    char data[65536];
    const auto got = ::recv(from, data, sizeof data, MSG_DONTWAIT);
    if (got <= 0) return false;
    for (ssize_t put = 0; put < got;) {
      const auto now = ::send(to, data + put, static_cast<std::size_t>(got - put), MSG_NOSIGNAL);
      if (now <= 0) return false;
      put += now;
    }
    return true;
  }

  const int to_port_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> cut_{false};
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> open_{0};
  std::vector<std::pair<int, int>> pairs_;  // of the thread
  std::thread thread_;
};

}  // namespace proffer::tests
