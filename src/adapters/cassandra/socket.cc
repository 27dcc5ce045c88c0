#include "adapters/cassandra/socket.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace proffer::adapters::cql {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t first_read_bytes = 64 << 10;  // a long answer is not believed before it comes

tl::unexpected<base::Error> failed(std::string_view doing, const error_code& ec) {
  if (ec == asio::error::timed_out)
    return base::fail(base::ErrorKind::timed_out, fmt::format("{}: no answer within the time allowed", doing));
  const bool is_closed = ec == asio::error::eof || ec == ssl::error::stream_truncated;
  return base::fail(base::ErrorKind::remote,
                    fmt::format("{}: {}", doing, is_closed ? "the server closed the connection" : ec.message()));
}

// Starts an operation and waits for its end, at most until the deadline.
class Waiting {
 public:
  template <class Start>
  error_code run(Deadline deadline, Start start) {
    error_code result = asio::error::timed_out;
    bool done = false;
    context_.restart();
    start([&](const error_code& ec, auto&&...) {
      result = ec;
      done = true;
    });
    while (!done && context_.run_one_until(deadline) > 0) {
    }
    return done ? result : error_code(asio::error::timed_out);
  }
  asio::io_context& context() { return context_; }

 private:
  asio::io_context context_;
};

// What is under way at a deadline is given up with the whole connection: `waiting_` goes last, and its handlers, which
// refer to ended calls, are dropped unrun.
class AsioSocket final : public Socket {
 public:
  explicit AsioSocket(const Address& address) : tls_(address.tls) {}

  base::Status open(const Address& address, const Host& host, Deadline deadline) {
    TRY_DO(trust(address));
    stream_.emplace(waiting_.context(), certificates_);
    tcp::resolver resolver(waiting_.context());
    tcp::resolver::results_type found;
    auto ec = waiting_.run(deadline, [&](auto handler) {
      resolver.async_resolve(host.name, host.port, [&found, handler](const error_code& error, auto results) {
        found = results;
        handler(error);
      });
    });
    if (ec) return failed("looking up the name", ec);
    ec = waiting_.run(deadline, [&](auto handler) { asio::async_connect(stream_->next_layer(), found, handler); });
    if (ec) return failed("connecting", ec);
    stream_->next_layer().set_option(tcp::no_delay(true), ec);
    return tls_ ? shake_hands(host, deadline) : base::Status{};
  }

  base::Status write(std::string_view bytes, Deadline deadline) override {
    const auto buffer = asio::buffer(bytes);
    const auto ec = waiting_.run(deadline, [&](auto handler) {
      tls_ ? asio::async_write(*stream_, buffer, handler) : asio::async_write(stream_->next_layer(), buffer, handler);
    });
    return ec ? base::Status(failed("sending", ec)) : base::Status{};
  }

  base::Result<std::string> read(std::size_t bytes, Deadline deadline) override {
    std::string out;
    while (out.size() < bytes) {
      const std::size_t before = out.size();
      out.resize(std::min(bytes, std::max(first_read_bytes, 2 * before)));
      const auto buffer = asio::buffer(out) + before;
      const auto ec = waiting_.run(deadline, [&](auto handler) {
        tls_ ? asio::async_read(*stream_, buffer, handler) : asio::async_read(stream_->next_layer(), buffer, handler);
      });
      if (ec) return failed("reading", ec);
    }
    return out;
  }

 private:
  base::Status trust(const Address& address) {
    if (!tls_) return {};
    error_code ec;
    if (address.ca_file.empty()) {
      certificates_.set_default_verify_paths(ec);
    } else {
      certificates_.load_verify_file(address.ca_file, ec);
    }
    if (ec)
      return base::fail(base::ErrorKind::remote,
                        fmt::format("reading certificates from '{}': {}", address.ca_file, ec.message()));
    return {};
  }

  base::Status shake_hands(const Host& host, Deadline deadline) {
    stream_->set_verify_mode(ssl::verify_peer);
    stream_->set_verify_callback(ssl::host_name_verification(host.name));
    SSL_set_tlsext_host_name(stream_->native_handle(), host.name.c_str());
    const auto ec =
        waiting_.run(deadline, [&](auto handler) { stream_->async_handshake(ssl::stream_base::client, handler); });
    return ec ? base::Status(failed("agreeing on TLS", ec)) : base::Status{};
  }

  const bool tls_;
  Waiting waiting_;
  ssl::context certificates_{ssl::context::tls_client};
  std::optional<ssl::stream<tcp::socket>> stream_;
};

}  // namespace

Deadline deadline_in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

std::chrono::milliseconds time_since(Deadline moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - moment);
}

base::Result<std::unique_ptr<Socket>> Socket::connect(const Address& address, const Host& host, Deadline deadline) {
  auto socket = std::make_unique<AsioSocket>(address);
  TRY_DO(socket->open(address, host, deadline));
  return socket;
}

}  // namespace proffer::adapters::cql
