#include "app/options.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "adapters/cassandra/cassandra_source.h"
#include "base/limits.h"
#include "base/number_text.h"
#include "base/scoring_limits.h"
#include "service/server_list.h"
#include "store/address.h"

namespace proffer::app {
namespace {

base::Status refused(std::string message) { return base::fail(base::ErrorKind::invalid, std::move(message)); }

template <class T>
base::Status read_number(const std::string& text, T low, T high, T& out) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high) {
    out = value;
    return {};
  }
  return refused("expected a number from " + base::number_text(static_cast<double>(low)) + " to " +
                 base::number_text(static_cast<double>(high)) + ", not '" + text + "'");
}

base::Status read_choice(const std::string& text, std::initializer_list<std::string_view> choices) {
  if (std::ranges::find(choices, text) != choices.end()) return {};
  std::string known;
  for (const auto choice : choices) known += (known.empty() ? "" : ", ") + std::string(choice);
  return refused("expected one of " + known + ", not '" + text + "'");
}

base::Status read_switch(const std::string& text, bool& out) {
  TRY_DO(read_choice(text, {"true", "false"}));
  out = text == "true";
  return {};
}

constexpr std::size_t largest_body = std::size_t{1} << 30;

const OptionDoc docs[] = {
    {"data", "DIR", "Directory of the embedded store; made when it is not there.",
     [](Options& o, const std::string& text) -> base::Status {
       if (text.empty()) return refused("expected a directory");
       o.data = text;
       return {};
     },
     [](const Options& o) { return o.data; }},
    {"store", "ADDRESS",
     "Where everything is kept: sqlite:DIR (the embedded store; DIR instead of --data), or mongodb://HOST/…, which "
     "several servers may share.",
     [](Options& o, const std::string& text) -> base::Status {
       constexpr std::string_view embedded = "sqlite:";
       if (store::is_mongodb_address(text)) {
         o.store = text;
       } else if (text.starts_with(embedded) && text.size() > embedded.size()) {
         o.store.clear();
         o.data = text.substr(embedded.size());
       } else {
         return refused("expected sqlite:DIR or mongodb://HOST/…, not '" + store::redacted_address(text) + "'");
       }
       return {};
     },
     [](const Options& o) { return o.store.empty() ? "sqlite:" + o.data : store::redacted_address(o.store); }},
    {"on-store-loss", "refuse|spool",
     "While the MongoDB is away: refuse answers 503; spool goes on and keeps records in the data directory.",
     [](Options& o, const std::string& text) -> base::Status {
       TRY_DO(read_choice(text, {"refuse", "spool"}));
       o.goes_on_alone = text == "spool";
       return {};
     },
     [](const Options& o) { return std::string(o.goes_on_alone ? "spool" : "refuse"); }},
    {"spool-mib", "N", "How much may be kept so, in MiB; then 503.",
     [](Options& o, const std::string& text) -> base::Status {
       std::size_t mib = 0;
       TRY_DO(read_number(text, std::size_t{1}, std::size_t{65'536}, mib));
       o.spool_bytes = mib << 20;
       return {};
     },
     [](const Options& o) { return std::to_string(o.spool_bytes >> 20); }},
    {"listen", "HOST:PORT", "Address to answer on; may be given several times. Beyond loopback a key must exist.",
     [](Options& o, const std::string& text) -> base::Status {
       o.listen.push_back(text);
       return {};
     },
     [](const Options& o) {
       std::string all;
       for (const auto& address : o.listen) all += (all.empty() ? "" : ", ") + address;
       return all;
     },
     [](Options& o) { o.listen.clear(); }},
    {"durability", "fsync|os", "What a commit survives: a power cut too (fsync), or whatever ends the process (os).",
     [](Options& o, const std::string& text) -> base::Status {
       TRY_DO(read_choice(text, {"fsync", "os"}));
       o.fsync = text == "fsync";
       return {};
     },
     [](const Options& o) { return std::string(o.fsync ? "fsync" : "os"); }},
    {"threads", "N",
     "Threads that answer requests; 0: one a core but one, which is left to the log and to long requests.",
     [](Options& o, const std::string& text) { return read_number(text, 0u, 1024u, o.threads); },
     [](const Options& o) { return std::to_string(o.threads); }},
    {"default-campaign", "NAME", "Answers requests that name no campaign.",
     [](Options& o, const std::string& text) -> base::Status {
       o.default_campaign = text;
       return {};
     },
     [](const Options& o) { return o.default_campaign; }},
    {"any-campaign", "NAME", "Answers under every unknown campaign name, as a runtime that serves one deployment.",
     [](Options& o, const std::string& text) -> base::Status {
       o.any_campaign = text;
       return {};
     },
     [](const Options& o) { return o.any_campaign; }},
    {"dev", "", "Adds the key sk_dev of project dev (role admin), in memory and on loopback only.",
     [](Options& o, const std::string& text) { return read_switch(text, o.dev); },
     [](const Options& o) { return std::string(o.dev ? "true" : "false"); }},
    {"body-limit-decisions", "BYTES", "Largest body of a decision, an outcome or a campaign.",
     [](Options& o, const std::string& text) {
       return read_number(text, std::size_t{1024}, largest_body, o.body_limit_decisions);
     },
     [](const Options& o) { return std::to_string(o.body_limit_decisions); }},
    {"body-limit-offers", "BYTES", "Largest body of offers or of an import.",
     [](Options& o, const std::string& text) {
       return read_number(text, std::size_t{1024}, largest_body, o.body_limit_offers);
     },
     [](const Options& o) { return std::to_string(o.body_limit_offers); }},
    {"body-limit-train", "BYTES", "Largest body of a training.",
     [](Options& o, const std::string& text) {
       return read_number(text, std::size_t{1024}, largest_body, o.body_limit_train);
     },
     [](const Options& o) { return std::to_string(o.body_limit_train); }},
    {"prior-min-projects", "N", "Projects that must train a use case before its global prior serves.",
     [](Options& o, const std::string& text) {
       return read_number(text, std::size_t{2}, base::limits::prior_projects_most, o.prior_min_projects);
     },
     [](const Options& o) { return std::to_string(o.prior_min_projects); }},
    {"rate-limit", "N", "Requests a second of one key, or of one address without a key; 0: no limit.",
     [](Options& o, const std::string& text) { return read_number(text, 0.0, 1e9, o.rate_limit); },
     [](const Options& o) { return base::number_text(o.rate_limit); }},
    {"generative-url", "URL",
     "Chat endpoint in OpenAI's manner for the algorithm generative: its address up to /chat/completions.",
     [](Options& o, const std::string& text) -> base::Status {
       o.generative_url = text;
       return {};
     },
     [](const Options& o) { return o.generative_url; }},
    {"generative-key", "SECRET", "Key that is sent to the chat endpoint; better given as a variable or in the file.",
     [](Options& o, const std::string& text) -> base::Status {
       o.generative_key = text;
       return {};
     },
     [](const Options& o) { return std::string(o.generative_key.empty() ? "" : "(secret)"); }},
    {"generative-model", "NAME", "Model that the chat endpoint is asked for, where a campaign names none.",
     [](Options& o, const std::string& text) -> base::Status {
       o.generative_model = text;
       return {};
     },
     [](const Options& o) { return o.generative_model; }},
    {"generative-timeout-ms", "MS", "How long a decision waits for the chat endpoint before its fallback decides.",
     [](Options& o, const std::string& text) { return read_number(text, 1u, 60'000u, o.generative_timeout_ms); },
     [](const Options& o) { return std::to_string(o.generative_timeout_ms); }},
    {"cassandra", "URL", "Cassandra that offers and look-ups may come from: cassandra://HOST:9042/KEYSPACE.",
     [](Options& o, const std::string& text) -> base::Status {
       if (!text.empty()) TRY_DO(adapters::CassandraSource::make({text, "", ""}));
       o.cassandra = text;
       return {};
     },
     [](const Options& o) { return adapters::shown_cassandra_address(o.cassandra); }},
    {"cassandra-user", "NAME", "User of Cassandra, where its address names none.",
     [](Options& o, const std::string& text) -> base::Status {
       o.cassandra_user = text;
       return {};
     },
     [](const Options& o) { return o.cassandra_user; }},
    {"cassandra-password", "SECRET", "Password of that user; better given as a variable or in the file.",
     [](Options& o, const std::string& text) -> base::Status {
       o.cassandra_password = text;
       return {};
     },
     [](const Options& o) { return std::string(o.cassandra_password.empty() ? "" : "(secret)"); }},
    {"servers", "URL", "Server that /refreshWithOptions may call; may be given several times. Loopback always may.",
     [](Options& o, const std::string& text) -> base::Status {
       TRY_DO(service::origin_of(text));
       o.servers.push_back(text);
       return {};
     },
     [](const Options& o) {
       std::string all;
       for (const auto& server : o.servers) all += (all.empty() ? "" : ", ") + server;
       return all;
     },
     [](Options& o) { o.servers.clear(); }},
    {"log-days", "DAYS", "How long records of the log are kept; 0: for ever.",
     [](Options& o, const std::string& text) { return read_number(text, 0u, 36'500u, o.log_days); },
     [](const Options& o) { return std::to_string(o.log_days); }},
    {"log-level", "LEVEL", "Least of debug, info, warn, error that is written to standard error.",
     [](Options& o, const std::string& text) -> base::Status {
       TRY_DO(read_choice(text, {"debug", "info", "warn", "error"}));
       o.log_level = text;
       return {};
     },
     [](const Options& o) { return o.log_level; }},
};

base::Status set_all(Options& options, const OptionDoc& option, const std::vector<std::string>& texts,
                     const std::string& from) {
  if (option.clear != nullptr) option.clear(options);
  for (const auto& text : texts) {
    if (auto status = option.set(options, text); !status) return refused(from + ": " + status.error().message);
  }
  return {};
}

// A TOML value as the texts that a flag would have; nothing for tables and dates.
std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  if (const auto* array = node.as_array()) {
    std::vector<std::string> out;
    for (const auto& element : *array) {
      const auto text = texts_of(element);
      if (!text || text->size() != 1) return std::nullopt;
      out.push_back(text->front());
    }
    return out;
  }
  if (const auto text = node.value_exact<std::string>()) return std::vector{*text};
  if (const auto flag = node.value_exact<bool>()) return std::vector<std::string>{*flag ? "true" : "false"};
  if (const auto whole = node.value_exact<std::int64_t>()) return std::vector{std::to_string(*whole)};
  if (const auto number = node.value_exact<double>()) return std::vector{base::number_text(*number)};
  return std::nullopt;
}

base::Status read_entry(Options& options, const std::string& file, std::string_view key, const toml::node& node) {
  const std::string from = file + ", line " + std::to_string(node.source().begin.line) + ": " + std::string(key);
  for (const auto& option : docs) {
    if (toml_key(option) != key) continue;
    const auto texts = texts_of(node);
    if (!texts) return refused(from + ": expected a string, a number, true, false, or an array of them");
    return set_all(options, option, *texts, from);
  }
  std::string known;
  for (const auto& option : docs) known += (known.empty() ? "" : ", ") + toml_key(option);
  return refused(from + ": there is no such option; known: " + known);
}

base::Status read_file(Options& options, const std::string& file) {
  if (!std::ifstream(file)) return refused("cannot open " + file);
  try {
    const auto table = toml::parse_file(file);
    for (const auto& [key, node] : table) TRY_DO(read_entry(options, file, key.str(), node));
    return {};
  } catch (const toml::parse_error& error) {
    return refused(file + ", line " + std::to_string(error.source().begin.line) + ": " +
                   std::string(error.description()));
  }
}

}  // namespace

Options::Options()
    : spool_bytes(std::size_t{256} << 20),
      body_limit_decisions(base::limits::body_decision_bytes),
      body_limit_offers(base::limits::body_offers_bytes),
      body_limit_train(base::limits::body_training_bytes),
      prior_min_projects(base::limits::prior_projects_default) {}

std::span<const OptionDoc> option_docs() { return docs; }

std::string toml_key(const OptionDoc& option) {
  std::string key(option.name);
  std::ranges::replace(key, '-', '_');
  return key;
}

std::string variable_name(const OptionDoc& option) {
  std::string name = "PROFFER_" + toml_key(option);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

base::Result<Options> read_options(const std::string& config_file, const Flags& flags,
                                   const std::function<const char*(const char*)>& environment) {
  Options options;
  if (!config_file.empty()) TRY_DO(read_file(options, config_file));
  for (const auto& option : docs) {
    const auto name = variable_name(option);
    if (const char* text = environment(name.c_str())) TRY_DO(set_all(options, option, {text}, name));
    if (const auto given = flags.find(option.name); given != flags.end()) {
      TRY_DO(set_all(options, option, given->second, "--" + std::string(option.name)));
    }
  }
  return options;
}

boost::json::object shown(const Options& options) {
  boost::json::object out;
  for (const auto& option : docs) out[toml_key(option)] = option.get(options);
  return out;
}

}  // namespace proffer::app
