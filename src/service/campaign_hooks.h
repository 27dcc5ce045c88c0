// The hooks of a campaign within a decision: what they are given, what they may change, and what comes of their errors.
//
//   pre_score(request)          before the choice: changes context, features and epsilon, narrows eligible_offers
//   reward(offer, request)      once for each offer that may be chosen: reward and learning_reward
//   post_score(result, request) after the choice: adds members to result_full; where the source says
//                               `changes_slate = true`, drops offers or changes their order too
//
// The first two run outside of the campaign's lock, and what they said is recorded; the third runs within it, as the
// contacts that it leaves are those that count, and once more in a replay.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"
#include "decision/record.h"
#include "service/definition.h"
#include "service/gathered.h"

namespace proffer::service {

// What hooks are told of a request. Refers to what the caller holds.
struct HookSubject {
  const Definition& definition;
  std::string_view customer;
  std::string_view channel;
  std::string_view userid;
  std::string_view subcampaign;
  std::uint32_t asked = 1;
  const boost::json::object& params;  // merged
  base::Time time;                    // of the record; before there is one, now
};

// The `request` that hooks are given.
boost::json::object request_json(const HookSubject& subject, const Gathered& gathered);

// Errors of hooks, as proffer_hook_errors_total counts them.
class HookErrors {
 public:
  explicit HookErrors(base::Metrics& metrics) : metrics_(metrics) {}
  void count(const std::string& campaign, const std::string& function);

 private:
  base::Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, base::Counter*> counters_;  // by labels
};

// Runs pre_score and reward, and puts what they said into `gathered`. An error of theirs is an error here where the
// campaign's hook_failure is "fail"; otherwise it stands in `gathered.hooks`, and nothing of that hook counts.
base::Status run_hooks_before(const HookSubject& subject, Gathered& gathered, HookErrors& errors);

// The error of a request whose campaign does not go on without a hook that failed.
base::Error failed_by_hook(const Definition& definition, const std::string& why);

bool has_post_score(const Definition& definition);

// The same decision drawn once more, the n-th time (from 1), without propensities: what was shown.
using Redraw = std::function<std::vector<decision::ShownOffer>(std::uint32_t n)>;

// Runs post_score on a decision: changes `record.shown`, its propensities where the slate may change (counted from
// redraws), and `gathered.hooks`. An error leaves the decision as it was, or, where hook_failure is "fail", without
// offers; it stands in `gathered.hooks->post_error`, and is returned in the latter case.
base::Status run_post_score(const HookSubject& subject, decision::DecisionRecord& record, Gathered& gathered,
                            const Redraw& redraw);

}  // namespace proffer::service
