#include "app/serve.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "app/program.h"
#include "app/refuse.h"
#include "base/log.h"
#include "http/address.h"
#include "http/server.h"

namespace proffer::app {
namespace {

// Blocks the signals that end the server in this thread and all that it starts, so that wait() alone gets them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);  // a client that went away is an error of one write, not the end
    signal(SIGXFSZ, SIG_IGN);  // and so is a file at its limit (ulimit -f)
  }
  void wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
  }

 private:
  sigset_t set_;
};

// Does something over and over on a thread of its own.
class Housekeeping {
 public:
  Housekeeping(std::chrono::milliseconds pause, std::function<bool()> work)
      : pause_(pause), work_(std::move(work)), thread_([this] { run(); }) {}
  ~Housekeeping() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    bool more = false;
    while (!changed_.wait_for(lock, more ? std::chrono::milliseconds{0} : pause_, [this] { return ended_; })) {
      lock.unlock();
      more = work_();
      lock.lock();
    }
  }

  const std::chrono::milliseconds pause_;
  const std::function<bool()> work_;  // whether there is more to be done at once
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

// Other nodes' outcomes are to be seen well within half a second.
std::chrono::milliseconds pause_between_looks(const Program& program) {
  return program.is_shared() ? std::chrono::milliseconds{50} : std::chrono::milliseconds{1'000};
}

// What is no address is refused before a data directory is made.
base::Status check_texts(const Options& options) {
  for (const auto& address : options.listen) TRY_DO(http::resolve(address));
  return {};
}

// Beyond loopback nobody may be served without a key.
base::Status check_addresses(const Options& options, const service::Keys& keys) {
  const auto open = std::ranges::find_if_not(options.listen, is_loopback_address);
  if (open == options.listen.end()) return {};
  if (options.dev)
    return base::fail(base::ErrorKind::invalid,
                      "--dev adds a well-known key and listens on loopback only, not on " + *open);
  if (keys.any_stored()) return {};
  return base::fail(base::ErrorKind::invalid,
                    "no key exists, and " + *open +
                        " is not loopback; make one first: proffer keys create --role admin --data " + options.data);
}

http::ServerOptions server_options(const Options& options) {
  http::ServerOptions out;
  out.listen = options.listen;
  out.local_socket = options.data + "/proffer.sock";
  // Fewer threads see more requests at a time: larger commits, fewer wake-ups, warmer tables (docs/performance.md).
  const unsigned cores = std::max(std::thread::hardware_concurrency(), 2u);
  out.threads = options.threads == 0 ? cores - 1 : options.threads;
  return out;
}

}  // namespace

int serve(const Options& options) {
  const EndSignals signals;
  spdlog::set_level(spdlog::level::from_str(options.log_level == "warn" ? "warning" : options.log_level));
  if (auto status = check_texts(options); !status) return refuse(status.error().message);
  auto program = Program::open(options);
  if (!program) return refuse(program.error().message);
  if (auto status = check_addresses(options, (*program)->keys()); !status) return refuse(status.error().message);
  auto server = http::Server::start(server_options(options), (*program)->handler(), (*program)->metrics());
  if (!server) return refuse(server.error().message);
  for (const auto& address : (*server)->addresses()) base::log::info("listening on {}", address);
  {
    Program& running = **program;
    const Housekeeping following(pause_between_looks(running), [&running] {
      running.keep_up();
      return false;
    });
    const Housekeeping housekeeping(std::chrono::seconds{1}, [&running] {
      running.keep_house();
      return false;
    });
    std::optional<Housekeeping> copying;
    if (running.is_shared()) copying.emplace(std::chrono::seconds{1}, [&running] { return running.copy_log(); });
    signals.wait();
    base::log::info("finishing open requests");
    (*server)->stop();
  }
  program->reset();  // checkpoints, commits
  server->reset();
  base::log::info("done");
  return 0;
}

}  // namespace proffer::app
