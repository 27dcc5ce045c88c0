#include "http/server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <thread>

#include "base/limits.h"
#include "http/listener.h"
#include "http/worker.h"

namespace proffer::http {
namespace {

namespace limits = base::limits;
using Listeners = std::vector<std::shared_ptr<Listener>>;

constexpr std::chrono::milliseconds drain_poll{2};

Workers make_workers(const std::shared_ptr<ServerState>& state) {
  const unsigned threads = state->options.threads > 0 ? state->options.threads : std::thread::hardware_concurrency();
  Workers workers(std::max(threads, 1u));
  for (auto& worker : workers) worker = std::make_shared<Worker>(state);
  return workers;
}

base::Result<Listeners> make_listeners(const ServerOptions& options, const Workers& workers) {
  Listeners listeners;
  for (const std::string& address : options.listen) {
    TRY(auto listener, Listener::tcp(address, workers));
    listeners.push_back(std::move(listener));
  }
  if (options.local_socket.empty()) return listeners;
  TRY(auto listener, Listener::local(options.local_socket, workers));
  listeners.push_back(std::move(listener));
  return listeners;
}

class RunningServer final : public Server {
 public:
  explicit RunningServer(std::shared_ptr<ServerState> state)
      : state_(std::move(state)), workers_(make_workers(state_)) {}

  base::Status listen() {
    TRY(listeners_, make_listeners(state_->options, workers_));
    return {};
  }

  void run() {
    for (const auto& listener : listeners_) listener->accept();
    for (const auto& worker : workers_) worker->run();
  }

  ~RunningServer() override { stop(); }

  std::vector<std::string> addresses() const override {
    std::vector<std::string> out;
    for (const auto& listener : listeners_) {
      if (!listener->address().empty()) out.push_back(listener->address());
    }
    return out;
  }

  void stop() override {
    if (state_->draining.exchange(true)) return;
    boost::asio::post(workers_.front()->context(), [listeners = listeners_] {
      for (const auto& listener : listeners) listener->close();
    });
    for (const auto& worker : workers_) worker->drain();
    await_connections();
    for (const auto& worker : workers_) worker->stop();
  }

 private:
  void await_connections() const {
    const auto end = std::chrono::steady_clock::now() + state_->options.drain_deadline;
    while (*state_->connections > 0 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(drain_poll);
  }

  const std::shared_ptr<ServerState> state_;
  const Workers workers_;
  Listeners listeners_;
};

}  // namespace

ServerOptions::ServerOptions()
    : connections(limits::connections),
      header_deadline(limits::header_deadline),
      idle_deadline(limits::idle_deadline),
      body_deadline_base(limits::body_deadline_base),
      drain_deadline(limits::drain_deadline),
      body_bytes_per_second(limits::body_bytes_per_second) {}

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler& handler,
                                                    base::Metrics& metrics) {
  auto server = std::make_unique<RunningServer>(std::make_shared<ServerState>(options, handler, metrics));
  TRY_DO(server->listen());
  server->run();
  return server;
}

}  // namespace proffer::http
