// One connection: reads requests one after the other, hands each to the handler, writes its answer, reads on.
//
// Pipelined requests wait in the socket until the answer before them is written, so answers keep their order and a
// connection holds at most one request. Everything runs on the thread of its worker.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

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

  Connection(Socket socket, Worker& worker, Peer peer);

  void start();
  void refuse_for_load();  // 503 instead of start()
  // The answer to request number `request` of this connection, or none when its handler dropped it.
  void answer(std::uint64_t request, std::optional<Response> response);
  void check_deadline(Clock::time_point now);
  void drain();
  void close();

  std::size_t slot = 0;  // where the worker keeps it

 private:
  enum class State { idle, head, body, handling, writing, lingering, closed };

  void advance();
  bool parse();
  bool after_head();
  bool await_more();
  void extend_body_deadline();
  bool dispatch();
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
  std::optional<RequestParser> parser_;
  InputBuffer in_;
  std::string out_head_;
  std::string out_body_;
  std::size_t sent_ = 0;
};

}  // namespace proffer::http
