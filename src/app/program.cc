#include "app/program.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "adapters/lua/engine.h"
#include "api/routes.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/scoring_limits.h"
#include "http/address.h"

namespace proffer::app {
namespace {

constexpr std::chrono::seconds options_copied_every{30};
constexpr unsigned worker_threads = 2;
constexpr unsigned training_threads = 1;  // one training at a time, on as many cores as it may use
// Where the store is another server: most of the time they wait for it.
constexpr unsigned waiting_worker_threads = 8;

// This machine and the first address that it listens on.
service::ServerInfo server_info(const Options& options) {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  const auto& first = options.listen.front();
  const auto colon = first.rfind(':');
  return {name, first.substr(0, colon), colon == std::string::npos ? "" : first.substr(colon + 1), PROFFER_VERSION};
}

api::Settings settings_of(const Options& options) {
  api::Settings settings;
  settings.version = PROFFER_VERSION;
  if (!options.listen.empty()) settings.server = server_info(options);
  settings.body_decision_bytes = options.body_limit_decisions;
  settings.body_offers_bytes = options.body_limit_offers;
  settings.body_training_bytes = options.body_limit_train;
  settings.rate_limit = options.rate_limit;
  settings.beyond_loopback = !std::ranges::all_of(options.listen, is_loopback_address);
  settings.configuration = shown(options);
  return settings;
}

service::ChatEndpoint chat_endpoint(const Options& options) {
  return {options.generative_url, options.generative_key, options.generative_model,
          std::chrono::milliseconds(options.generative_timeout_ms)};
}

// The address was checked when it was read.
std::unique_ptr<adapters::CassandraSource> table_source(const Options& options) {
  if (options.cassandra.empty()) return nullptr;
  auto source =
      adapters::CassandraSource::make({options.cassandra, options.cassandra_user, options.cassandra_password});
  return source ? *std::move(source) : nullptr;
}

std::uint32_t cores() {
  const auto most = static_cast<unsigned>(base::limits::training_threads);
  return std::clamp(std::thread::hardware_concurrency(), 1U, most);
}

// What tokens say of who made them.
std::string own_url(const Options& options) {
  return "http://" + (options.listen.empty() ? std::string("127.0.0.1") : options.listen.front());
}

base::SystemClock& store_clock() {
  static base::SystemClock clock;
  return clock;
}

}  // namespace

bool is_loopback_address(const std::string& host_and_port) {
  const auto address = http::resolve(host_and_port);
  return address && address->address().is_loopback();
}

base::Result<std::unique_ptr<Program>> Program::open(const Options& options) {
  TRY(auto stores, Stores::open(options, store_clock()));
  TRY(auto servers, service::ServerList::parse(options.servers));
  std::unique_ptr<Program> program(new Program(options, std::move(stores), std::move(servers)));
  TRY_DO(program->load());
  if (options.dev) program->keys_.add_in_memory("sk_dev", {"dev", service::Role::admin});
  return program;
}

Program::Program(const Options& options, std::unique_ptr<Stores> stores, service::ServerList servers)
    : stores_(std::move(stores)),
      hooks_(adapters::make_lua_engine(clock_)),
      tables_(table_source(options)),
      ports_{stores_->documents(), stores_->log(),    clock_,       entropy_, outgoing_,
             hooks_.get(),         stores_->leases(), tables_.get()},
      campaigns_({options.default_campaign, options.any_campaign}, hooks_.get()),
      decide_(ports_, campaigns_, metrics_, chat_endpoint(options)),
      respond_(ports_, campaigns_, metrics_),
      learning_(ports_, campaigns_, metrics_),
      merging_(ports_, campaigns_, learning_, metrics_),
      set_aside_(ports_, respond_, metrics_),
      log_copies_(ports_, campaigns_, options.listen.empty() ? service::ServerInfo{} : server_info(options)),
      define_(ports_, campaigns_, learning_, [this] { return merging_.run(); }),
      refresh_with_options_(ports_, campaigns_, define_, std::move(servers), [this] { return refresh(); }),
      retention_(ports_, campaigns_, learning_, metrics_, std::chrono::days{options.log_days}),
      replay_(ports_, campaigns_),
      import_decisions_(ports_, campaigns_),
      keys_(ports_),
      tokens_(ports_, own_url(options)),
      users_(ports_, tokens_),
      calls_(ports_),
      custom_(ports_),
      training_(std::make_unique<base::Workers>(training_threads, base::limits::jobs_waiting)),
      jobs_(ports_, *training_),
      scoring_(ports_, cores()),
      prior_(ports_, jobs_, scoring_, {.least_projects = options.prior_min_projects}),
      services_{ports_,
                campaigns_,
                decide_,
                respond_,
                learning_,
                define_,
                refresh_with_options_,
                replay_,
                import_decisions_,
                keys_,
                tokens_,
                users_,
                calls_,
                custom_,
                jobs_,
                scoring_,
                prior_,
                metrics_,
                settings_of(options),
                [this] { return refresh(); },
                [this] { return log_state(); },
                [this](std::function<void()> task) { return outside_->run(std::move(task)); },
                ports_.log.is_shared() ? std::function<base::Status()>([this] { return merging_.run(); })
                                       : std::function<base::Status()>()},
      workers_(std::make_unique<base::Workers>(ports_.log.is_shared() ? waiting_worker_threads : worker_threads,
                                               base::limits::requests_queued_for_workers)),
      outside_(std::make_unique<base::Workers>(base::limits::outside_threads, base::limits::requests_queued_outside)),
      router_(std::make_unique<api::Router>(services_, api::routes(), *workers_, *outside_)) {
  stores_->count_commits(
      metrics_.counter("proffer_log_commits_total", "Commits of the log, one fdatasync each when durability is fsync"));
  add_gauges();
}

// In this order: jobs end early, tasks still use the routes, checkpoints the log, and the log's last answers everything
// else.
Program::~Program() {
  jobs_.stop();
  outgoing_.stop();
  if (tables_) tables_->stop();
  outside_.reset();
  workers_.reset();
  training_.reset();
  if (auto status = ports_.log.is_alone() ? base::Status{} : learning_.save_checkpoints(1); !status) {
    base::log::warn("no checkpoint at the end, the next start reads more of the log: {}", status.error().message);
  }
  stores_.reset();
}

base::Status Program::load() {
  TRY_DO(load_access());
  merging_.begin();
  return learning_.load_all();
}

base::Status Program::load_access() {
  TRY_DO(keys_.load());
  TRY_DO(custom_.load());
  TRY_DO(tokens_.load());
  TRY_DO(scoring_.load());
  return users_.load();
}

base::Status Program::refresh() {
  TRY_DO(ports_.documents.reopen());
  TRY_DO(load_access());
  if (ports_.log.is_shared()) TRY_DO(merging_.run());
  TRY_DO(learning_.refresh());
  return define_.refresh_tables();
}

void Program::add_gauges() {
  metrics_.gauge("proffer_log_committed_position", "Position of the last committed record of this node",
                 [this] { return static_cast<double>(decision::record_of(ports_.log.committed())); });
  metrics_.gauge("proffer_spool_bytes", "Bytes that wait for the database to be back",
                 [this] { return static_cast<double>(stores_->spooled_bytes()); });
  metrics_.gauge("proffer_campaigns", "Campaigns in service",
                 [this] { return static_cast<double>(campaigns_.all().size()); });
  metrics_.gauge("proffer_store_bytes", "Bytes of the store on disk",
                 [this] { return static_cast<double>(stores_->bytes()); });
}

base::Status Program::log_state() {
  const std::lock_guard lock(state_mutex_);
  return log_state_;
}

void Program::note_log_state(const base::Status& state) {
  const std::lock_guard lock(state_mutex_);
  log_state_ = state;
}

void Program::keep_up() {
  const auto state = ports_.log.flush();
  note_log_state(state);
  if (!state) {  // a commit has failed since the last recovery
    if (auto status = learning_.recover(); !status) {
      if (complains()) base::log::error("the log takes no records: {}", status.error().message);
      return;
    }
    note_log_state({});
    base::log::info("the log takes records again");
  }
  if (!ports_.log.is_shared() || ports_.log.is_alone()) return;
  if (auto status = merging_.run(); !status && complains())
    base::log::warn("other nodes' records wait: {}", status.error().message);
}

// Whether to say what goes wrong at every look: now and then.
bool Program::complains() {
  const auto now = clock_.now();
  if (now - complained_at_ < std::chrono::seconds{5}) return false;
  complained_at_ = now;
  return true;
}

// One of the nodes does what is to be done once.
bool Program::does_jobs() {
  if (ports_.leases == nullptr) return true;
  const auto mine = ports_.leases->take("jobs", base::limits::jobs_lease);
  return mine && *mine;
}

bool Program::copy_log() {
  if (ports_.log.is_alone()) return false;
  const auto mine = ports_.leases->take("log copies", base::limits::jobs_lease);
  if (!mine || !*mine) return false;
  if (const auto now = clock_.now(); now - options_copied_at_ > options_copied_every) {
    options_copied_at_ = now;
    if (auto status = log_copies_.copy_options(); !status)
      base::log::warn("the options stores stay behind what was learned: {}", status.error().message);
  }
  const auto more = log_copies_.run();
  if (!more) base::log::warn("the logging collections stay behind the log: {}", more.error().message);
  return more && *more;
}

void Program::keep_house() {
  if (ports_.log.is_shared() && !ports_.log.is_alone()) {
    if (auto status = load_access(); !status)
      base::log::warn("keys and users stay as they are: {}", status.error().message);
    set_aside_.run();
  }
  if (ports_.log.is_alone()) return;
  if (auto status = jobs_.keep(); !status) base::log::warn("the jobs stay as told: {}", status.error().message);
  if (!does_jobs()) return;
  learning_.recompute_due();
  if (auto status = retention_.step(); !status) base::log::warn("the log was not pruned: {}", status.error().message);
  if (auto status = learning_.save_checkpoints(base::limits::records_between_checkpoints); !status) {
    base::log::warn("no checkpoint: {}", status.error().message);
  }
}

}  // namespace proffer::app
