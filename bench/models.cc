// What a model beside the arms costs a decision: its prediction for all offers, and learning from the slate and its
// outcome, with a full history of `contacts` contacts in slates of three.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bandit/algorithm.h"
#include "base/random.h"

namespace {

using namespace proffer;

constexpr std::size_t asked = 3;
constexpr std::uint64_t customers = 500;

decision::Campaign make_campaign(std::uint64_t contacts, bool from_log) {
  decision::Campaign campaign;
  campaign.learning.processing_window = base::Micros{0};
  campaign.learning.processing_count = contacts;
  campaign.settings.q_learning.from_log = from_log;
  for (int i = 0; i < 5; ++i) campaign.features.push_back("feature " + std::to_string(i));
  return campaign;
}

// One decision after the other by a customer drawn at random; a tenth of the offers is accepted.
class History {
 public:
  History(bandit::Model& model, std::size_t offers) : model_(model), offers_(offers), features_(5) {}

  bandit::Moment next_customer() {
    customer_ = random_.below(customers);
    for (std::size_t i = 0; i < features_.size(); ++i) features_[i] = std::to_string((customer_ >> i) % 4);
    return {base::mix64(customer_), features_};
  }

  void learn(const bandit::Moment& moment) {
    std::vector<decision::ShownOffer> shown(asked);
    const auto first = random_.below(offers_);
    for (std::size_t i = 0; i < asked; ++i)
      shown[i].option = static_cast<decision::OptionId>((first + 7 * i) % offers_);
    const base::Time date{base::Micros{static_cast<std::int64_t>(++position_)}};
    model_.contact({date, position_, moment, shown});
    for (const auto& offer : shown) {
      if (random_.below(10) == 0) model_.accept(offer.option, date, position_);
    }
  }

 private:
  bandit::Model& model_;
  std::size_t offers_;
  std::uint64_t customer_ = 0;
  std::vector<std::string> features_;
  decision::LogPosition position_ = 0;
  base::RandomStream random_{7, 1};
};

void run(benchmark::State& state, const char* approach, const char* sub_approach, bool from_log = false) {
  const auto offers = static_cast<std::size_t>(state.range(0));
  const auto contacts = static_cast<std::uint64_t>(state.range(1));
  const auto* algorithm = *bandit::find_algorithm(approach, sub_approach);
  const auto model = algorithm->make_model(make_campaign(contacts, from_log));
  History history(*model, offers);
  for (std::uint64_t i = 0; i < contacts / asked + 1; ++i) history.learn(history.next_customer());
  std::vector<decision::OptionId> options(offers);
  for (std::size_t i = 0; i < offers; ++i) options[i] = static_cast<decision::OptionId>(i);
  std::vector<double> values(offers);
  for (auto _ : state) {
    const auto moment = history.next_customer();
    model->predict(moment, options, values);
    history.learn(moment);
    benchmark::DoNotOptimize(values.data());
  }
  state.counters["MB"] = static_cast<double>(model->memory_bytes()) / 1e6;
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"offers", "contacts"})
      ->Args({20, 1'000})
      ->Args({100, 1'000})
      ->Args({100, 50'000})
      ->Args({1'000, 50'000});
}

BENCHMARK_CAPTURE(run, naive_bayes, "naiveBayes", "")->Apply(sizes);
BENCHMARK_CAPTURE(run, q_learning_from_log, "QLearning", "", true)->Apply(sizes);
BENCHMARK_CAPTURE(run, q_learning_by_simulation, "QLearning", "")->Apply(sizes);
BENCHMARK_CAPTURE(run, network, "Network", "")->Apply(sizes);
BENCHMARK_CAPTURE(run, long_tail, "behaviorAlgos", "longTailBoostMF")->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
