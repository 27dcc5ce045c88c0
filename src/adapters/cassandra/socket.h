// One TCP connection, with TLS or without, on which everything has a deadline. Blocks; not for concurrent use.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/cassandra/address.h"
#include "base/result.h"

namespace proffer::adapters::cql {

using Deadline = std::chrono::steady_clock::time_point;
Deadline deadline_in(std::chrono::milliseconds time);
std::chrono::milliseconds time_since(Deadline moment);

// Errors: `timed_out` at the deadline; `remote` for a name that is not found, a connection that is refused or lost, and
// a certificate that is not to be trusted. No further use after one.
class Socket {
 public:
  // With address.tls the server's certificate must be signed by one of address.ca_file, or else by one that the system
  // trusts, and bear the host's name.
  static base::Result<std::unique_ptr<Socket>> connect(const Address& address, const Host& host, Deadline deadline);
  virtual ~Socket() = default;

  virtual base::Status write(std::string_view bytes, Deadline deadline) = 0;
  virtual base::Result<std::string> read(std::size_t bytes, Deadline deadline) = 0;  // exactly so many
};

}  // namespace proffer::adapters::cql
