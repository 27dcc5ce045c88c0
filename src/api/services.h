// Everything that routes may reach.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <functional>
#include <string>

#include "base/limits.h"
#include "base/metrics.h"
#include "base/scoring_limits.h"
#include "service/calls.h"
#include "service/campaigns.h"
#include "service/custom_endpoints.h"
#include "service/decide.h"
#include "service/define.h"
#include "service/import_decisions.h"
#include "service/jobs.h"
#include "service/keys.h"
#include "service/learning.h"
#include "service/log_documents.h"
#include "service/outgoing.h"
#include "service/ports.h"
#include "service/prior.h"
#include "service/refresh_with_options.h"
#include "service/replay.h"
#include "service/respond.h"
#include "service/scoring.h"
#include "service/tokens.h"
#include "service/users.h"

namespace proffer::api {

struct Settings {
  std::string version;
  std::size_t body_decision_bytes = base::limits::body_decision_bytes;
  std::size_t body_offers_bytes = base::limits::body_offers_bytes;
  std::size_t body_training_bytes = base::limits::body_training_bytes;
  double rate_limit = 0;              // requests a second of one key or address; 0: no limit
  bool beyond_loopback = false;       // an address other than loopback is listened on
  service::ServerInfo server;         // what log documents name as their server
  boost::json::object configuration;  // what GET /config shows: every option with its value, secrets left out
};

struct Services {
  service::Ports ports;
  service::Campaigns& campaigns;
  service::Decide& decide;
  service::Respond& respond;
  service::Learning& learning;
  service::Define& define;
  service::RefreshWithOptions& refresh_with_options;
  service::Replay& replay;
  service::ImportDecisions& import_decisions;
  service::Keys& keys;
  service::Tokens& tokens;
  service::Users& users;
  service::Calls& calls;
  service::CustomEndpoints& custom;
  service::Jobs& jobs;
  service::Scoring& scoring;
  service::Prior& prior;
  base::Metrics& metrics;
  Settings settings;
  std::function<base::Status()> refresh;         // rebuilds everything from the stores
  std::function<base::Status()> log_state = {};  // why the log takes no records, if so; answers at once
  // Runs a task on a thread that may wait for another server; false when too many wait already.
  std::function<bool(std::function<void()>)> run_outside = {};
  // Takes in what other nodes have written; empty where there are none.
  std::function<base::Status()> catch_up = {};
};

}  // namespace proffer::api
