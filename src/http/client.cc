#include "http/client.h"

#include <fmt/format.h>
#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <optional>

#include "http/address.h"

namespace proffer::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;
using Protocol = asio::generic::stream_protocol;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t receive_bytes = 64 << 10;

// What became of one try. Only a try on a kept connection that failed before any byte of an answer may be repeated:
// the server closed it, as it may at any time between requests.
struct Try {
  base::Result<Response> result;
  bool answer_began = false;
  bool timed_out = false;
};

class BlockingClient final : public Client {
 public:
  using FindEndpoint = std::function<base::Result<Protocol::endpoint>()>;

  BlockingClient(std::string name, FindEndpoint find, std::chrono::milliseconds timeout)
      : name_(std::move(name)), find_(std::move(find)), timeout_(timeout) {}

  base::Result<Response> send(const std::string& method, const std::string& target, const std::string& body,
                              const Headers& headers) override {
    deadline_ = Clock::now() + timeout_;
    const std::string text = request_text(method, target, body, headers);
    const bool reused = socket_.has_value();
    Try first = attempt(text, method == "HEAD");
    if (first.result || !reused || first.answer_began || first.timed_out) return std::move(first.result);
    return attempt(text, method == "HEAD").result;
  }

  base::Result<Response> send_pieces(const std::string& method, const std::string& target, const NextPiece& next,
                                     const Headers& headers) override {
    socket_.reset();
    deadline_ = Clock::now() + timeout_;
    TRY_DO(connect());
    Try out{base::fail(ErrorKind::unavailable, "")};
    if (auto status = write_pieces(head_text(method, target, headers) + "Transfer-Encoding: chunked\r\n\r\n", next);
        !status) {
      out.result = tl::unexpected(std::move(status).error());
    } else {
      read_answer(false, out);
    }
    if (!out.result) socket_.reset();
    return std::move(out.result);
  }

 private:
  std::string head_text(const std::string& method, const std::string& target, const Headers& headers) const {
    std::string out = method + ' ' + target + " HTTP/1.1\r\nHost: " + name_ + "\r\n";
    for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
    return out;
  }

  std::string request_text(const std::string& method, const std::string& target, const std::string& body,
                           const Headers& headers) const {
    std::string out = head_text(method, target, headers);
    if (!body.empty() || method == "POST" || method == "PUT") {
      out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    return out.append("\r\n").append(body);
  }

  Try attempt(const std::string& text, bool head) {
    Try out{base::fail(ErrorKind::unavailable, "")};
    if (auto status = connect(); !status) {
      out.result = tl::unexpected(std::move(status).error());
    } else if (auto ec = write(text); ec && ec != asio::error::broken_pipe && ec != asio::error::connection_reset) {
      out.result = failed("sending", ec);
      out.timed_out = ec == asio::error::timed_out;
    } else {
      read_answer(head, out);  // also after a broken pipe: a refusal may have come before all was sent
    }
    if (!out.result) socket_.reset();
    return out;
  }

  base::Status connect() {
    if (socket_) return {};
    TRY(const Protocol::endpoint endpoint, find_());
    boost::system::error_code ec;
    socket_.emplace(context_);
    socket_->open(endpoint.protocol(), ec);
    if (!ec) socket_->non_blocking(true, ec);
    if (!ec) socket_->connect(endpoint, ec);
    if (ec == asio::error::in_progress || ec == asio::error::would_block) ec = await_connection();
    if (ec) return failed("connecting", ec);
    if (endpoint.protocol().family() != AF_UNIX) socket_->set_option(asio::ip::tcp::no_delay(true), ec);
    return {};
  }

  boost::system::error_code await_connection() {
    if (!await(POLLOUT)) return asio::error::timed_out;
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket_->native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
    return {error, boost::system::system_category()};
  }

  // False at the deadline.
  bool await(short events) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    pollfd waiting{socket_->native_handle(), events, 0};
    return left > 0 && ::poll(&waiting, 1, static_cast<int>(left)) > 0;
  }

  boost::system::error_code write(const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      boost::system::error_code ec;
      sent += socket_->send(asio::buffer(text) + sent, 0, ec);
      if (ec == asio::error::would_block && !await(POLLOUT)) return asio::error::timed_out;
      if (ec && ec != asio::error::would_block) return ec;
    }
    return {};
  }

  // Until the body is whole or an answer has come.
  base::Status write_pieces(std::string text, const NextPiece& next) {
    constexpr std::string_view end = "0\r\n\r\n";
    for (bool last = false; !last;) {
      TRY(const std::string piece, next());
      last = piece.empty();
      text += last ? std::string(end) : fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
      deadline_ = Clock::now() + timeout_;
      TRY(const bool answered, write_until_answered(text));
      if (answered) return {};
      text.clear();
    }
    return {};
  }

  base::Result<bool> write_until_answered(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      pollfd waiting{socket_->native_handle(), POLLIN | POLLOUT, 0};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0)
        return failed("sending", asio::error::timed_out);
      if ((waiting.revents & (POLLIN | POLLHUP)) != 0) return true;
      boost::system::error_code ec;
      sent += socket_->send(asio::buffer(text) + sent, 0, ec);
      if (ec && ec != asio::error::would_block) return failed("sending", ec);
    }
    return false;
  }

  void read_answer(bool head, Try& out) {
    std::optional<Parser> parser;
    std::string held;
    boost::system::error_code ec;
    do {  // an interim answer (1xx) comes before the answer
      parser.emplace();
      parser->eager(true);
      parser->body_limit(boost::none);
      parser->skip(head);
      ec = read_message(*parser, held, out);
    } while (!ec && parser->get().result_int() / 100 == 1);
    if (ec) {
      out.timed_out = ec == asio::error::timed_out;
      out.result = failed("reading the answer", ec);
      return;
    }
    if (!parser->keep_alive()) socket_.reset();
    out.result = response_of(parser->release());
  }

  // `held`: bytes received and not yet parsed.
  boost::system::error_code read_message(Parser& parser, std::string& held, Try& out) {
    beast::error_code ec;
    for (;;) {
      if (!held.empty()) {
        held.erase(0, parser.put(asio::buffer(held), ec));
        if (ec && ec != beast::http::error::need_more) return ec;
        if (parser.is_done()) return {};
      }
      ec = receive(held);
      if (ec == asio::error::eof && parser.got_some()) {
        parser.put_eof(ec);
        return ec;
      }
      if (ec) return ec;
      out.answer_began = true;
    }
  }

  boost::system::error_code receive(std::string& held) {
    const std::size_t before = held.size();
    boost::system::error_code ec;
    do {
      if (!await(POLLIN)) return asio::error::timed_out;
      held.resize(before + receive_bytes);
      held.resize(before + socket_->receive(asio::buffer(held) + before, 0, ec));
    } while (ec == asio::error::would_block);
    return ec;
  }

  static Response response_of(Parser::value_type message) {
    Response out;
    out.status = static_cast<int>(message.result_int());
    out.content_type.clear();
    for (const auto& field : message) {
      std::string value(field.value().data(), field.value().size());
      if (field.name() == beast::http::field::content_type) {
        out.content_type = std::move(value);
      } else {
        out.headers.emplace_back(std::string(field.name_string().data(), field.name_string().size()), std::move(value));
      }
    }
    out.body = std::move(message.body());
    return out;
  }

  tl::unexpected<base::Error> failed(const std::string& doing, boost::system::error_code ec) const {
    const std::string why = ec == asio::error::timed_out ? "no answer within the time allowed"
                            : ec == asio::error::eof     ? "the server closed the connection"
                                                         : ec.message();
    return base::fail(ErrorKind::unavailable, name_ + ": " + doing + ": " + why);
  }

  const std::string name_;
  const FindEndpoint find_;
  const std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  asio::io_context context_;
  std::optional<Protocol::socket> socket_;
};

}  // namespace

std::unique_ptr<Client> Client::tcp(std::string host_and_port, std::chrono::milliseconds timeout) {
  const auto find = [host_and_port]() -> base::Result<Protocol::endpoint> {
    TRY(const auto endpoint, resolve(host_and_port));
    return Protocol::endpoint(endpoint);
  };
  return std::make_unique<BlockingClient>(host_and_port, find, timeout);
}

std::unique_ptr<Client> Client::local(std::string socket_path, std::chrono::milliseconds timeout) {
  const auto find = [socket_path]() -> base::Result<Protocol::endpoint> {
    if (socket_path.size() >= sizeof(sockaddr_un::sun_path)) {
      return base::fail(ErrorKind::invalid, "the path of the local socket is too long for the system: " + socket_path);
    }
    return Protocol::endpoint(asio::local::stream_protocol::endpoint(socket_path));
  };
  return std::make_unique<BlockingClient>("localhost", find, timeout);
}

}  // namespace proffer::http
