// The logging collections where many nodes share a database: full documents beside the log, written behind it, for
// dashboards and scripts that read them there (the embedded store renders them when they are asked for).
//
// They follow from the log and can be written again: how far they are is kept with them, as a vector. One node writes
// those of all; writing one twice leaves it as it is.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/log_documents.h"
#include "service/ports.h"

namespace proffer::service {

namespace collections {
inline const store::Collection contacts{"logging", "ecosystemruntime"};
inline const store::Collection responses{"logging", "ecosystemruntime_response"};
inline const store::Collection exposures{"logging", "ecosystemruntime_flatten"};
}  // namespace collections

class LogCopies {
 public:
  LogCopies(const Ports& ports, Campaigns& campaigns, ServerInfo server)
      : ports_(ports), campaigns_(campaigns), server_(std::move(server)) {}

  // Writes what has come since the last call, at most limits::copied_records; whether there is more.
  base::Result<bool> run();

  // Writes what the arms hold now into the options stores.
  base::Status copy_options();

  // Everything is written again, from the beginning.
  base::Status rewrite();

 private:
  base::Status copy_options(LiveCampaign& live);
  struct Batch {
    std::vector<store::Document> contacts, responses, exposures;
  };
  base::Status prepare();
  base::Result<store::LogVector> done_so_far();
  base::Status note_done(const store::LogVector& done);
  base::Status add(const decision::LogEntry& entry, Batch& batch);
  base::Status add_decision(const decision::LogEntry& entry, Batch& batch);
  base::Status add_outcome(const decision::LogEntry& entry, Batch& batch);
  // Anew with every outcome, as they say what was accepted.
  base::Status add_exposures(const decision::LogEntry& decision, const Definition& definition, Batch& batch);
  static void add_exposures(const decision::LogEntry& decision, const std::vector<decision::LogEntry>& outcomes,
                            const Definition& definition, Batch& batch);
  base::Status write(Batch batch);

  Ports ports_;
  Campaigns& campaigns_;
  ServerInfo server_;
  bool prepared_ = false;
  std::set<store::Collection> indexed_;  // options stores
};

}  // namespace proffer::service
