// One conversation with a node: start-up, log-in, then one request at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "adapters/cassandra/address.h"
#include "adapters/cassandra/frame.h"
#include "adapters/cassandra/results.h"
#include "adapters/cassandra/socket.h"
#include "base/result.h"

namespace proffer::adapters::cql {

// Every error names the host. Blocks; not for concurrent use.
class Connection {
 public:
  // With the first host of the address that answers; the error of the last one where none does. At most
  // address.connect_timeout for each. Errors: `remote` also for what speaks another protocol, for a wrong user or
  // password, and for a keyspace that is not there.
  static base::Result<std::unique_ptr<Connection>> open(const Address& address);

  // From memory when this connection has prepared it before.
  base::Result<const Prepared*> prepare(const std::string& query, Deadline deadline);
  // `query` is what `execution.id` was prepared from. A node that has forgotten it is told it again, once.
  base::Result<Page> execute(const std::string& query, const Execution& execution, Deadline deadline);
  // Runs any statement that gives no rows.
  base::Status run(const std::string& statement, Deadline deadline);

  // Whether the connection was lost during the last request. It is of no use then, a new one may be.
  bool is_lost() const { return lost_; }
  // Whether the next request may be made: after a deadline, and after an answer that cannot be understood, it may not.
  bool is_usable() const { return usable_; }
  // The error with the host's name before it.
  tl::unexpected<base::Error> named(base::Error error) const;
  Deadline last_used() const { return last_used_; }

 private:
  Connection(const Address& address, const Host& host) : address_(address), host_(host_text(host)) {}

  struct Answer {
    Opcode opcode = Opcode::error;
    std::string body;
  };
  std::int16_t next_stream();
  base::Status start(const Host& host);
  base::Status log_in(Deadline deadline);
  base::Result<Answer> ask(const std::string& frame, Deadline deadline);
  base::Result<Answer> read_answer(Deadline deadline);
  base::Result<Answer> expect(Opcode opcode, base::Result<Answer> answer);

  const Address& address_;
  const std::string host_;
  std::unique_ptr<Socket> socket_;
  std::int16_t stream_ = 0;
  bool lost_ = false;
  bool usable_ = true;
  Deadline last_used_{};
  std::int32_t last_code_ = 0;  // of the last answer, where it was an error
  std::map<std::string, Prepared, std::less<>> prepared_;
};

}  // namespace proffer::adapters::cql
