#include "service/import_decisions.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <map>
#include <optional>

#include "base/limits.h"
#include "base/number_text.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/fold.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

struct Exposure {
  decision::DecisionRecord decision;
  bool accepted = false;
};

// Reads rows and collects every violation.
class RowReader {
 public:
  explicit RowReader(const Definition& definition) : definition_(definition) {
    for (const auto& option : definition.campaign.options) {
      options_.emplace(std::tuple{option.offer, option.context.one, option.context.two}, option.id);
    }
  }

  std::optional<Exposure> read(const json::object& row, std::size_t index) {
    row_ = &row;
    at_ = "body[" + std::to_string(index) + "].";
    const auto before = error_.fields.size();
    Exposure exposure{decision_of(), whole_number({"accepted", "click"}, 0, 0, 1) == 1};
    if (error_.fields.size() != before) return std::nullopt;
    return exposure;
  }

  bool full() const { return error_.fields.size() >= base::limits::validation_errors; }
  base::Error& error() { return error_; }

 private:
  using Names = std::initializer_list<std::string_view>;

  decision::DecisionRecord decision_of() {
    decision::DecisionRecord record;
    record.campaign = definition_.campaign.number;
    record.campaign_version = definition_.campaign.version;
    record.customer = text({"customer_id", "customer"}, "none");
    record.channel = text({"channel"}, "import");
    record.userid = text({"userid"}, "import");
    record.subcampaign = text({"subcampaign"}, definition_.campaign.name);
    record.in_params = "{}";
    record.date = date();
    record.first_rank =
        static_cast<std::uint32_t>(whole_number({"rank", "position"}, 1, 1, base::limits::offers_asked));
    record.shown.push_back(shown());
    record.method = decision::PropensityMethod::none;
    return record;
  }

  decision::ShownOffer shown() {
    decision::ShownOffer shown;
    shown.option = option();
    shown.score = number({"score"}, 0, -1e300, 1e300);
    shown.slot_propensity = number({"slot_propensity", "propensity_score", "propensity"}, 0, 0, 1);
    shown.slate_propensity = number({"slate_propensity"}, shown.slot_propensity, 0, 1);
    if (const auto* option = definition_.option(shown.option)) shown.learning_reward = option->learning_reward;
    return shown;
  }

  decision::OptionId option() {
    const auto offer = text({"offer", "offer_name", "item_id"}, "");
    const auto found =
        options_.find({offer, text({"contextual_variable_one"}, ""), text({"contextual_variable_two"}, "")});
    if (found != options_.end()) return found->second;
    refuse("offer", "expected an offer of the campaign (in this context)", json::value(offer));
    return 0;
  }

  std::optional<base::Time> date() {
    const auto [name, value] = find({"datetime", "timestamp", "date"});
    if (value == nullptr) {
      refuse("datetime", "required", nullptr);
      return std::nullopt;
    }
    const auto parsed = value->is_string() ? base::parse_time(value->get_string()) : std::nullopt;
    if (!parsed) refuse(name, "expected a date and time as in 2019-11-24T00:03:13.442536Z", *value);
    return parsed;
  }

  std::string text(Names names, std::string otherwise) {
    const auto [name, value] = find(names);
    if (value == nullptr) return otherwise;
    if (value->is_number()) return document::json_text(*value);
    if (value->is_string() && value->get_string().size() <= base::limits::text_field_bytes) {
      return std::string(value->get_string());
    }
    refuse(name, "expected a string of at most " + std::to_string(base::limits::text_field_bytes) + " bytes", *value);
    return otherwise;
  }

  double whole_number(Names names, double otherwise, double low, double high) {
    const auto read = number(names, otherwise, low, high);
    if (read == std::floor(read)) return read;
    const auto [name, value] = find(names);
    refuse(name, "expected a whole number", *value);
    return otherwise;
  }

  double number(Names names, double otherwise, double low, double high) {
    const auto [name, value] = find(names);
    if (value == nullptr) return otherwise;
    if (value->is_number()) {
      const auto number = value->to_number<double>();
      if (number >= low && number <= high) return number;
    }
    refuse(name, "expected a number from " + base::number_text(low) + " to " + base::number_text(high), *value);
    return otherwise;
  }

  // The first of these members that is there and not null.
  std::pair<std::string_view, const json::value*> find(Names names) const {
    for (const auto name : names) {
      const auto* value = row_->if_contains(name);
      if (value != nullptr && !value->is_null()) return {name, value};
    }
    return {*names.begin(), nullptr};
  }

  void refuse(std::string_view name, std::string message, const json::value& value) {
    error_.fields.push_back({at_ + std::string(name), std::move(message), json::serialize(value)});
  }

  const Definition& definition_;
  std::map<std::tuple<std::string, std::string, std::string>, decision::OptionId> options_;
  base::Error error_{base::ErrorKind::invalid, "", {}};
  const json::object* row_ = nullptr;
  std::string at_;
};

base::Result<std::vector<Exposure>> read_rows(const Definition& definition, std::span<const json::object> rows) {
  if (rows.size() > base::limits::import_rows) {
    return base::fail_field("body", "at most " + std::to_string(base::limits::import_rows) + " rows a call",
                            std::to_string(rows.size()));
  }
  RowReader reader(definition);
  std::vector<Exposure> exposures;
  for (std::size_t i = 0; i < rows.size() && !reader.full(); ++i) {
    if (auto exposure = reader.read(rows[i], i)) exposures.push_back(std::move(*exposure));
  }
  if (reader.error().fields.empty()) return exposures;
  reader.error().message = reader.error().fields.front().location + ": " + reader.error().fields.front().message;
  return tl::unexpected(std::move(reader.error()));
}

// Counts records down until all are committed, and keeps the first failure.
class Countdown {
 public:
  store::DecisionLog::Done one_more() {
    const std::lock_guard lock(mutex_);
    ++open_;
    return [this](const base::Status& status) {
      const std::lock_guard inner(mutex_);
      if (!status && first_) first_ = status;
      if (--open_ == 0) changed_.notify_all();
    };
  }
  base::Status wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_ == 0; });
    return first_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  base::Status first_;
};

decision::OutcomeRecord outcome_of(const decision::DecisionRecord& decision, store::LogPosition position) {
  decision::OutcomeRecord outcome;
  outcome.decision = decision.uuid;
  outcome.decision_position = position;
  outcome.campaign = decision.campaign;
  outcome.decision_date = *decision.date;
  outcome.accepted = {{0, decision.shown.front().option}};
  outcome.customer = customer_key(decision.customer);
  outcome.channel = decision.channel;
  outcome.date = decision.date;
  return outcome;
}

// Writes one exposure and its outcome. The lock is held from each reservation to its fold, so other requests get
// between.
base::Status write(const Ports& ports, LiveCampaign& live, Exposure exposure, std::optional<decision::CallKey> call,
                   Countdown& countdown) noexcept {
  const std::lock_guard lock(live.mutex);
  TRY(const auto reservation, ports.log.reserve(live.newest));
  auto& decision = exposure.decision;
  decision.uuid = base::make_uuid(reservation.time, ports.entropy.next());
  if (!exposure.accepted) decision.call = call;
  live.learned.contact(decision, reservation.time, reservation.position);
  live.took(reservation, decision);
  std::optional<decision::OutcomeRecord> outcome;
  if (exposure.accepted) outcome = outcome_of(decision, reservation.position);
  ports.log.append(reservation, std::move(decision), countdown.one_more());
  if (!outcome) return {};
  TRY(const auto second, ports.log.reserve(live.newest));
  outcome->uuid = base::make_uuid(second.time, ports.entropy.next());
  outcome->call = std::move(call);
  live.learned.outcome(*outcome, second.time);
  live.took(second, *outcome);
  ports.log.append(second, std::move(*outcome), countdown.one_more());
  return {};
}

}  // namespace

std::vector<std::string> exposure_text_columns() {
  return {"customer_id",
          "customer",
          "offer",
          "offer_name",
          "item_id",
          "channel",
          "userid",
          "subcampaign",
          "contextual_variable_one",
          "contextual_variable_two"};
}

Imported count_exposures(std::span<const json::object> rows) {
  const auto is_accepted = [](const json::object& row) {
    for (const std::string_view name : {"accepted", "click"}) {
      const auto* value = row.if_contains(name);
      if (value != nullptr && !value->is_null()) return value->is_number() && value->to_number<double>() == 1;
    }
    return false;
  };
  return {rows.size(), static_cast<std::size_t>(std::ranges::count_if(rows, is_accepted))};
}

// The key of one row's last record. The whole call's key stands on the last row: once that is there, all rows are.
std::optional<decision::CallKey> row_key(const std::optional<decision::CallKey>& call, std::size_t row,
                                         std::size_t rows) {
  if (!call || row + 1 == rows) return call;
  auto key = *call;
  key.key += '#' + std::to_string(row);
  return key;
}

// How many rows an earlier try of the same call got into the log before it failed: rows are committed in order, so the
// first that is missing is found by bisection.
base::Result<std::size_t> ImportDecisions::rows_imported(const std::optional<decision::CallKey>& call,
                                                         std::size_t rows) {
  std::size_t low = 0;
  std::size_t high = call && rows > 0 ? rows - 1 : 0;
  const auto since = ports_.clock.now() - base::limits::idempotency_lifetime;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto key = row_key(call, middle, rows);
    TRY(const auto found, ports_.log.find_call(key->route, key->key, since));
    if (found) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

base::Result<Imported> ImportDecisions::run(const std::string& project, const std::string& campaign,
                                            std::span<const json::object> rows,
                                            const std::optional<decision::CallKey>& call) {
  const auto live = campaigns_.find(project, campaign);
  if (!live) return base::fail(base::ErrorKind::not_found, "there is no campaign '" + campaign + "'");
  TRY(auto exposures, read_rows(*live->current(), rows));
  TRY(const auto before, rows_imported(call, exposures.size()));
  Countdown countdown;
  base::Status written;
  constexpr std::size_t wait_every = base::limits::log_queue_records / 8;  // leaves the queue to live requests
  for (std::size_t i = before; i < exposures.size() && written; ++i) {
    written = write(ports_, *live, std::move(exposures[i]), row_key(call, i, exposures.size()), countdown);
    if (written && i % wait_every == wait_every - 1) written = countdown.wait();
  }
  const auto committed = countdown.wait();
  if (!written) return tl::unexpected(written.error());
  if (!committed) return tl::unexpected(committed.error());
  return count_exposures(rows);
}

}  // namespace proffer::service
