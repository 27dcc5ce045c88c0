#include "service/scoring.h"

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "base/time_text.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

json::array importances_of(const training::TrainedScorer& trained) {
  json::array out;
  for (const auto& importance : trained.importances)
    out.push_back({{"name", importance.name}, {"gain", importance.share}});
  return out;
}

json::object parameters_of(const training::TrainedScorer& trained) {
  json::object out;
  for (const auto& [name, value] : trained.found.named) {
    if (value == static_cast<double>(static_cast<std::int64_t>(value))) {
      out[name] = static_cast<std::int64_t>(value);
    } else {
      out[name] = value;
    }
  }
  return out;
}

json::array reliability_of(const training::Figures& figures) {
  json::array out;
  for (const auto& bin : figures.reliability)
    out.push_back(
        {{"rows", bin.rows}, {"mean_probability", bin.mean_probability}, {"positive_share", bin.positive_share}});
  return out;
}

json::object answer_of(const training::TrainedScorer& trained, std::size_t rows) {
  const auto& figures = trained.figures;
  return {{"auc", figures.auc},
          {"logloss", figures.logloss},
          {"brier", figures.brier},
          {"brier_uncalibrated", figures.brier_uncalibrated},
          {"brier_baseline", figures.brier_baseline},
          {"ece", figures.ece},
          {"n", rows},
          {"importances", importances_of(trained)},
          {"best_params", parameters_of(trained)},
          {"calibration_method", calibration::name_of(trained.model.calibrator.method)},
          {"trials", trained.found.trials}};
}

json::object features_of(const scoring::Schema& schema) {
  json::object out;
  for (const auto& feature : schema) out[feature.name] = scoring::name_of(feature.kind);
  return out;
}

}  // namespace

base::Result<json::object> Scoring::train(const store::ModelOwner& owner, std::span<const training::Example> examples,
                                          std::size_t trials, const training::Watch& watch) {
  const auto seed = ports_.entropy.next();
  TRY(auto trained, training::train_scorer(examples, {trials, seed, threads_}, watch));
  auto answer = answer_of(trained, examples.size());
  auto told = answer;
  told["created_at"] = base::TimeZone{}.format(ports_.clock.now());
  told["seed"] = std::to_string(seed);
  told["features"] = features_of(trained.model.schema);
  told["reliability"] = reliability_of(trained.figures);
  watch.tell("keep", 99);
  TRY(const auto version, models_.add(owner, std::move(told), scoring::encode(trained.model)));
  place(owner, version, std::move(trained.model));
  answer["model_version"] = version;
  return answer;
}

void Scoring::place(const store::ModelOwner& owner, std::int64_t version, scoring::ScoringModel model) {
  auto fresh = std::make_shared<const Served>(Served{scoring::Scorer(std::move(model)), version});
  const std::unique_lock lock(mutex_);
  auto& place = served_[owner];
  if (place) retired_.push_back(std::move(place));
  place = std::move(fresh);
}

std::shared_ptr<const Scoring::Served> Scoring::find(const store::ModelOwner& owner) const {
  const std::shared_lock lock(mutex_);
  const auto found = served_.find(owner);
  return found == served_.end() ? nullptr : found->second;
}

base::Result<scoring::ScoringModel> Scoring::read(const store::ServingModel& serving) const {
  TRY(const auto bytes, models_.bytes(serving.owner, serving.version));
  return scoring::decode(bytes);
}

base::Status Scoring::load() {
  forget_retired();
  const auto before = all_served();
  TRY(const auto all, models_.serving());
  for (const auto& serving : all) {
    if (const auto known = find(serving.owner); known && known->version == serving.version) continue;
    auto model = read(serving);
    if (model) {
      place(serving.owner, serving.version, std::move(*model));
    } else if (model.error().kind == base::ErrorKind::unavailable) {
      return tl::unexpected(std::move(model).error());
    } else {
      base::log::error("version {} of the model of '{}' does not serve: {}", serving.version, serving.owner.use_case,
                       model.error().message);
    }
  }
  retire_others(before, all);
  return {};
}

Scoring::ServedModels Scoring::all_served() const {
  const std::shared_lock lock(mutex_);
  return served_;
}

// Nothing when another serves meanwhile.
void Scoring::retire(const store::ModelOwner& owner, const std::shared_ptr<const Served>& model) {
  const std::unique_lock lock(mutex_);
  const auto found = served_.find(owner);
  if (found == served_.end() || found->second != model) return;
  retired_.push_back(std::move(found->second));
  served_.erase(found);
}

// Other nodes withdraw models too. `before`: what served before the list was read, so that one that was trained since
// stays.
void Scoring::retire_others(const ServedModels& before, const std::vector<store::ServingModel>& serving) {
  for (const auto& [owner, model] : before)
    if (std::ranges::find(serving, owner, &store::ServingModel::owner) == serving.end()) retire(owner, model);
}

void Scoring::forget_retired() {
  std::vector<std::shared_ptr<const Served>> unused;  // made before the lock, so freed after it
  const std::unique_lock lock(mutex_);
  const auto used = [](const auto& model) { return model.use_count() > 1; };
  const auto end = std::partition(retired_.begin(), retired_.end(), used);
  unused.assign(std::make_move_iterator(end), std::make_move_iterator(retired_.end()));
  retired_.erase(end, retired_.end());
}

base::Result<std::vector<json::object>> Scoring::versions(const store::ModelOwner& owner) const {
  return models_.versions(owner);
}

base::Status Scoring::serve(const store::ModelOwner& owner, std::int64_t version) {
  TRY(auto model, read({owner, version}));
  TRY_DO(models_.serve(owner, version));
  place(owner, version, std::move(model));
  return {};
}

base::Status Scoring::withdraw(const store::ModelOwner& owner) {
  TRY_DO(models_.withdraw(owner));
  retire(owner, find(owner));
  return {};
}

base::Result<std::string> Scoring::bytes(const store::ModelOwner& owner, std::int64_t version) const {
  return models_.bytes(owner, version);
}

}  // namespace proffer::service
