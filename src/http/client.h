// A small blocking HTTP/1.1 client over TCP or a Unix socket: for the subcommands, the demo and the tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/server.h"

namespace proffer::http {

using NextPiece = std::function<base::Result<std::string>()>;

// One connection, opened when first needed and again after the peer closed it. Not for concurrent use.
class Client {
 public:
  virtual ~Client() = default;
  // `path` is the raw target, with its query, already encoded.
  virtual base::Result<Response> send(const std::string& method, const std::string& target,
                                      const std::string& body = "",
                                      const std::vector<std::pair<std::string, std::string>>& headers = {}) = 0;

  // A body of any length, chunked: `next` gives its pieces, an empty one at the end. On a connection of its own. An
  // answer that comes before the end is taken, and the rest is not sent. Errors: also those of `next`.
  virtual base::Result<Response> send_pieces(const std::string& method, const std::string& target,
                                             const NextPiece& next,
                                             const std::vector<std::pair<std::string, std::string>>& headers = {}) = 0;

  static std::unique_ptr<Client> tcp(std::string host_and_port,
                                     std::chrono::milliseconds timeout = std::chrono::seconds{60});
  static std::unique_ptr<Client> local(std::string socket_path,
                                       std::chrono::milliseconds timeout = std::chrono::seconds{600});
};

}  // namespace proffer::http
