#include "http/worker.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace proffer::http {
namespace {

namespace asio = boost::asio;
using Millis = std::chrono::milliseconds;

thread_local const Worker* current_worker = nullptr;

// How much above the limit of connections are held just long enough to be told so.
constexpr std::size_t refused_connections = 64;

// One timer a thread looks after all deadlines, so a request costs no timer of its own.
Millis tick(const ServerOptions& options) {
  const Millis shortest = std::min({options.header_deadline, options.idle_deadline, options.body_deadline_base});
  return std::clamp(shortest / 4, Millis{5}, Millis{250});
}

std::string status_label(int first_digit) { return "status=\"" + std::to_string(first_digit) + "xx\""; }

}  // namespace

ServerState::ServerState(ServerOptions given, Handler& answering, base::Metrics& metrics)
    : options(std::move(given)),
      handler(answering),
      requests{},
      duration(metrics.histogram("proffer_http_request_duration_seconds",
                                 "From a request read whole to its answer handed to the socket.")) {
  for (int digit = 1; digit <= 5; ++digit) {
    requests[digit] =
        &metrics.counter("proffer_http_requests_total", "Requests answered, by class of status.", status_label(digit));
  }
  metrics.gauge("proffer_http_connections", "Open connections.",
                [count = connections] { return static_cast<double>(count->load()); });
}

Worker::Worker(std::shared_ptr<ServerState> state) : state_(std::move(state)) {}

void Worker::run() {
  thread_ = std::thread([this] {
    current_worker = this;
    context_.run();
  });
}

void Worker::adopt(Connection::Socket socket, Connection::Peer peer) {
  asio::post(context_, [this, taken = std::move(socket), from = std::move(peer)]() mutable {
    take_in(std::move(taken), std::move(from));
  });
}

void Worker::take_in(Connection::Socket socket, Connection::Peer peer) {
  const std::size_t open = state_->connections->load(std::memory_order_relaxed);
  if (state_->draining || open >= state_->options.connections + refused_connections) return;  // closes it
  ++*state_->connections;
  const auto connection = std::make_shared<Connection>(std::move(socket), *this, std::move(peer));
  connection->slot = connections_.size();
  connections_.push_back(connection);
  if (!watching_) watch_deadlines();
  open < state_->options.connections ? connection->start() : connection->refuse_for_load();
}

void Worker::forget(Connection& connection) {
  const std::size_t slot = connection.slot;
  connections_[slot].swap(connections_.back());
  connections_[slot]->slot = slot;
  connections_.pop_back();
  --*state_->connections;
}

void Worker::deliver(std::weak_ptr<Connection> connection, std::uint64_t request, Connection::Word word) {
  if (current_worker == this) {
    if (const auto here = connection.lock()) here->hear(request, std::move(word));
    return;
  }
  const std::lock_guard lock(pending_mutex_);
  if (stopped_) return;
  pending_.push_back({std::move(connection), request, std::move(word)});
  // Whoever finds the list empty wakes the thread; the answers that follow ride along.
  if (pending_.size() == 1) asio::post(context_, [this] { deliver_pending(); });
}

void Worker::deliver_pending() {
  {
    const std::lock_guard lock(pending_mutex_);
    delivering_.swap(pending_);
  }
  for (Delivery& one : delivering_) {
    if (const auto connection = one.connection.lock()) connection->hear(one.request, std::move(one.word));
  }
  delivering_.clear();
}

// Backwards, because `visit` may close a connection, whose slot the last one then takes.
template <class Visit>
void Worker::for_each_connection(Visit visit) {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const std::shared_ptr<Connection> connection = connections_[i];
    visit(*connection);
  }
}

void Worker::watch_deadlines() {
  watching_ = !connections_.empty();
  if (!watching_) return;
  timer_.expires_after(tick(state_->options));
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    const auto now = std::chrono::steady_clock::now();
    for_each_connection([&](Connection& connection) { connection.check_deadline(now); });
    watch_deadlines();
  });
}

void Worker::drain() {
  asio::post(context_, [this] { for_each_connection([](Connection& connection) { connection.drain(); }); });
}

void Worker::stop() {
  {
    const std::lock_guard lock(pending_mutex_);
    stopped_ = true;
    pending_.clear();
  }
  asio::post(context_, [this] {
    for_each_connection([](Connection& connection) { connection.close(); });
    timer_.cancel();
    work_.reset();
    context_.stop();
  });
  if (thread_.joinable()) thread_.join();
}

}  // namespace proffer::http
