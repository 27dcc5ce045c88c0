// Every option of `proffer serve`, described once: its flag, its key in a TOML file and its PROFFER_… variable follow
// from its name. A flag beats a variable, a variable beats the file.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::app {

struct Options {
  std::string data = "./proffer-data";
  std::string store;           // "mongodb://…"; empty: the embedded store in `data`
  bool goes_on_alone = false;  // option on-store-loss: "spool" or "refuse"
  std::size_t spool_bytes;     // at most
  std::vector<std::string> listen = {"127.0.0.1:8091"};
  bool fsync = true;     // option durability: "fsync" or "os"
  unsigned threads = 0;  // 0: one a core but one, and at least one
  std::string default_campaign;
  std::string any_campaign;
  bool dev = false;
  std::size_t body_limit_decisions;
  std::size_t body_limit_offers;
  std::size_t body_limit_train;
  std::size_t prior_min_projects;
  double rate_limit = 0;
  std::string generative_url;  // empty: no chat endpoint
  std::string generative_key;
  std::string generative_model;
  unsigned generative_timeout_ms = 3000;
  std::string cassandra;  // its address; empty: none
  std::string cassandra_user;
  std::string cassandra_password;
  std::vector<std::string> servers;  // URLs that /refreshWithOptions may call besides loopback
  unsigned log_days = 0;             // 0: the log is kept for ever
  std::string log_level = "info";
  Options();
};

// One option. `set` reads a value from text; a list takes several values, each with one call, after one clear().
struct OptionDoc {
  std::string_view name;   // "body-limit-offers"; body_limit_offers in TOML, PROFFER_BODY_LIMIT_OFFERS
  std::string_view value;  // what stands for the value in the help: "HOST:PORT"; empty: a switch
  std::string_view doc;
  base::Status (*set)(Options&, const std::string& text);
  std::string (*get)(const Options&);
  void (*clear)(Options&) = nullptr;  // only of a list
};

std::span<const OptionDoc> option_docs();

std::string toml_key(const OptionDoc& option);
std::string variable_name(const OptionDoc& option);

// Values given as flags: name → texts.
using Flags = std::map<std::string, std::vector<std::string>, std::less<>>;

// Defaults, then the TOML file (when `config_file` is not empty), then the environment, then the flags. Errors name
// where the value came from: "proffer.toml, line 3: …", "PROFFER_THREADS: …", "--threads: …".
base::Result<Options> read_options(const std::string& config_file, const Flags& flags,
                                   const std::function<const char*(const char*)>& environment);

// Every option with its value, for GET /config.
boost::json::object shown(const Options& options);

}  // namespace proffer::app
