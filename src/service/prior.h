// The global prior: for each use case one model of what several projects know, which answers for projects that have
// none of their own (decision 31).
//
// Each training leaves a sample of its rows behind and has the prior of its use case trained anew, by a job. Features
// and values of categories that fewer projects have than `least_projects` do not enter it, and it serves only while so
// many contribute. The rows of a project are read by nothing else.
#pragma once

#include <mutex>
#include <set>
#include <span>
#include <string>

#include "base/scoring_limits.h"
#include "service/jobs.h"
#include "service/scoring.h"
#include "store/sample_store.h"
#include "training/pool.h"

namespace proffer::service {

struct PriorSettings {
  std::size_t least_projects = base::limits::prior_projects_default;
  std::size_t trials = base::limits::prior_trials;
};

class Prior {
 public:
  Prior(const Ports& ports, Jobs& jobs, Scoring& scoring, PriorSettings settings)
      : ports_(ports), samples_(ports.documents), jobs_(jobs), scoring_(scoring), settings_(settings) {}

  // Keeps a sample of the rows and has the prior trained in the background; nothing where the project is out.
  base::Status contribute(const store::ModelOwner& owner, std::span<const training::Example> examples);

  base::Result<bool> contributes(const std::string& project) const;
  // Out: its samples go, and the priors that hold them are trained anew without, or end.
  base::Status set_contributes(const std::string& project, bool contributes);

 private:
  base::Status train_later(const std::string& use_case);
  base::Result<boost::json::object> train(const std::string& use_case, Jobs::Run& run);
  base::Result<std::vector<training::LabelledRows>> rows_of(const std::string& use_case) const;

  const Ports ports_;
  store::SampleStore samples_;
  Jobs& jobs_;
  Scoring& scoring_;
  const PriorSettings settings_;
  std::mutex mutex_;               // guards what follows
  std::set<std::string> waiting_;  // use cases whose job has not begun: it will see what comes now
};

}  // namespace proffer::service
