// The whole program behind its sockets: stores, use cases and routes, wired together. `proffer serve` puts sockets and
// a housekeeping thread around it; a subcommand beside no running server calls it directly.
#pragma once

#include <memory>
#include <mutex>

#include "adapters/cassandra/cassandra_source.h"
#include "adapters/outgoing/curl_outgoing.h"
#include "api/router.h"
#include "api/services.h"
#include "app/options.h"
#include "app/stores.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/metrics.h"
#include "base/workers.h"
#include "service/log_copies.h"
#include "service/merging.h"
#include "service/retention.h"
#include "service/scoring.h"
#include "service/set_aside.h"

namespace proffer::app {

class Program {
 public:
  // Opens the data directory (a second process is refused) and folds what the log holds.
  static base::Result<std::unique_ptr<Program>> open(const Options& options);
  ~Program();  // finishes what workers run, writes checkpoints, commits

  http::Handler& handler() { return *router_; }
  base::Metrics& metrics() { return metrics_; }
  service::Keys& keys() { return keys_; }

  // What is done every second or so: checkpoints, periodic recomputation, what other nodes may have changed beside the
  // log.
  void keep_house();
  // What is done all the time: recovery after a failed commit, and taking in what other nodes have written.
  void keep_up();
  // What is written behind the log: the logging collections of a shared database, by one node for all. Whether there is
  // more to be done at once.
  bool copy_log();
  bool is_shared() const { return ports_.log.is_shared(); }

 private:
  std::mutex state_mutex_;
  base::Status log_state_;  // as the last look at the log found it
  base::Time options_copied_at_;
  base::Time complained_at_;  // of what lasts, not at every look

  Program(const Options& options, std::unique_ptr<Stores> stores, service::ServerList servers);
  base::Status load();
  base::Status load_access();
  bool complains();
  bool does_jobs();
  base::Status refresh();
  base::Status log_state();
  void note_log_state(const base::Status& state);
  void add_gauges();

  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  base::Metrics metrics_;
  std::unique_ptr<Stores> stores_;
  adapters::CurlOutgoing outgoing_;
  std::unique_ptr<service::HookEngine> hooks_;
  std::unique_ptr<adapters::CassandraSource> tables_;  // null where none is configured
  service::Ports ports_;
  service::Campaigns campaigns_;
  service::Decide decide_;
  service::Respond respond_;
  service::Learning learning_;
  service::Merging merging_;
  service::SetAside set_aside_;
  service::LogCopies log_copies_;
  service::Define define_;
  service::RefreshWithOptions refresh_with_options_;
  service::Retention retention_;
  service::Replay replay_;
  service::ImportDecisions import_decisions_;
  service::Keys keys_;
  service::Tokens tokens_;
  service::Users users_;
  service::Calls calls_;
  service::CustomEndpoints custom_;
  std::unique_ptr<base::Workers> training_;
  service::Jobs jobs_;
  service::Scoring scoring_;
  service::Prior prior_;
  api::Services services_;
  std::unique_ptr<base::Workers> workers_;
  std::unique_ptr<base::Workers> outside_;
  std::unique_ptr<api::Router> router_;
};

// Whether an address to listen on is reachable from this machine only.
bool is_loopback_address(const std::string& host_and_port);

}  // namespace proffer::app
