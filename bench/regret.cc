// How much is lost while an algorithm learns: expected acceptances less than those of the best slate for each customer
// and time, added up, in three simulated worlds, in percent of what random slates lose in the same world by the end.
// The whole decision core runs, without server and log.
//
//   bench_regret OUT [--tiny]    curves into OUT, one JSON line each; final figures on standard output
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

#include "bandit/learned_arms.h"
#include "ranking/decide.h"
#include "regret_worlds.h"

namespace {

using namespace proffer;
using regret::World;
using regret::WorldKind;

constexpr std::uint32_t curve_points = 100;

struct Size {
  std::uint32_t decisions = 20'000;
  std::uint64_t seeds = 10;
};

// Those that do not explore by themselves get the epsilon that the manual advises.
double epsilon_of(const bandit::Algorithm& algorithm) {
  const auto is = [&](std::string_view name) { return algorithm.approach == name || algorithm.sub_approach == name; };
  if (is("binaryThompson") || is("coverageAwareThompson") || is("sentimentalEquilibrium")) return 0;
  return is("prospectTheory") ? 0.1 : 0.05;
}

decision::Campaign campaign_of(const WorldKind& kind, const bandit::Algorithm& algorithm) {
  decision::Campaign campaign;
  campaign.approach = algorithm.approach;
  campaign.sub_approach = algorithm.sub_approach;
  campaign.model_epsilon = epsilon_of(algorithm);
  campaign.learning.fail_reward = 1;
  campaign.learning.processing_window = std::chrono::minutes(kind.window);
  campaign.learning.processing_count = 0;
  campaign.features = {"segment"};
  campaign.option_ids = kind.offers;
  for (std::uint32_t i = 0; i < kind.offers; ++i) {
    decision::Option option;
    option.id = i;
    option.offer = "offer " + std::to_string(i);
    option.stream = base::mix64(i + 1);
    campaign.offers.push_back({option.offer, i, 1});
    campaign.offer_of.push_back(i);
    campaign.options.push_back(std::move(option));
  }
  return campaign;
}

// One run: the regret at each point of the curve.
class Run {
 public:
  Run(const World& world, const bandit::Algorithm& algorithm, std::uint64_t seed)
      : world_(world),
        seed_(seed),
        campaign_(campaign_of(world.kind(), algorithm)),
        policy_(algorithm.make(campaign_)),
        model_(algorithm.make_model == nullptr ? nullptr : algorithm.make_model(campaign_)),
        arms_(campaign_.learning) {
    arms_.resize(campaign_.option_ids);
  }

  std::vector<double> curve(std::uint32_t decisions) {
    std::vector<double> points;
    double sum = 0;
    for (std::uint32_t i = 0; i < decisions; ++i) {
      sum += decide(i);
      if ((i + 1) % (decisions / curve_points) == 0) points.push_back(sum);
    }
    return points;
  }

 private:
  double decide(std::uint32_t i) {
    const base::Time now{std::chrono::minutes(i)};
    arms_.advance(now);
    if (model_) model_->advance(now);
    const std::uint32_t customer = world_.customer_at(i);
    const std::vector<std::string> features{"segment " + std::to_string(world_.segment_of(customer))};
    ranking::Request request;
    request.asked = world_.kind().asked;
    request.seed = base::mix64(seed_ ^ base::mix64(i));
    request.propensities = false;
    request.model = model_.get();
    request.moment = {base::mix64(customer), features};
    const ranking::ArmView arms{arms_.alpha(), arms_.beta(), arms_.contacts(), arms_.accepted()};
    const auto slate = ranking::decide(campaign_, *policy_, arms, request, scratch_);
    learn(i, now, customer, request.moment, slate);
    double lost = world_.reference(i, customer).best;
    for (const auto& shown : slate.shown) lost -= world_.take_up(i, customer, shown.option);
    return lost;
  }

  void learn(std::uint32_t i, base::Time now, std::uint32_t customer, const bandit::Moment& moment,
             const ranking::Slate& slate) {
    const decision::LogPosition position = i + 1;
    for (const auto& shown : slate.shown) arms_.contact(shown.option, now, position, moment.customer);
    if (model_) model_->contact({now, position, moment, slate.shown});
    for (const auto& shown : slate.shown) {
      if (!world_.takes(i, customer, shown.option)) continue;
      arms_.accept(shown.option, now, position);
      if (model_) model_->accept(shown.option, now, position);
    }
  }

  const World& world_;
  std::uint64_t seed_;
  decision::Campaign campaign_;
  std::unique_ptr<bandit::Policy> policy_;
  std::unique_ptr<bandit::Model> model_;
  bandit::LearnedArms arms_;
  ranking::Scratch scratch_;
};

// The slates that no algorithm needs to learn: random ones, and those that are best for all customers together.
std::vector<double> curve_of_reference(const World& world, std::uint32_t decisions, bool random) {
  std::vector<double> points;
  std::vector<std::uint32_t> slate;
  double sum = 0;
  for (std::uint32_t i = 0; i < decisions; ++i) {
    const std::uint32_t customer = world.customer_at(i);
    const auto reference = world.reference(i, customer);
    if (i % (decisions / curve_points) == 0 && !random) slate = world.best_for_all(i);
    sum += reference.best - (random ? reference.random : 0);
    for (const std::uint32_t offer : slate) sum -= world.take_up(i, customer, offer);
    if ((i + 1) % (decisions / curve_points) == 0) points.push_back(sum);
  }
  return points;
}

struct Band {
  std::vector<double> mean, low, high;
};

// Over seeds; `low` and `high` are the least and the largest.
Band band_of(const std::vector<std::vector<double>>& curves) {
  Band band;
  for (std::size_t i = 0; i < curves.front().size(); ++i) {
    double sum = 0;
    double low = curves.front()[i];
    double high = low;
    for (const auto& curve : curves) {
      sum += curve[i];
      low = std::min(low, curve[i]);
      high = std::max(high, curve[i]);
    }
    band.mean.push_back(sum / static_cast<double>(curves.size()));
    band.low.push_back(low);
    band.high.push_back(high);
  }
  return band;
}

std::string number(double value) {
  std::ostringstream text;
  text << std::round(value * 10) / 10;
  return text.str();
}

std::string list(const std::vector<double>& values) {
  std::string text = "[";
  for (const double value : values) text += (text.size() > 1 ? "," : "") + number(value);
  return text + "]";
}

void write(std::ostream& curves, const WorldKind& kind, const std::string& name, const Size& size, const Band& band) {
  const std::string head = R"({"world":")" + std::string(kind.name) + R"(","algorithm":")" + name +
                           R"(","decisions":)" + std::to_string(size.decisions) + R"(,"seeds":)" +
                           std::to_string(size.seeds);
  curves << head << R"(,"mean":)" << list(band.mean) << R"(,"low":)" << list(band.low) << R"(,"high":)"
         << list(band.high) << "}\n";
  std::cout << head << R"(,"regret_percent":)" << number(band.mean.back()) << R"(,"low":)" << number(band.low.back())
            << R"(,"high":)" << number(band.high.back()) << "}" << std::endl;
}

// curve_of(world, seed) for each seed, side by side, in percent of what random slates lose.
template <class CurveOf>
void measure(std::ostream& out, const WorldKind& kind, const std::string& name, const Size& size, CurveOf curve_of) {
  std::vector<std::vector<double>> curves(size.seeds);
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (std::uint64_t i = next++; i < size.seeds; i = next++) {
      const World world(kind, i + 1);
      const double all = curve_of_reference(world, size.decisions, true).back();
      curves[i] = curve_of(world, i + 1);
      for (double& point : curves[i]) point *= 100 / all;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  threads.clear();
  write(out, kind, name, size, band_of(curves));
}

void measure_world(std::ostream& out, const WorldKind& kind, const Size& size) {
  for (const bool random : {true, false}) {
    measure(out, kind, random ? "random slates" : "best for all", size,
            [&](const World& world, std::uint64_t) { return curve_of_reference(world, size.decisions, random); });
  }
  for (const auto& algorithm : bandit::algorithms()) {
    if (algorithm.sub_approach == "generative") continue;  // it knows what a chat model says, and there is none here
    const std::string name(algorithm.sub_approach.empty() ? algorithm.approach : algorithm.sub_approach);
    measure(out, kind, name, size,
            [&](const World& world, std::uint64_t seed) { return Run(world, algorithm, seed).curve(size.decisions); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: bench_regret OUT [--tiny]\n";
    return 2;
  }
  const bool tiny = argc > 2 && std::strcmp(argv[2], "--tiny") == 0;
  std::ofstream out(argv[1]);
  for (const auto& kind : regret::world_kinds()) measure_world(out, kind, tiny ? Size{400, 2} : Size{});
  out.flush();
  return out ? 0 : 1;
}
