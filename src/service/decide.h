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
#include "service/campaign_hooks.h"
#include "service/campaigns.h"
#include "service/choose.h"
#include "service/gather.h"
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
  std::string in_params = "{}";  // merged parameters, JSON text
  boost::json::object params;    // the same; the next three are read from them
  decision::Context context;
  std::vector<std::string> eligible_offers;  // empty: all
  std::optional<double> epsilon;             // `mab.epsilon`: instead of the campaign's deployment epsilon
  bool dry_run = false;                      // decides, and neither records nor learns
  bool explain = false;                      // say which constraint left each offer out
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
  std::optional<base::Error> failed = {};  // the campaign's post_score, without which it does not answer
  std::optional<store::Reservation> reservation;
};

class Decide {
 public:
  Decide(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics, ChatEndpoint chat = {});

  // Whether deciding waits for another server, so that it should not be done on a thread that others wait for.
  bool waits(const DecideRequest& request) const;

  // Gathers and decides. Afterwards call record(), also when what follows fails.
  base::Result<Decided> decide(DecideRequest request);

  // Records; `done` is called when the decision is committed or has failed, on the log's thread, or at once for a dry
  // run.
  void record(Decided&& decided, store::DecisionLog::Done done);

  HookErrors& hook_errors() { return hook_errors_; }

 private:
  base::Result<Decided> decide_locked(LiveCampaign& live, DecideRequest&& request, Gathered&& gathered);
  Decided decide_in(LiveCampaign& live, DecideRequest&& request, Gathered&& gathered,
                    const store::Reservation& reservation) noexcept;

  void post_score(Decided& decided, ChoiceRequest asked, Learned& learned, Gathered& gathered);

  Ports ports_;
  Campaigns& campaigns_;
  base::Counter& made_;
  base::Counter& explored_;
  Gather gather_;
  HookErrors hook_errors_;
};

// What hooks are told of a request, and of a decision.
HookSubject subject_of(const DecideRequest& request, const Definition& definition, base::Time now);
HookSubject subject_of(const decision::DecisionRecord& record, const Definition& definition,
                       const boost::json::object& params, base::Time time);

// The seed of a decision: a hash of its uuid.
std::uint64_t seed_of(const base::Uuid& uuid);

}  // namespace proffer::service
