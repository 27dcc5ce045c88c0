// Sockets, parsing, limits and deadlines of HTTP/1.1: bytes in, bytes out. Knows nothing of decisions or JSON.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"

namespace proffer::http {

struct Request {
  std::string method;  // "GET", "POST" …
  std::string path;    // percent-decoded, without query; begins with "/", or is "*" (OPTIONS only)
  std::vector<std::pair<std::string, std::string>> query;    // decoded ("+" is a blank), in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
  std::string body;
  std::string remote;         // address of the peer, empty for the local socket
  bool local_socket = false;  // came through the socket in the data directory: its owner
  // True once the peer has closed its connection, or its half of it, before the answer. Null unless the handler
  // watches this request.
  std::shared_ptr<const std::atomic<bool>> left;

  std::string_view header(std::string_view lower_case_name) const;  // empty when absent
  const std::string* query_value(std::string_view name) const;      // null when absent
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>>
      headers;  // besides Content-Type, Content-Length, Date, Server, Connection
  std::string body;
};

// Answers one request, once; may be called later and from any thread. Never called: the request is answered 500 when
// the last copy is gone.
using Respond = std::function<void(Response)>;

// Takes a body in pieces while it arrives. Its calls come one after the other, never two at a time. Destroyed without
// end() when the body never became whole, or when the request was answered before.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // A piece, not empty. The next comes only after `more` was called, from any thread: until then the sender waits.
  virtual void take(std::string piece, std::function<void()> more) = 0;
  virtual void end() = 0;  // the body is whole
};

// What the server asks of the program. All calls may come concurrently. Must outlive the server.
class Handler {
 public:
  virtual ~Handler() = default;
  // The largest body that this request may have; asked when its header is complete.
  virtual std::size_t body_limit(std::string_view method, std::string_view path) const = 0;
  virtual void handle(Request request, Respond respond) = 0;
  // Whether handle() may take so long that it wants to know when nobody waits any more (Request::left).
  virtual bool watches(std::string_view /*method*/, std::string_view /*path*/) const { return false; }
  // Whether stream() takes this request rather than handle(): its body may be larger than memory.
  virtual bool streams(std::string_view /*method*/, std::string_view /*path*/) const { return false; }
  // The request comes without its body, and the sink gets that. An answer before the body is whole is sent at once;
  // the rest of the body is not read then, and the connection closes. Null: the request was answered already.
  virtual std::shared_ptr<BodySink> stream(Request, Respond) { return nullptr; }
  // The answer to a request that never becomes one: malformed (400), too large (413), header too large (431), too slow
  // (408), too many connections (503) … `head`: the request without its body, once its header was complete; else null.
  virtual Response refuse(int status, std::string_view reason, const Request* head) const = 0;
};

struct ServerOptions {
  std::vector<std::string> listen = {"127.0.0.1:8091"};  // HOST:PORT, an IPv6 host in brackets; port 0: any free one
  std::string local_socket;                              // path of a Unix socket, mode 0600; empty: none
  unsigned threads = 0;                                  // 0: one a core
  std::size_t connections;
  std::chrono::milliseconds header_deadline, idle_deadline, body_deadline_base, drain_deadline;
  std::size_t body_bytes_per_second;  // the slowest sender that is waited for
  ServerOptions();                    // defaults from base/limits.h
};

class Server {
 public:
  // Binds and listens at once: an address in use, or one that is not there, is an error in one clear line.
  static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler& handler,
                                                     base::Metrics& metrics);
  virtual ~Server() = default;

  virtual std::vector<std::string> addresses() const = 0;  // HOST:PORT really bound
  // Stops accepting, lets open requests finish (up to the drain deadline), closes everything and returns.
  virtual void stop() = 0;
};

}  // namespace proffer::http
