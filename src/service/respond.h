// Takes in what happened: which of the offers that a decision showed were accepted.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "decision/record.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct RespondRequest {
  std::string project = "default";
  base::Uuid decision;
  std::vector<std::string> offers;     // names of the accepted offers
  std::optional<std::string> channel;  // absent: the decision's
  std::string transaction_id;
  std::optional<decision::CallKey> call;
};

struct Responded {
  decision::LogEntry decision;
  DefinitionPtr definition;         // with which it was decided
  std::vector<std::size_t> places;  // of the offers named, in the slate; recorded now or before
  bool set_aside = false;           // kept until the database is back; then nothing of the above is known
};

class Respond {
 public:
  Respond(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics);

  // `done` is called once, when the outcome is committed (or was before), from any thread. Errors: `not_found` for an
  // unknown uuid, `invalid` for an offer that was not shown (then nothing is recorded), `conflict` while another call
  // records the same offer of the same decision. While the node goes on without the database, what it cannot look up
  // is set aside.
  using Done = std::function<void(base::Result<Responded>)>;
  void run(const RespondRequest& request, Done done);

 private:
  base::Result<Responded> gather(const RespondRequest& request);
  base::Result<std::vector<decision::Accepted>> unrecorded(const Responded& responded);
  base::Status record(const RespondRequest& request, Responded responded, std::vector<decision::Accepted> fresh,
                      Done done);
  void append(const store::Reservation& reservation, decision::OutcomeRecord outcome, LiveCampaign* live,
              std::unique_lock<std::mutex> lock, Responded responded, Done done) noexcept;
  bool claim(store::LogPosition decision);
  void release(store::LogPosition decision);

  Ports ports_;
  Campaigns& campaigns_;
  base::Counter& outcomes_;
  std::mutex claims_mutex_;
  std::set<store::LogPosition> claims_;  // decisions whose outcome is being recorded
};

}  // namespace proffer::service
