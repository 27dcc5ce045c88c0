// What do hooks cost a decision? An empty pre_score and post_score should stay below 5 µs together.
//
// First the hooks alone: their arguments are those of a typical decision with two offers, made when a hook looks into
// them, as in the program. Then whole decisions, which are not recorded: two of five offers.
#include <benchmark/benchmark.h>

#include "adapters/lua/engine.h"
#include "adapters/memory/decision_log.h"
#include "adapters/memory/documents.h"
#include "base/entropy.h"
#include "service/decide.h"
#include "service/define.h"

namespace {

using namespace proffer;
namespace json = boost::json;

json::value request() {
  return {{"campaign", "fashion"},
          {"customer", "1234567890"},
          {"channel", "app"},
          {"userid", "api"},
          {"numberoffers", 2},
          {"context", {{"one", "young"}, {"two", "evening"}}},
          {"params", {{"segment", "young"}, {"daytime", "evening"}, {"basket", 125.5}, {"device", "phone"}}},
          {"features", {{"age", 34}, {"income", 5200.75}, {"tenure", 17}, {"city", "Cape Town"}, {"churn", 0.12}}}};
}

json::value offer(int number) {
  json::object result;
  json::object full;
  for (const auto* name : {"cost", "price", "offer_value", "score", "final_score", "arm_reward", "modified_offer_score",
                           "learning_reward", "slot_propensity", "slate_propensity"}) {
    result[name] = 0.25 * number;
    full[name] = 0.25 * number;
  }
  result["offer"] = full["offer"] = "offer_" + std::to_string(number);
  for (const auto* name : {"alpha", "beta", "weighting", "explore", "explore_model", "p", "propensity"}) full[name] = 1;
  return {{"result", std::move(result)}, {"result_full", std::move(full)}, {"rank", number}};
}

json::value result() {
  return {{"uuid", "019f2c3e-7d4b-7000-8000-000000000000"}, {"explore", 0}, {"final_result", {offer(1), offer(2)}}};
}

void run(benchmark::State& state, const char* source) {
  base::SystemClock clock;
  const auto engine = adapters::make_lua_engine(clock);
  const auto program = engine->compile(source).value();
  const service::HookArgument pre[] = {request};
  const service::HookArgument post[] = {result, request};
  for (auto _ : state) {
    auto changed = (*program->open({}))->call("pre_score", pre);
    auto ranked = (*program->open({}))->call("post_score", post);
    if (!changed || !ranked) state.SkipWithError("a hook failed");
    benchmark::DoNotOptimize(ranked);
  }
}

void empty(benchmark::State& state) {
  run(state, "function pre_score(request) end function post_score(result, request) return result end");
}
BENCHMARK(empty);

void reads_a_little(benchmark::State& state) {
  run(state,
      "function pre_score(request) if request.features.age > 30 then return {context = {one = 'old'}} end end "
      "function post_score(result, request) return result end");
}
BENCHMARK(reads_a_little);

void changes_the_slate(benchmark::State& state) {
  run(state,
      "function pre_score(request) return {params = {margin = request.params.basket * 0.2}} end "
      "function post_score(result, request) for _, one in ipairs(result.final_result) do "
      "one.result_full.label = one.result.offer .. ' for ' .. request.customer end return result end");
}
BENCHMARK(changes_the_slate);

void rewards_of_a_hundred_offers(benchmark::State& state) {
  base::SystemClock clock;
  const auto engine = adapters::make_lua_engine(clock);
  const auto program =
      engine->compile("function reward(offer, request) return offer.price > 1 and 2 or 1, 1 end").value();
  const service::HookArgument arguments[] = {[] { return offer(1).at("result"); }, request};
  for (auto _ : state) {
    auto session = program->open({});
    for (int i = 0; i < 100; ++i) benchmark::DoNotOptimize((*session)->call("reward", arguments));
  }
}
BENCHMARK(rewards_of_a_hundred_offers);

class Nowhere final : public service::Outgoing {
 public:
  base::Result<service::OutgoingAnswer> send(const service::OutgoingRequest&) override {
    return base::fail(base::ErrorKind::remote, "there are no other servers here");
  }
};

constexpr auto empty_hooks = "function pre_score(request) end function post_score(result, request) return result end";

void decision(benchmark::State& state, const char* source) {
  base::SystemClock clock;
  base::SystemEntropy entropy;
  adapters::MemoryDocumentStore documents;
  adapters::MemoryDecisionLog log(clock);
  Nowhere outgoing;
  base::Metrics metrics;
  const auto engine = adapters::make_lua_engine(clock);
  const service::Ports ports{documents, log, clock, entropy, outgoing, engine.get()};
  service::Campaigns campaigns({}, engine.get());
  service::Learning learning(ports, campaigns, metrics);
  service::Define define(ports, campaigns, learning);
  service::Decide decide(ports, campaigns, metrics);
  std::vector<json::object> offers;
  for (const auto* name : {"a", "b", "c", "d", "e"}) offers.push_back({{"offer", name}});
  bool made = define.put_campaign("default", "c", {}, {}) && define.change_offers("default", "c", offers, {}, {});
  if (source != nullptr) made = made && define.put_hooks("default", "c", source, {});
  if (!made) return state.SkipWithError("no campaign");
  service::DecideRequest request;
  request.asked = 2;
  request.dry_run = true;
  for (auto _ : state) {
    auto decided = decide.decide(request);
    if (!decided) state.SkipWithError("no decision");
    benchmark::DoNotOptimize(decided);
  }
}

void decision_without_hooks(benchmark::State& state) { decision(state, nullptr); }
BENCHMARK(decision_without_hooks);

void decision_with_empty_hooks(benchmark::State& state) { decision(state, empty_hooks); }
BENCHMARK(decision_with_empty_hooks);

void decision_with_rewards(benchmark::State& state) {
  decision(state, "function reward(offer, request) return offer.offer == 'a' and 2 or 1 end");
}
BENCHMARK(decision_with_rewards);

void decision_with_added_members(benchmark::State& state) {
  decision(state,
           "function post_score(result) for _, one in ipairs(result.final_result) do one.result_full.label = "
           "one.result.offer end return result end");
}
BENCHMARK(decision_with_added_members);

void decision_with_changed_slate(benchmark::State& state) {
  decision(state,
           "changes_slate = true function post_score(result) table.sort(result.final_result, function(a, b) "
           "return a.result.offer < b.result.offer end) return result end");
}
BENCHMARK(decision_with_changed_slate);

}  // namespace

BENCHMARK_MAIN();
