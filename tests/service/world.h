// The use cases wired together over stores in memory, with a clock and entropy that tests hold in their hands.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/memory/decision_log.h"
#include "adapters/memory/documents.h"
#include "adapters/memory/faults.h"
#include "base/entropy.h"
#include "base/metrics.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/beginning.h"
#include "service/calls.h"
#include "service/campaigns.h"
#include "service/custom_endpoints.h"
#include "service/decide.h"
#include "service/define.h"
#include "service/fake_outgoing.h"
#include "service/fake_tables.h"
#include "service/fold.h"
#include "service/import_decisions.h"
#include "service/keys.h"
#include "service/learning.h"
#include "service/merging.h"
#include "service/option_documents.h"
#include "service/parameters.h"
#include "service/refresh_with_options.h"
#include "service/replay.h"
#include "service/respond.h"
#include "service/tokens.h"
#include "service/users.h"

namespace proffer::tests {

namespace json = boost::json;

inline base::Time time_of(std::string_view text) { return base::parse_time(text).value(); }

// What several nodes share.
struct SharedStores {
  adapters::Faults document_faults;
  std::shared_ptr<adapters::MemoryDocumentStore> documents =
      std::make_shared<adapters::MemoryDocumentStore>(&document_faults);
  std::shared_ptr<adapters::MemoryRecords> records = std::make_shared<adapters::MemoryRecords>();
};

// What stays when the process ends: a second World on the same stores is a restart.
struct Stores {
  explicit Stores(std::uint64_t seed = 1) : entropy(seed) {}
  Stores(const SharedStores& shared, std::uint32_t node)
      : entropy(node), kept_documents(shared.documents), log(clock, shared.records, node, &log_faults) {}

  base::SimulatedClock clock{time_of("2024-12-20T13:04:43.000774Z")};
  base::FixedEntropy entropy;
  adapters::Faults document_faults;
  adapters::Faults log_faults;
  std::shared_ptr<adapters::MemoryDocumentStore> kept_documents =
      std::make_shared<adapters::MemoryDocumentStore>(&document_faults);
  adapters::MemoryDocumentStore& documents = *kept_documents;
  adapters::MemoryDecisionLog log{clock, &log_faults};
  FakeOutgoing outgoing;
  service::HookEngine* hooks = nullptr;
  FakeTables fake_tables;
  service::TableSource* tables = &fake_tables;
};

inline json::object object_of(std::string_view text) { return document::parse_json(text).value().as_object(); }

// An array of objects, as offers and exposures come.
inline std::vector<json::object> rows_of(std::string_view text) {
  const json::value value = document::parse_json(text).value();
  std::vector<json::object> rows;
  for (const auto& row : value.as_array()) rows.push_back(row.as_object());
  return rows;
}

inline std::vector<json::object> offers_named(const std::vector<std::string>& names) {
  std::vector<json::object> rows;
  for (const auto& name : names) rows.push_back({{"offer", name}});
  return rows;
}

// What one campaign has learned, in a form that can be compared exactly.
struct ArmValues {
  explicit ArmValues(const bandit::LearnedArms& arms)
      : alpha(arms.alpha().begin(), arms.alpha().end()),
        beta(arms.beta().begin(), arms.beta().end()),
        contacts(arms.contacts().begin(), arms.contacts().end()),
        accepted(arms.accepted().begin(), arms.accepted().end()) {}
  bool operator==(const ArmValues&) const = default;

  std::vector<double> alpha, beta, contacts, accepted;
};

inline void PrintTo(const ArmValues& arms, std::ostream* out) {
  for (std::size_t i = 0; i < arms.alpha.size(); ++i) {
    *out << "[" << arms.contacts[i] << " contacts, " << arms.accepted[i] << " accepted: " << arms.alpha[i] << ", "
         << arms.beta[i] << "] ";
  }
}

class World {
 public:
  explicit World(Stores& kept, service::CampaignChoice choice = {}, service::ChatEndpoint endpoint = {})
      : stores(kept), chat(std::move(endpoint)), campaigns(std::move(choice), kept.hooks) {
    EXPECT_TRUE(keys.load());
    EXPECT_TRUE(custom.load());
    EXPECT_TRUE(tokens.load());
    EXPECT_TRUE(users.load());
    merging.begin();
    EXPECT_TRUE(learning.load_all());
  }

  Stores& stores;
  service::ChatEndpoint chat;
  base::Metrics metrics;
  service::Ports ports{stores.documents, stores.log,   stores.clock, stores.entropy,
                       stores.outgoing,  stores.hooks, nullptr,      stores.tables};
  service::Campaigns campaigns;
  service::Decide decide{ports, campaigns, metrics, chat};
  service::Respond respond{ports, campaigns, metrics};
  service::Learning learning{ports, campaigns, metrics};
  service::Merging merging{ports, campaigns, learning, metrics};
  service::Define define{ports, campaigns, learning};
  service::Replay replay{ports, campaigns};
  service::ImportDecisions import_decisions{ports, campaigns};
  service::Keys keys{ports};
  service::Tokens tokens{ports, "http://127.0.0.1:8091"};
  service::Users users{ports, tokens, {16, 1, 1}};  // a cheap hash
  service::Calls calls{ports};
  service::CustomEndpoints custom{ports};

  // Defines a campaign and its offers; a failure fails the test.
  service::LiveCampaignPtr campaign(const std::string& name, const std::vector<std::string>& offers,
                                    std::string_view document = "{}", const std::string& project = "default") {
    const auto stored = define.put_campaign(project, name, object_of(document), {});
    EXPECT_TRUE(stored) << stored.error().message;
    const auto changed = define.change_offers(project, name, offers_named(offers), {}, {});
    EXPECT_TRUE(changed) << changed.error().message;
    return campaigns.find(project, name);
  }

  // Decides and waits until the decision is committed.
  base::Result<service::Decided> decided(const service::DecideRequest& request) {
    auto made = decide.decide(request);
    if (!made) return made;
    service::Decided copy = *made;
    std::promise<base::Status> committed;
    decide.record(std::move(*made), [&](const base::Status& status) { committed.set_value(status); });
    if (auto status = committed.get_future().get(); !status) return tl::unexpected(status.error());
    return copy;
  }

  service::Decided decided(const std::string& campaign, std::uint32_t asked = 1, const std::string& customer = "none") {
    service::DecideRequest request;
    request.campaign = campaign;
    request.asked = asked;
    request.customer = customer;
    auto made = decided(request);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }

  base::Result<service::Responded> responded(const service::RespondRequest& request) {
    std::promise<base::Result<service::Responded>> done;
    respond.run(request, [&](base::Result<service::Responded> result) { done.set_value(std::move(result)); });
    return done.get_future().get();
  }

  base::Result<service::Responded> responded(const base::Uuid& uuid, std::vector<std::string> offers) {
    service::RespondRequest request;
    request.decision = uuid;
    request.offers = std::move(offers);
    return responded(request);
  }

  // A record that no use case writes yet, straight into the log.
  store::LogPosition append(decision::Record record) {
    const auto reservation = stores.log.reserve();
    EXPECT_TRUE(reservation);
    stores.log.append(*reservation, std::move(record), [](const base::Status&) {});
    EXPECT_TRUE(stores.log.flush());
    return reservation->position;
  }

  std::vector<decision::LogEntry> entries() {
    std::vector<decision::LogEntry> out;
    EXPECT_TRUE(stores.log.read(0, stores.log.committed(), [&](const decision::LogEntry& entry) {
      out.push_back(entry);
      return true;
    }));
    return out;
  }

  base::Time last_logged() {
    const auto last = stores.log.committed();
    base::Time time{};
    EXPECT_TRUE(
        stores.log.read(last - std::min<store::LogPosition>(last, 1), last, [&](const decision::LogEntry& entry) {
          time = entry.time;
          return true;
        }));
    return time;
  }

  // The arms in service, and those that the log gives alone, both as they are at the time of its last record.
  ArmValues in_service(service::LiveCampaign& live) {
    const std::lock_guard lock(live.mutex);
    live.learned.arms.advance(last_logged());
    return ArmValues(live.learned.arms);
  }
  ArmValues from_the_log(service::LiveCampaign& live) {
    const auto definition = live.current();
    auto folded = service::beginning(stores.log, *definition).value();
    EXPECT_TRUE(service::fold_log(stores.log, *definition, folded, stores.log.ends()));
    folded.learned.arms.advance(last_logged());
    return ArmValues(folded.learned.arms);
  }
};

inline std::string offer_at(const service::Decided& decided, std::size_t place) {
  return decided.definition->option(decided.record.shown.at(place).option)->offer;
}

}  // namespace proffer::tests
