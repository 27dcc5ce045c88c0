#include "adapters/cassandra/connection.h"

#include <fmt/format.h>

#include <limits>

#include "adapters/cassandra/statement.h"
#include "base/limits.h"
#include "base/log.h"

namespace proffer::adapters::cql {
namespace {

using base::ErrorKind;

// They come with each answer again, and are for who wrote the query.
void log_warnings(const std::string& host, const std::vector<std::string>& warnings) {
  if (!warnings.empty()) base::log::debug("Cassandra at {} warns: {}", host, one_line(warnings.front()));
}

bool is_about_credentials(std::int32_t code) { return code == 0x0100; }

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const Address& address) {
  base::Error last;
  for (const auto& host : address.hosts) {
    std::unique_ptr<Connection> connection(new Connection(address, host));
    auto started = connection->start(host);
    if (started) return connection;
    last = std::move(started).error();
  }
  return tl::unexpected(std::move(last));
}

base::Status Connection::start(const Host& host) {
  const auto deadline = deadline_in(address_.connect_timeout);
  auto socket = Socket::connect(address_, host, deadline);
  if (!socket) return named(std::move(socket).error());
  socket_ = *std::move(socket);
  TRY_DO(expect(Opcode::supported, ask(options_frame(next_stream()), deadline)));
  TRY(const auto answer, ask(startup_frame(next_stream()), deadline));
  if (answer.opcode == Opcode::authenticate) {
    TRY_DO(log_in(deadline));
  } else {
    TRY_DO(expect(Opcode::ready, answer));
  }
  if (address_.keyspace.empty()) return {};
  return run("USE " + quoted_name(address_.keyspace), deadline);
}

base::Status Connection::log_in(Deadline deadline) {
  if (address_.user.empty())
    return named({ErrorKind::remote, "it asks for a user and a password, and none are given", {}});
  auto answer =
      expect(Opcode::auth_success, ask(auth_response_frame(next_stream(), address_.user, address_.password), deadline));
  if (answer) return {};
  // What the server says of it names the user.
  if (is_about_credentials(last_code_))
    return named({ErrorKind::remote, "it refuses this user and password (Bad_credentials, 0x0100)", {}});
  return tl::unexpected(std::move(answer).error());
}

base::Result<const Prepared*> Connection::prepare(const std::string& query, Deadline deadline) {
  if (const auto known = prepared_.find(query); known != prepared_.end()) return &known->second;
  TRY(const auto answer, expect(Opcode::result, ask(prepare_frame(next_stream(), query), deadline)));
  auto prepared = read_prepared(answer.body);
  if (!prepared) return named(std::move(prepared).error());
  if (prepared_.size() >= base::limits::cassandra_prepared) prepared_.clear();
  return &prepared_.insert_or_assign(query, *std::move(prepared)).first->second;
}

base::Result<Page> Connection::execute(const std::string& query, const Execution& execution, Deadline deadline) {
  auto answer = expect(Opcode::result, ask(execute_frame(next_stream(), execution), deadline));
  if (!answer && last_code_ == unprepared) {
    prepared_.erase(query);
    TRY(const auto* const prepared, prepare(query, deadline));
    Execution again = execution;
    again.id = prepared->id;
    answer = expect(Opcode::result, ask(execute_frame(next_stream(), again), deadline));
  }
  if (!answer) return tl::unexpected(std::move(answer).error());
  auto page = Page::read(std::move(answer->body));
  if (!page) return named(std::move(page).error());
  return page;
}

base::Status Connection::run(const std::string& statement, Deadline deadline) {
  TRY_DO(expect(Opcode::result, ask(query_frame(next_stream(), statement, address_.consistency), deadline)));
  return {};
}

std::int16_t Connection::next_stream() {
  stream_ = stream_ == std::numeric_limits<std::int16_t>::max() ? 1 : static_cast<std::int16_t>(stream_ + 1);
  return stream_;
}

base::Result<Connection::Answer> Connection::ask(const std::string& frame, Deadline deadline) {
  last_code_ = 0;
  usable_ = false;  // until the answer was read as a whole
  auto sent = socket_->write(frame, deadline);
  lost_ = !sent && sent.error().kind == ErrorKind::remote;
  auto answer = sent ? read_answer(deadline) : base::Result<Answer>(tl::unexpected(std::move(sent).error()));
  if (!answer) return named(std::move(answer).error());
  usable_ = true;
  last_used_ = deadline_in({});
  return answer;
}

base::Result<Connection::Answer> Connection::read_answer(Deadline deadline) {
  auto head = socket_->read(header_bytes, deadline);
  lost_ = !head && head.error().kind == ErrorKind::remote;
  if (!head) return tl::unexpected(std::move(head).error());
  TRY(const auto header, read_header(*head));
  auto bytes = socket_->read(header.body_bytes, deadline);
  lost_ = !bytes && bytes.error().kind == ErrorKind::remote;
  if (!bytes) return tl::unexpected(std::move(bytes).error());
  if (header.stream != stream_ && header.opcode != Opcode::error)
    return base::fail(ErrorKind::remote, "it answers another request than the one made");
  TRY(const auto body, read_body(header.flags, *bytes));
  log_warnings(host_, body.warnings);
  return Answer{header.opcode, std::string(body.content)};
}

// The answer, unless it is an error or another one than expected.
base::Result<Connection::Answer> Connection::expect(Opcode opcode, base::Result<Answer> answer) {
  if (!answer || answer->opcode == opcode) return answer;
  if (answer->opcode == Opcode::error) {
    const auto error = read_error(answer->body);
    last_code_ = error.code;
    return named(told(error));
  }
  usable_ = false;
  return named({ErrorKind::remote,
                fmt::format("it answers 0x{:02x} where 0x{:02x} was expected", static_cast<int>(answer->opcode),
                            static_cast<int>(opcode)),
                {}});
}

tl::unexpected<base::Error> Connection::named(base::Error error) const {
  error.message = fmt::format("Cassandra at {}: {}", host_, error.message);
  return tl::unexpected(std::move(error));
}

}  // namespace proffer::adapters::cql
