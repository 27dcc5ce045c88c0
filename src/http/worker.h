// One thread of the server: its io_context, the connections that live on it, and the answers on their way to them.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/connection.h"
#include "http/server.h"

namespace proffer::http {

// What all threads of one server share.
struct ServerState {
  ServerState(ServerOptions options, Handler& handler, base::Metrics& metrics);

  const ServerOptions options;
  Handler& handler;
  // The gauge that reads it lives as long as the registry, which may outlive the server.
  std::shared_ptr<std::atomic<std::size_t>> connections = std::make_shared<std::atomic<std::size_t>>(0);
  base::Counter* requests[6];  // by the first digit of the status; [0] is unused
  base::Histogram& duration;
  std::atomic<bool> draining{false};
};

// Held by shared_ptr, because an answer may come after the server is gone; then it is dropped.
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  explicit Worker(std::shared_ptr<ServerState> state);

  boost::asio::io_context& context() { return context_; }
  ServerState& state() { return *state_; }

  // From any thread.
  void run();                                                    // starts the thread
  void adopt(Connection::Socket socket, Connection::Peer peer);  // a new connection lives here from now on
  void deliver(std::weak_ptr<Connection> connection, std::uint64_t request, Connection::Word word);
  void drain();  // closes what is idle; the rest closes after its answer
  void stop();   // closes everything and joins the thread

  // From this worker's thread only.
  void forget(Connection& connection);

 private:
  struct Delivery {
    std::weak_ptr<Connection> connection;
    std::uint64_t request;
    Connection::Word word;
  };

  void take_in(Connection::Socket socket, Connection::Peer peer);
  void deliver_pending();
  void watch_deadlines();
  template <class Visit>
  void for_each_connection(Visit visit);

  const std::shared_ptr<ServerState> state_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  boost::asio::steady_timer timer_{context_};
  bool watching_ = false;
  std::vector<std::shared_ptr<Connection>> connections_;

  std::mutex pending_mutex_;
  std::vector<Delivery> pending_;  // guarded by pending_mutex_
  bool stopped_ = false;           // guarded by pending_mutex_
  std::vector<Delivery> delivering_;
  std::thread thread_;
};

}  // namespace proffer::http
