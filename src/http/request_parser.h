// One request read strictly, on Beast's basic_parser: what RFC 9112 merely tolerates, and what two parsers could read
// differently (the shapes of request smuggling), is refused here.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string_view>
#include <utility>

#include "http/server.h"

namespace proffer::http {

// Why a request was refused: the status it is answered with, and a reason for people. status 0: not refused.
struct Refusal {
  int status = 0;
  std::string_view reason;  // static text
};

// Reads one request; make a new one for the next. Not for concurrent use.
class RequestParser final : private boost::beast::http::basic_parser<true> {
  using Base = boost::beast::http::basic_parser<true>;

 public:
  enum class Step {
    need_more,  // all that could be read was read
    head_done,  // the header just became complete: look at it, set the body's limit, go on
    body_part,  // some of the body was read
    complete,   // `request()` is whole
    refused,    // `refusal()` tells why; the connection cannot be read any further
  };

  RequestParser();

  // Reads on from `bytes`, says in `used` how many of them are done with.
  Step read(std::string_view bytes, std::size_t& used);

  // To be called once, at head_done: the most that the body may have. False, and refused, when more is announced.
  bool allow_body(std::size_t bytes);

  bool head_done() const { return is_header_done(); }
  bool complete() const { return is_done(); }
  bool expects_continue() const { return expects_continue_; }
  bool keeps_alive() const { return keep_alive(); }
  bool is_http_1_0() const { return version_ == 10; }
  const Refusal& refusal() const { return refusal_; }
  Request& request() { return request_; }
  // What was read of the body since the last call, for those who take it in pieces.
  std::string take_body() { return std::exchange(request_.body, {}); }
  std::size_t body_bytes() const { return body_bytes_; }  // in all

 private:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;

  void on_request_impl(verb, string_view method, string_view target, int version, error_code&) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field, string_view name, string_view value, error_code&) override;
  void on_header_impl(error_code&) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
  std::size_t on_body_impl(string_view body, error_code&) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code&) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view body, error_code&) override;
  void on_finish_impl(error_code&) override {}

  void refuse(int status, std::string_view reason, error_code&);
  std::size_t append_body(string_view body);
  bool check_framing(field, string_view value, error_code&);
  bool is_folded(string_view name, string_view value) const;
  void check_trailer(field, error_code&);

  Request request_;
  Refusal refusal_;
  std::string_view bytes_;  // what read() is reading
  std::size_t most_body_ = 0;
  std::size_t head_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  int version_ = 0;
  unsigned hosts_ = 0;
  unsigned types_ = 0;
  unsigned lengths_ = 0;
  bool chunked_ = false;
  bool expects_continue_ = false;
};

}  // namespace proffer::http
