// How a subcommand reaches the data: through the running server's local socket, or, when none runs, by opening the data
// directory itself. Either way it is one request to the same routes.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/options.h"
#include "base/result.h"
#include "http/client.h"
#include "http/server.h"

namespace proffer::app {

class Caller {
 public:
  virtual ~Caller() = default;

  struct Request {
    std::string method;
    std::string target;  // path and query, encoded
    std::string body = {};
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers = {};
  };
  virtual base::Result<http::Response> send(const Request& request) = 0;

  // The same with a body that comes in pieces, in place of the request's: `next` gives them, an empty one at the end.
  virtual base::Result<http::Response> send_pieces(const Request& request, const http::NextPiece& next) = 0;

  static base::Result<std::unique_ptr<Caller>> open(const Options& options);
};

}  // namespace proffer::app
