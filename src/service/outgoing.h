// The port to other servers: one HTTP or HTTPS request and its answer, bounded in time and bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace proffer::service {

struct OutgoingRequest {
  std::string method = "POST";
  std::string url;                                           // http:// or https://, with path and query, encoded
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Type among them when there is a body
  std::string body;
  std::chrono::milliseconds timeout = base::limits::outgoing_deadline;  // from connecting to the answer's last byte
  std::size_t max_answer_bytes = base::limits::outgoing_answer_bytes;
};

struct OutgoingAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

class Outgoing {
 public:
  virtual ~Outgoing() = default;

  // Any status is an answer, a redirect too: it is not followed. Fails with
  //   invalid    the URL is not one of http or https, or a header holds a line break;
  //   timed_out  no whole answer within `timeout`;
  //   remote     nobody answers there, the certificate is not to be trusted, the answer is too long or no HTTP.
  // Blocks for up to `timeout`: call it on a thread that may wait, holding no lock. Safe to call concurrently.
  virtual base::Result<OutgoingAnswer> send(const OutgoingRequest& request) = 0;
};

}  // namespace proffer::service
