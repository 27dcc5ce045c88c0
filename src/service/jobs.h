// Long work that goes on after its call was answered. A job is a document that says how far it is, kept in the store so
// that any node can tell of it and cancel it, and that what was made outlives a restart.
//
// The node that took a job in runs it. A job whose node is gone is told as failed: its work may have side effects, so
// nobody repeats it unasked.
#pragma once

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "service/ports.h"

namespace proffer::service {

class Jobs {
 public:
  // A job on its way, as its work sees it. Safe to use from several threads.
  class Run {
   public:
    Run(Jobs& jobs, std::string id) : jobs_(jobs), id_(std::move(id)) {}
    bool cancelled() const { return cancelled_; }
    void cancel() { cancelled_ = true; }  // by the work itself: nobody wants the result any more
    // What it is at, and how much of it is done (0 to 100); written down about once a second.
    void tell(std::string_view stage, double percent);

   private:
    friend class Jobs;
    Jobs& jobs_;
    const std::string id_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;  // guards what follows
    boost::json::object progress_{{"stage", "queued"}, {"pct", 0}, {"message", ""}};
    base::Time told_{};
  };
  // The result that the job tells, or why there is none. Ends soon after run.cancelled().
  using Work = std::function<base::Result<boost::json::object>(Run&)>;

  // `workers` run the jobs, and must end before this does.
  Jobs(const Ports& ports, base::Workers& workers);

  // The job as it is told (job_id, type, status, progress, created_at, updated_at, params, then result or error).
  // Errors: `unavailable` when too many wait; those of the store.
  base::Result<boost::json::object> start(const std::string& project, const std::string& type,
                                          boost::json::object params, Work work);
  base::Result<boost::json::object> get(const std::string& project, const std::string& id) const;  // or not_found
  // The newest first, those before the job `before` when it is not empty.
  base::Result<std::vector<boost::json::object>> list(const std::string& project, const std::string& before,
                                                      std::size_t limit) const;
  // Asks it to end; it says `cancelled` when it has. Errors: `not_found`; `conflict` when it has ended already.
  base::Result<boost::json::object> cancel(const std::string& project, const std::string& id);

  // Now and then: says that this node's jobs are alive, looks whether one was cancelled elsewhere, and ends those whose
  // node is gone.
  base::Status keep();
  void stop();  // cancels all of this node's: no more is taken in

 private:
  using RunPtr = std::shared_ptr<Run>;

  base::Status take_in(const RunPtr& run, const store::Document& document);
  void work_on(const RunPtr& run, const Work& work);
  base::Status write(Run& run, std::vector<std::pair<std::string, boost::json::value>> set);
  base::Status end(Run& run, base::Result<boost::json::object> result);
  base::Status end_orphans(base::Time now);
  base::Status make_room(const std::string& project);
  std::vector<RunPtr> running() const;
  void forget(const Run& run);

  const Ports ports_;
  base::Workers& workers_;
  mutable std::mutex mutex_;               // guards what follows
  std::map<std::string, RunPtr> running_;  // by _id; queued ones too
  bool stopped_ = false;
  base::Time kept_{};  // only keep() uses it, which one thread calls
};

}  // namespace proffer::service
