// Answers "which offers for this customer, now?".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "decision/record.h"
#include "ranking/decide.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct DecideRequest {
  std::string project = "default";
  std::optional<std::string> campaign;     // absent: Campaigns::choose
  std::optional<std::string> subcampaign;  // absent: the campaign's name
  std::string channel = "api";
  std::string customer = "none";
  std::string userid = "api";
  std::uint32_t asked = 1;
  std::string in_params = "{}";  // merged parameters, JSON text; the next four are read from them
  decision::Context context;
  std::vector<std::string> eligible_offers;  // empty: all
  std::optional<double> epsilon;             // `mab.epsilon`: instead of the campaign's deployment epsilon
  bool dry_run = false;                      // decides, and neither records nor learns
  std::optional<decision::CallKey> call;
};

// A decision that was made and folded. Unless it was a dry run it holds a place in the log and must be recorded soon:
// every later record waits for it.
class Decided {
 public:
  Decided(decision::DecisionRecord made, base::Time at, DefinitionPtr by, bool is_dry_run)
      : record(std::move(made)), time(at), definition(std::move(by)), dry_run(is_dry_run) {}

  decision::DecisionRecord record;
  base::Time time;
  DefinitionPtr definition;
  bool dry_run;
  std::optional<store::Reservation> reservation;
};

class Decide {
 public:
  Decide(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics);

  // Gathers and decides. Afterwards call record(), also when what follows fails.
  base::Result<Decided> decide(DecideRequest request);

  // Records; `done` is called when the decision is committed or has failed, on the log's thread, or at once for a dry
  // run.
  void record(Decided&& decided, store::DecisionLog::Done done);

 private:
  Decided decide_in(LiveCampaign& live, DecideRequest&& request, const store::Reservation& reservation) noexcept;

  Ports ports_;
  Campaigns& campaigns_;
  base::Counter& made_;
  base::Counter& explored_;
};

// The seed of a decision: a hash of its uuid.
std::uint64_t seed_of(const base::Uuid& uuid);

// What the pure core is asked, from a request or from a record of one.
ranking::Request ranking_request(const DecideRequest& request, const Definition& definition, std::uint64_t seed);

}  // namespace proffer::service
