#include "training/search.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "boosting/defaults.h"
#include "boosting/parallel.h"
#include "tuning/median_pruner.h"
#include "tuning/tpe.h"

namespace proffer::training {
namespace {

using tuning::Trial;

constexpr std::uint32_t most_iterations = 500;
constexpr std::uint32_t patience = 30;  // iterations without a better loss
constexpr std::size_t warm_up = 60;     // iterations, so that a small learning rate is not all that is judged

enum Place : std::size_t { learning_rate, depth, l2_leaf_reg, random_strength, subsample, rsm, one_hot_max_size };

constexpr double one_hot_sizes[] = {2, 8, 32};

struct Ended {
  Trial trial;
  std::uint32_t best_iteration = 0;
};

base::Result<Ended> run_trial(const boosting::Table& learned, const boosting::Table& held_out,
                              const tuning::Point& point, std::uint64_t seed, const tuning::MedianPruner& pruner,
                              const Watch& watch) {
  auto parameters = parameters_of(point);
  parameters.seed = seed;
  parameters.iterations = most_iterations;
  parameters.early_stopping_rounds = patience;
  double best = std::numeric_limits<double>::infinity();
  bool pruned = false;
  TRY(auto trained, boosting::train(learned, &held_out, parameters, [&](const boosting::Iteration& iteration) {
        best = std::min(best, *iteration.held_out_loss);
        pruned = pruner.prunes(iteration.number + 1, best);
        return !pruned && !watch.stopped();
      }));
  const auto& losses = trained.held_out_loss;
  Ended out{{point, pruned ? Trial::State::pruned : Trial::State::complete, best, losses}, 0};
  out.best_iteration = static_cast<std::uint32_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  return out;
}

// What CatBoost would take for these rows.
tuning::Point default_point(std::size_t rows) {
  const boosting::Parameters defaults;
  const double rate = boosting::automatic_learning_rate(defaults.loss, true, rows, most_iterations);
  const auto& range = std::get<tuning::Real>(search_space()[learning_rate].range);
  return {std::clamp(rate, range.low, range.high),
          static_cast<double>(defaults.depth),
          defaults.l2_leaf_reg,
          defaults.random_strength,
          0.8,
          defaults.rsm,
          0};
}

// Points for a wave: each knows of those before it that they are under way.
std::vector<tuning::Point> suggest_wave(std::vector<Trial> trials, std::size_t size, std::size_t rows,
                                        std::uint64_t seed) {
  std::vector<tuning::Point> out;
  while (out.size() < size) {
    out.push_back(trials.empty() ? default_point(rows) : tuning::suggest(search_space(), trials, seed));
    trials.push_back({out.back(), Trial::State::running, 0, {}});
  }
  return out;
}

struct Best {
  double value = std::numeric_limits<double>::infinity();
  Ended ended;
};

Found found_of(const Best& best, std::size_t trials, std::uint64_t seed) {
  Found out{parameters_of(best.ended.trial.point), {}, trials};
  out.parameters.seed = seed;
  out.parameters.iterations = best.ended.best_iteration + 1;
  const auto& p = out.parameters;
  out.named = {{"depth", p.depth},
               {"iterations", p.iterations},
               {"l2_leaf_reg", p.l2_leaf_reg},
               {"learning_rate", *p.learning_rate},
               {"one_hot_max_size", p.one_hot_max_size},
               {"random_strength", p.random_strength},
               {"rsm", p.rsm},
               {"subsample", *p.subsample}};
  return out;
}

}  // namespace

const tuning::Space& search_space() {
  static const tuning::Space space{{"learning_rate", tuning::Real{0.02, 0.3, true}},
                                   {"depth", tuning::Integer{3, 8}},
                                   {"l2_leaf_reg", tuning::Real{1, 30, true}},
                                   {"random_strength", tuning::Real{0.1, 10, true}},
                                   {"subsample", tuning::Real{0.5, 1}},
                                   {"rsm", tuning::Real{0.3, 1}},
                                   {"one_hot_max_size", tuning::Choice{std::size(one_hot_sizes)}}};
  return space;
}

boosting::Parameters parameters_of(const tuning::Point& point) {
  boosting::Parameters out;
  out.learning_rate = point[learning_rate];
  out.depth = static_cast<std::uint32_t>(point[depth]);
  out.l2_leaf_reg = point[l2_leaf_reg];
  out.random_strength = point[random_strength];
  out.subsample = point[subsample];
  out.rsm = point[rsm];
  out.one_hot_max_size = static_cast<std::uint32_t>(one_hot_sizes[static_cast<std::size_t>(point[one_hot_max_size])]);
  return out;
}

base::Result<Found> search(const boosting::Table& learned, const boosting::Table& held_out, std::size_t trials,
                           std::uint64_t seed, std::uint32_t threads, const Watch& watch) {
  boosting::Parallel parallel(threads);
  std::vector<Trial> made;
  Best best;
  while (made.size() < trials) {
    const auto points = suggest_wave(made, std::min(wave_trials, trials - made.size()), learned.rows(), seed);
    const tuning::MedianPruner pruner(made, warm_up);
    std::vector<std::optional<base::Result<Ended>>> wave(points.size());
    parallel.for_each(points.size(),
                      [&](std::size_t i) { wave[i] = run_trial(learned, held_out, points[i], seed, pruner, watch); });
    if (watch.stopped()) return base::fail(base::ErrorKind::gone, "training was cancelled");
    for (auto& result : wave) {
      TRY(auto ended, std::move(*result));
      made.push_back(ended.trial);
      if (ended.trial.state == Trial::State::complete && ended.trial.value < best.value)
        best = {ended.trial.value, std::move(ended)};
    }
    watch.tell("search", 70.0 * static_cast<double>(made.size()) / static_cast<double>(trials));
  }
  return found_of(best, made.size(), seed);
}

}  // namespace proffer::training
