// Listening sockets, and the accepted connections dealt out to the workers in turn.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/worker.h"

namespace proffer::http {

using Workers = std::vector<std::shared_ptr<Worker>>;

// Accepts on the first worker's thread. The workers must outlive it, but for what their io_contexts hold of it.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // `address` as in ServerOptions::listen.
  static base::Result<std::shared_ptr<Listener>> tcp(const std::string& address, const Workers& workers);
  // Replaces the socket file of a process that is gone; one that still answers is an error.
  static base::Result<std::shared_ptr<Listener>> local(const std::string& path, const Workers& workers);

  explicit Listener(const Workers& workers);

  void accept();
  void close();  // on the first worker's thread, or when it does not run; removes the file of a local socket
  const std::string& address() const { return address_; }

 private:
  using Protocol = boost::asio::generic::stream_protocol;

  base::Status listen(const Protocol::endpoint& endpoint, const std::string& name);
  void on_accept(boost::system::error_code ec, Protocol::socket socket);
  void accept_later();

  const Workers& workers_;
  boost::asio::basic_socket_acceptor<Protocol> acceptor_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
  std::string address_;
  std::string path_;  // of the local socket; empty for TCP
};

}  // namespace proffer::http
