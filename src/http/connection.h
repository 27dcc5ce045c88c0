// One connection: reads requests one after the other, hands each to the handler, writes its answer, reads on.
//
// Pipelined requests wait in the socket until the answer before them is written, so answers keep their order and a
// connection holds at most one request. Everything runs on the thread of its worker.
#pragma once

#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "http/input_buffer.h"
#include "http/request_parser.h"
#include "http/server.h"

namespace proffer::http {

class Worker;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // TCP or Unix. TLS would go around this: read(), write() and shut_down() are all that touch it.
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Clock = std::chrono::steady_clock;

  struct Peer {
    std::string address;  // empty for the local socket
    bool local_socket = false;
  };

  struct Dropped {};  // it will never be answered
  struct More {};     // the next piece of its body is wanted
  using Word = std::variant<Response, Dropped, More>;

  Connection(Socket socket, Worker& worker, Peer peer);

  void start();
  void refuse_for_load();  // 503 instead of start()
  // What its handler says of request number `request` of this connection.
  void hear(std::uint64_t request, Word word);
  void check_deadline(Clock::time_point now);
  void drain();
  void close();

  std::size_t slot = 0;  // where the worker keeps it

 private:
  // passing: a piece of the body is with its sink; whether more is read depends on that.
  enum class State { idle, head, body, passing, handling, writing, lingering, closed };

  void advance();
  bool parse();
  bool after_head();
  bool await_more();
  void extend_body_deadline();
  bool send_continue();
  bool dispatch();
  void watch(Request& request);
  bool has_left();
  Request take_request();
  template <class Call>
  void hand_over(Call call);
  bool open_stream();
  bool pass_on();
  void resume();
  void answer(Response response);
  void refuse(const Refusal& refusal);
  void send(Response response);
  void after_write();
  void linger();

  void read();
  void on_read(boost::system::error_code ec, std::size_t n);
  void write();
  void shut_down();

  Socket socket_;
  Worker& worker_;
  const Peer peer_;
  State state_ = State::idle;
  bool advancing_ = false;
  bool reading_ = false;
  bool close_after_answer_ = false;
  bool unread_input_ = false;  // the request was refused before it was read whole
  bool head_request_ = false;
  std::uint64_t request_ = 0;  // number of the current request
  Clock::time_point deadline_;
  Clock::time_point since_;  // when the body began, then when the request was whole
  Clock::time_point passing_since_;
  std::shared_ptr<std::atomic<bool>> left_;  // of a request that is watched
  std::shared_ptr<BodySink> sink_;           // of a body that is taken in pieces
  std::optional<RequestParser> parser_;
  InputBuffer in_;
  std::string out_head_;
  std::string out_body_;
  std::size_t sent_ = 0;
};

}  // namespace proffer::http
