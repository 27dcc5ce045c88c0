// The whole program behind its sockets: stores, use cases and routes, wired together. `proffer serve` puts sockets and
// a housekeeping thread around it; a subcommand beside no running server calls it directly.
#pragma once

#include <memory>
#include <mutex>

#include "adapters/outgoing/curl_outgoing.h"
#include "adapters/sqlite/stores.h"
#include "api/router.h"
#include "api/services.h"
#include "app/options.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/metrics.h"
#include "base/workers.h"

namespace proffer::app {

class Program {
 public:
  // Opens the data directory (a second process is refused) and folds what the log holds.
  static base::Result<std::unique_ptr<Program>> open(const Options& options);
  ~Program();  // finishes what workers run, writes checkpoints, commits

  http::Handler& handler() { return *router_; }
  base::Metrics& metrics() { return metrics_; }
  service::Keys& keys() { return keys_; }

  // What is done every second or so: recovery after a failed commit, checkpoints, periodic recomputation.
  void keep_house();

 private:
  std::mutex state_mutex_;
  base::Status log_state_;  // as the last look at the log found it

  Program(const Options& options, std::unique_ptr<adapters::SqliteStores> stores, service::ServerList servers);
  base::Status load();
  base::Status refresh();
  base::Status log_state();
  void note_log_state(const base::Status& state);
  void add_gauges();

  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  base::Metrics metrics_;
  std::unique_ptr<adapters::SqliteStores> stores_;
  adapters::CurlOutgoing outgoing_;
  std::unique_ptr<service::HookEngine> hooks_;
  service::Ports ports_;
  service::Campaigns campaigns_;
  service::Decide decide_;
  service::Respond respond_;
  service::Learning learning_;
  service::Define define_;
  service::RefreshWithOptions refresh_with_options_;
  service::Replay replay_;
  service::ImportDecisions import_decisions_;
  service::Keys keys_;
  service::Tokens tokens_;
  service::Users users_;
  service::Calls calls_;
  service::CustomEndpoints custom_;
  api::Services services_;
  std::unique_ptr<base::Workers> workers_;
  std::unique_ptr<base::Workers> outside_;
  std::unique_ptr<api::Router> router_;
};

// Whether an address to listen on is reachable from this machine only.
bool is_loopback_address(const std::string& host_and_port);

}  // namespace proffer::app
