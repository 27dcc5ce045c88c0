#include "http/connection.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>

#include "base/limits.h"
#include "base/log.h"
#include "http/response_head.h"
#include "http/worker.h"

namespace proffer::http {
namespace {

namespace asio = boost::asio;
namespace limits = base::limits;

// One byte more than a header may have, so that a longer one is seen to be longer.
constexpr std::size_t head_buffer = limits::header_bytes + 1;
constexpr std::size_t body_buffer = 64 << 10;

// How long a refused client is read from, so that it sees the answer rather than a reset connection.
constexpr std::chrono::seconds linger_deadline{2};

constexpr std::string_view continue_text = "HTTP/1.1 100 Continue\r\n\r\n";

std::chrono::milliseconds transfer_time(std::size_t bytes, const ServerOptions& options) {
  return options.body_deadline_base +
         std::chrono::milliseconds{bytes * 1000 / std::max<std::size_t>(options.body_bytes_per_second, 1)};
}

// The right to answer one request once, from any thread.
class Ticket {
 public:
  Ticket(std::shared_ptr<Worker> worker, std::weak_ptr<Connection> connection, std::uint64_t request)
      : worker_(std::move(worker)), connection_(std::move(connection)), request_(request) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() {
    if (!used_) worker_->deliver(std::move(connection_), request_, Connection::Dropped{});
  }

  void answer(Response response) {
    if (!used_.exchange(true)) worker_->deliver(std::move(connection_), request_, std::move(response));
  }

 private:
  const std::shared_ptr<Worker> worker_;
  std::weak_ptr<Connection> connection_;
  const std::uint64_t request_;
  std::atomic<bool> used_{false};
};

}  // namespace

Connection::Connection(Socket socket, Worker& worker, Peer peer)
    : socket_(std::move(socket)), worker_(worker), peer_(std::move(peer)) {
  boost::system::error_code ec;
  socket_.non_blocking(true, ec);
}

void Connection::start() {
  deadline_ = Clock::now() + worker_.state().options.header_deadline;
  parser_.emplace();
  read();
}

void Connection::refuse_for_load() {
  parser_.emplace();
  refuse({503, "too many connections"});
}

// A loop, not a recursion: any number of pipelined requests may be answered at once.
void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  while (state_ <= State::body && parse()) {
  }
  advancing_ = false;
}

// Reads the current request on; false when there is nothing to do until more bytes, or the answer, come.
bool Connection::parse() {
  while (state_ == State::idle && in_.bytes().starts_with("\r\n")) in_.consume(2);  // RFC 9112, section 2.2
  for (;;) {
    if (in_.empty() || (state_ == State::idle && in_.bytes() == "\r")) return pass_on() && await_more();
    std::size_t used = 0;
    const auto step = parser_->read(in_.bytes(), used);
    in_.consume(used);
    switch (step) {
      case RequestParser::Step::need_more:
        return pass_on() && await_more();
      case RequestParser::Step::body_part:
        break;
      case RequestParser::Step::complete:
        return dispatch();  // which may be over at once: more requests may follow
      case RequestParser::Step::refused:
        refuse(parser_->refusal());
        return false;
      case RequestParser::Step::head_done:
        if (!after_head()) return true;  // answered, and perhaps already written
        if (parser_->complete()) return dispatch();
    }
  }
}

bool Connection::after_head() {
  const Request& request = parser_->request();
  if (!parser_->allow_body(worker_.state().handler.body_limit(request.method, request.path))) {
    refuse(parser_->refusal());
    return false;
  }
  if (worker_.state().handler.streams(request.method, request.path) && !open_stream()) return false;
  return send_continue();
}

// Unless nobody waits for it.
bool Connection::send_continue() {
  if (!parser_->expects_continue() || parser_->complete() || !in_.empty()) return true;
  boost::system::error_code ec;
  const std::size_t n = socket_.send(asio::buffer(continue_text), 0, ec);
  if (n != continue_text.size()) close();  // these are the first bytes in an empty socket: the peer is gone
  return state_ != State::closed;
}

bool Connection::await_more() {
  if (parser_->head_done()) {
    extend_body_deadline();
  } else if (state_ == State::idle && !in_.empty()) {
    state_ = State::head;
    deadline_ = Clock::now() + worker_.state().options.header_deadline;
  }
  read();
  return false;
}

// A body that is gathered may make up for a pause by having been fast; one of any length may not, past a while.
void Connection::extend_body_deadline() {
  const auto now = Clock::now();
  if (state_ != State::body) since_ = now;
  state_ = State::body;
  const ServerOptions& options = worker_.state().options;
  deadline_ = since_ + transfer_time(parser_->body_bytes(), options);
  if (sink_) deadline_ = std::min(deadline_, now + std::max(options.idle_deadline, options.body_deadline_base));
}

// The request is whole.
bool Connection::dispatch() {
  if (!pass_on()) return true;  // resume() comes back
  state_ = State::handling;
  deadline_ = Clock::time_point::max();
  since_ = Clock::now();
  if (sink_) {
    const auto sink = sink_;  // an answer lets go of it
    sink->end();
  } else {
    Request request = take_request();
    if (worker_.state().handler.watches(request.method, request.path)) watch(request);
    hand_over([&](Respond respond) { worker_.state().handler.handle(std::move(request), std::move(respond)); });
  }
  return true;
}

// Tells a handler at work when the peer leaves. What the peer sends meanwhile stays where it is, and hides its leaving.
void Connection::watch(Request& request) {
  left_ = std::make_shared<std::atomic<bool>>(false);
  request.left = left_;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this(), number = request_](boost::system::error_code ec) {
    if (self->request_ == number && self->state_ == State::handling && (ec || self->has_left())) self->close();
  });
}

bool Connection::has_left() {
  char byte = 0;
  boost::system::error_code ec;
  return socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, ec) == 0 &&
         ec != asio::error::would_block;
}

// As its handler gets it.
Request Connection::take_request() {
  close_after_answer_ = !parser_->keeps_alive();
  Request request = std::move(parser_->request());
  head_request_ = request.method == "HEAD";
  request.remote = peer_.address;
  request.local_socket = peer_.local_socket;
  return request;
}

// Calls a handler, which answers when it likes.
template <class Call>
void Connection::hand_over(Call call) {
  auto ticket = std::make_shared<Ticket>(worker_.shared_from_this(), weak_from_this(), request_);
  try {
    call([held = std::move(ticket)](Response response) { held->answer(std::move(response)); });
  } catch (const std::exception& error) {
    base::log::error("a request handler threw: {}", error.what());  // the ticket is gone: answered 500
  }
}

// False when the request was answered there and then.
bool Connection::open_stream() {
  state_ = State::body;
  since_ = Clock::now();
  Request head = take_request();
  hand_over([&](Respond respond) { sink_ = worker_.state().handler.stream(std::move(head), std::move(respond)); });
  if (!sink_ && state_ == State::body) refuse({500, "the request was dropped"});
  return state_ == State::body;
}

// Gives the sink, if there is one, what was read of the body. False while it has not asked for more.
bool Connection::pass_on() {
  if (!sink_) return true;
  std::string piece = parser_->take_body();
  if (piece.empty()) return true;
  state_ = State::passing;
  passing_since_ = Clock::now();
  deadline_ = Clock::time_point::max();
  const auto sink = sink_;  // an answer lets go of it
  sink->take(std::move(piece), [worker = worker_.shared_from_this(), here = weak_from_this(), request = request_] {
    worker->deliver(here, request, More{});
  });
  return state_ == State::body;
}

// What the sink took is not the sender's time.
void Connection::resume() {
  if (state_ != State::passing) return;
  state_ = State::body;
  since_ += Clock::now() - passing_since_;
  if (advancing_) return;  // called from within take()
  if (parser_->complete()) dispatch();
  advance();
}

void Connection::hear(std::uint64_t request, Word word) {
  if (request != request_) return;
  if (std::holds_alternative<More>(word)) return resume();
  if (state_ < State::body || state_ > State::handling) return;
  answer(std::holds_alternative<Response>(word)
             ? std::get<Response>(std::move(word))
             : worker_.state().handler.refuse(500, "the request was dropped", nullptr));
}

void Connection::answer(Response response) {
  sink_.reset();
  left_.reset();
  if (!parser_->complete()) close_after_answer_ = unread_input_ = true;
  send(std::move(response));
}

void Connection::refuse(const Refusal& refusal) {
  state_ = State::writing;  // whatever the sink drops with it is no answer any more
  sink_.reset();
  close_after_answer_ = unread_input_ = true;
  head_request_ = parser_->request().method == "HEAD";
  since_ = Clock::now();
  const Request* head = parser_->head_done() ? &parser_->request() : nullptr;
  send(worker_.state().handler.refuse(refusal.status, refusal.reason, head));
}

void Connection::send(Response response) {
  ServerState& state = worker_.state();
  const auto now = Clock::now();
  state.requests[std::clamp(response.status / 100, 1, 5)]->add();
  state.duration.observe(std::chrono::duration<double>(now - since_).count());
  if (state.draining) close_after_answer_ = true;
  out_head_.clear();
  append_head(out_head_, response, {close_after_answer_, parser_->is_http_1_0()});
  out_body_ = std::move(response.body);
  if (head_request_ || !may_have_body(response.status)) out_body_.clear();
  sent_ = 0;
  state_ = State::writing;
  deadline_ = now + transfer_time(out_body_.size(), state.options);
  write();
}

void Connection::after_write() {
  out_body_ = {};
  if (close_after_answer_) return unread_input_ ? linger() : close();
  deadline_ = Clock::now() + worker_.state().options.idle_deadline;
  ++request_;
  state_ = State::idle;
  parser_.emplace();
  in_.shrink();
  advance();
}

void Connection::linger() {
  shut_down();
  state_ = State::lingering;
  deadline_ = Clock::now() + linger_deadline;
  in_.consume(in_.bytes().size());
  read();
}

void Connection::check_deadline(Clock::time_point now) {
  if (now < deadline_) return;
  if (state_ == State::head || state_ == State::body) return refuse({408, "the request took too long to arrive"});
  close();
}

void Connection::drain() {
  if (state_ == State::idle || state_ == State::lingering) close();
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (state_ == State::handling && left_) left_->store(true);
  state_ = State::closed;
  sink_.reset();
  boost::system::error_code ec;
  socket_.close(ec);
  worker_.forget(*this);
}

void Connection::shut_down() {
  boost::system::error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
}

void Connection::read() {
  if (reading_) return;  // as when a request is refused for being late
  reading_ = true;
  const auto space = in_.space(state_ == State::body || state_ == State::lingering ? body_buffer : head_buffer);
  socket_.async_receive(
      asio::buffer(space.data(), space.size()),
      [self = shared_from_this()](boost::system::error_code ec, std::size_t n) { self->on_read(ec, n); });
}

void Connection::on_read(boost::system::error_code ec, std::size_t n) {
  reading_ = false;
  if (state_ == State::closed) return;
  if (ec) return close();
  if (state_ == State::lingering) return read();  // over the same bytes again
  in_.received(n);
  advance();
}

// Tries at once, and waits for the socket only when it is full.
void Connection::write() {
  const std::size_t head_sent = std::min(sent_, out_head_.size());
  const std::array<asio::const_buffer, 2> rest = {asio::buffer(out_head_) + head_sent,
                                                  asio::buffer(out_body_) + (sent_ - head_sent)};
  boost::system::error_code ec;
  sent_ += socket_.send(rest, 0, ec);
  if (ec && ec != asio::error::would_block) return close();
  if (sent_ == out_head_.size() + out_body_.size()) return after_write();
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](boost::system::error_code failed) {
    if (self->state_ == State::writing) failed ? self->close() : self->write();
  });
}

}  // namespace proffer::http
