// Scoring: models trained from labelled rows for each project and use case, and the answers of those that serve.
//
// Every model that serves is in memory, so an answer waits for nothing; a new one takes the place of the old between
// two answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "scoring/scorer.h"
#include "service/ports.h"
#include "store/model_store.h"
#include "training/train_scorer.h"

namespace proffer::service {

class Scoring {
 public:
  // `threads`: how many one training may use.
  Scoring(const Ports& ports, std::uint32_t threads) : ports_(ports), models_(ports.documents), threads_(threads) {}

  struct Served {
    scoring::Scorer scorer;
    std::int64_t version;
  };

  // Reads the models that serve and are not yet in memory: at the start, and now and then where other nodes train. One
  // that cannot be read is told in the log and left out.
  base::Status load();

  std::shared_ptr<const Served> find(const store::ModelOwner& owner) const;  // null: none serves

  // Trains a model, keeps it and lets it serve; what the answer tells, in the order of the wire. Takes minutes. Errors:
  // `invalid` for rows that cannot be trained on; `gone` when stopped; those of the store.
  base::Result<boost::json::object> train(const store::ModelOwner& owner, std::span<const training::Example> examples,
                                          std::size_t trials, const training::Watch& watch);

  base::Result<std::vector<boost::json::object>> versions(const store::ModelOwner& owner) const;
  // Lets a version that was kept serve again. Errors: not_found.
  base::Status serve(const store::ModelOwner& owner, std::int64_t version);
  base::Status withdraw(const store::ModelOwner& owner);                                        // none serves any more
  base::Result<std::string> bytes(const store::ModelOwner& owner, std::int64_t version) const;  // scoring::decode

 private:
  void place(const store::ModelOwner& owner, std::int64_t version, scoring::ScoringModel model);
  base::Result<scoring::ScoringModel> read(const store::ServingModel& serving) const;
  using ServedModels = std::map<store::ModelOwner, std::shared_ptr<const Served>>;

  ServedModels all_served() const;
  void retire(const store::ModelOwner& owner, const std::shared_ptr<const Served>& model);
  void retire_others(const ServedModels& before, const std::vector<store::ServingModel>& serving);
  void forget_retired();

  const Ports ports_;
  store::ModelStore models_;
  const std::uint32_t threads_;
  mutable std::shared_mutex mutex_;  // guards what follows
  ServedModels served_;
  // What served before, until nobody uses it: freeing a large model is no work for whoever answers.
  std::vector<std::shared_ptr<const Served>> retired_;
};

}  // namespace proffer::service
