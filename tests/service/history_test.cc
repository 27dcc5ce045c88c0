// Random histories over everything that writes to the log: what is in service must at all times be what the log says.
#include <gmock/gmock.h>

#include <random>

#include "service/world.h"

namespace proffer::tests {
namespace {

class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed), stores_(seed), world_(std::make_unique<World>(stores_)) {
    world_->campaign("one", {"a", "b", "c"}, settings());
    world_->campaign("two", {"a", "b"}, settings());
  }

  void step() {
    const auto dice = below(100);
    if (dice < 45) return decide();
    if (dice < 70) return respond();
    if (dice < 76) return import();
    if (dice < 84) return move_clock();
    if (dice < 87) return edit();
    if (dice < 91) return change_offers();
    if (dice < 93) return recompute();
    if (dice < 95) return reset();
    if (dice < 97) return checkpoint();
    if (dice < 98) return fail_a_commit();
    if (dice < 99) return refresh();
    restart();
  }

  void check() {
    for (const auto& live : world_->campaigns.all()) {
      EXPECT_EQ(world_->in_service(*live), world_->from_the_log(*live)) << live->current()->campaign.name;
      check_the_rest(*live);
      const std::lock_guard lock(live->mutex);
      EXPECT_EQ(live->definition->campaign.learning.decay_gamma, live->definition->document.randomisation.decay_gamma);
    }
  }

 private:
  // Beside the arms: budgets, caps, repeated answers, arms of each customer's own, and what a model says.
  void check_the_rest(service::LiveCampaign& live) {
    const auto definition = live.current();
    auto folded = service::nothing_folded(*definition);
    EXPECT_TRUE(service::fold_log(stores_.log, *definition, folded, stores_.log.committed()));
    const auto now = world_->last_logged();
    const std::lock_guard lock(live.mutex);
    folded.learned.advance(now);
    live.learned.advance(now);
    EXPECT_EQ(seen(live.learned, *definition, now), seen(folded.learned, *definition, now));
  }

  static std::string answers_in(const service::Learned& learned) {
    std::string bytes;
    base::ByteWriter out(bytes);
    learned.answers.encode(out);
    return bytes;
  }

  struct Seen {
    std::vector<double> numbers;
    std::string answers;
    bool operator==(const Seen&) const = default;
  };
  static Seen seen(service::Learned& learned, const service::Definition& definition, base::Time now) {
    Seen out;
    out.answers = answers_in(learned);
    for (decision::OptionId i = 0; i < definition.campaign.option_ids; ++i)
      out.numbers.push_back(learned.usage.spent(i));
    for (int i = 0; i < 4; ++i) {
      const auto customer = service::customer_key("customer" + std::to_string(i));
      for (const auto& event : learned.usage.events(customer)) {
        if (event.date <= now - cap_period) continue;
        out.numbers.push_back(static_cast<double>(event.date.time_since_epoch().count()) + event.option);
      }
      if (learned.personal) add_personal(learned, customer, now, definition.campaign.option_ids, out.numbers);
    }
    return out;
  }
  static void add_personal(service::Learned& learned, std::uint64_t person, base::Time now, std::size_t options,
                           std::vector<double>& out) {
    std::vector<double> values[4];
    for (auto& value : values) value.resize(options);
    learned.personal->add(person, now, {values[0], values[1], values[2], values[3]});
    for (const auto& value : values) out.insert(out.end(), value.begin(), value.end());
  }

  static constexpr base::Micros cap_period{std::chrono::minutes{5}};

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string name() { return below(2) == 0 ? "one" : "two"; }

  // Small windows, counts and caps, so that contacts drop out all the time.
  std::string settings() {
    constexpr std::int64_t windows[] = {0, 60'000, 3'600'000};
    constexpr int counts[] = {0, 3, 10};
    constexpr double decays[] = {1, 1, 2, 1.3};
    json::object contextual;
    if (below(3) == 0) contextual["tracking_key"] = "household";
    json::array caps;
    if (below(2) == 0) caps.push_back({{"count", 3}, {"period", "5 minutes"}});
    return json::serialize(json::object{{"frequency_caps", caps},
                                        {"contextual_variables", contextual},
                                        {"offer_cache_ms", below(2) * 10'000},
                                        {"spend_on", below(2) == 0 ? "contact" : "acceptance"},
                                        {"randomisation",
                                         {{"approach", below(2) == 0 ? "binaryThompson" : "epsilonGreedy"},
                                          {"processing_window", windows[below(3)]},
                                          {"processing_count", counts[below(3)]},
                                          {"interaction_count", counts[below(3)]},
                                          {"decay_gamma", decays[below(4)]},
                                          {"fail_reward", 0.25}}}});
  }

  std::string customer() { return "customer" + std::to_string(below(4)); }

  void decide() {
    const auto made = world_->decided(name(), static_cast<std::uint32_t>(1 + below(3)), customer());
    if (!made.record.shown.empty())
      shown_.emplace_back(made.record.uuid, offer_at(made, below(made.record.shown.size())));
  }

  void respond() {
    if (shown_.empty()) return decide();
    const auto& [uuid, offer] = shown_[below(shown_.size())];
    const auto answer = world_->responded(uuid, {offer});
    EXPECT_TRUE(answer) << answer.error().message;
  }

  void import() {
    const auto to = name();
    const auto live = world_->campaigns.find("default", to);
    const auto& options = live->current()->campaign.options;
    std::vector<json::object> rows;
    for (std::uint64_t i = 0; i <= below(4); ++i) {
      const auto age = std::chrono::milliseconds(below(2) == 0 ? below(100'000) : below(10'000'000));
      rows.push_back({{"offer", options[below(options.size())].offer},
                      {"customer_id", customer()},
                      {"datetime", base::TimeZone{}.format(stores_.clock.now() - age)},
                      {"accepted", below(2)},
                      {"propensity_score", 0.25}});
    }
    const auto imported = world_->import_decisions.run("default", to, rows, std::nullopt);
    EXPECT_TRUE(imported) << imported.error().message;
  }

  void move_clock() {
    const auto by = std::chrono::milliseconds(below(3) == 0 ? below(4'000'000) : below(20'000));
    stores_.clock.advance(below(5) == 0 ? -base::Micros(by) : base::Micros(by));
  }

  void edit() {
    const auto stored = world_->define.put_campaign("default", name(), object_of(settings()), {});
    EXPECT_TRUE(stored) << stored.error().message;
  }

  // Retires some offers, brings others back, and gives them other priors.
  void change_offers() {
    std::vector<json::object> rows;
    for (const auto* offer : {"a", "b", "c", "d"}) {
      if (below(3) != 0)
        rows.push_back({{"offer", offer},
                        {"alpha_zero", 1 + below(3)},
                        {"learning_reward", 1 + below(2)},
                        {"cost", below(3)},
                        {"spend_limit", below(2) == 0 ? -1 : static_cast<int>(below(40))}});
    }
    if (rows.empty()) rows.push_back({{"offer", "a"}});
    const auto changed =
        world_->define.change_offers("default", name(), rows, {.replace = below(2) == 0, .call = {}}, {});
    EXPECT_TRUE(changed) << changed.error().message;
  }

  void recompute() { EXPECT_TRUE(world_->learning.recompute_all()); }

  // No use case resets options yet: the record goes straight into the log, and a refresh obeys it.
  void reset() {
    world_->append(decision::ResetRecord{world_->campaigns.find("default", name())->current()->campaign.number});
    refresh();
  }

  void checkpoint() { EXPECT_TRUE(world_->learning.save_checkpoints(1)); }

  void refresh() { EXPECT_TRUE(world_->learning.refresh()); }

  void fail_a_commit() {
    stores_.log_faults.fail_next(1);
    service::DecideRequest request;
    request.campaign = name();
    EXPECT_FALSE(world_->decided(request));
    EXPECT_FALSE(world_->decided(request));
    const auto recovered = world_->learning.recover();
    EXPECT_TRUE(recovered) << recovered.error().message;
  }

  void restart() { world_ = std::make_unique<World>(stores_); }

  std::mt19937_64 random_;
  Stores stores_;
  std::unique_ptr<World> world_;
  std::vector<std::pair<base::Uuid, std::string>> shown_;
};

TEST(RandomHistories, LeaveInServiceExactlyWhatTheWholeLogGives) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(seed);
    for (int step = 0; step < 250 && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      history.step();
      if (step % 5 == 0) history.check();
    }
    history.check();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace proffer::tests
