// Taking in what other nodes have written.
//
// All nodes fold the same records in the same order, that of time, and so come to the same state. But a node folds its
// own records at once and hears of others' later. What has come is folded between what is in: a campaign keeps its
// settled state, which nothing comes before any more, and the recent records behind it; the state in service is folded
// from the two. That is done beside the decisions, which wait only while it takes the place of the old state.
//
// A record older than what is settled (of a node that was cut off from the database) makes its campaign be folded anew
// from the log.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "service/campaigns.h"
#include "service/learning.h"
#include "service/ports.h"

namespace proffer::service {

class Merging {
 public:
  Merging(const Ports& ports, Campaigns& campaigns, Learning& learning, base::Metrics& metrics);

  // Call before the campaigns are loaded: what the log holds then, loading folds.
  void begin();

  // Takes in what has come since the last call. What cannot be taken in now is kept for the next one.
  base::Status run();

 private:
  using Queue = std::vector<EntryPtr>;

  base::Status read();
  base::Status take_in(std::uint32_t campaign, Queue& queue);
  base::Result<bool> define(std::uint32_t campaign, const decision::DefinitionRecord& newest, Queue& queue);
  base::Result<bool> change(LiveCampaign& live, std::uint32_t version, Queue& queue);
  base::Status merge(LiveCampaign& live, Queue& queue);
  base::Status merge_between(LiveCampaign& live, const DefinitionPtr& definition, const Queue& ready,
                             const Queue& recent, base::Time horizon);
  base::Status fold_anew(LiveCampaign& live, const DefinitionPtr& definition);
  base::Status settle(LiveCampaign& live);
  void note_mark();
  void forget_customer();
  void raise(LiveCampaign& live);

  Ports ports_;
  Campaigns& campaigns_;
  Learning& learning_;
  base::Counter& merged_;
  base::Counter& folded_anew_;
  std::mutex running_;
  store::LogVector read_;                   // of other nodes
  std::map<std::uint32_t, Queue> waiting_;  // by campaign
  std::size_t waiting_records_ = 0;
  std::set<std::uint32_t> to_fold_anew_;  // campaigns whose state is not to be built upon

  // What of the logs had been read by when, for a while.
  struct Mark {
    base::Time at;
    store::LogVector read;
  };
  std::deque<Mark> marks_;
};

}  // namespace proffer::service
