#include "bandit/long_tail.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <vector>

#include "bandit/factorization.h"
#include "bandit/take_ups.h"
#include "bandit/valued_policy.h"
#include "bandit/weightings.h"
#include "base/limits.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

constexpr std::uint64_t option_salt = 0x5d1f0c83a7b2e469ULL;
constexpr std::uint64_t customer_salt = 0xb7e151628aed2a6bULL;
constexpr double spread = 0.01;  // of vectors of what was never seen

double entropy(double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

// Box and Muller, 1958.
double standard_normal(base::RandomStream& random) {
  const double radius = std::sqrt(-2 * std::log(random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

void draw_unseen(std::uint64_t key, std::uint64_t salt, std::span<double> row) {
  base::RandomStream random(key, salt);
  for (double& x : row) x = spread * standard_normal(random);
}

class LongTail final : public HistoryModel {
 public:
  explicit LongTail(const decision::Campaign& campaign)
      : HistoryModel(campaign, {.features = false, .customers = true, .contacts = base::limits::factor_contacts}),
        settings_(campaign.settings.long_tail) {
    items_.dimensions = settings_.latent_dim;
  }

  void predict(const Moment& moment, std::span<const decision::OptionId> options,
               std::span<double> values) const override {
    if (!half_step_) return static_cast<void>(std::ranges::fill(values, unknown_value));
    const auto customer = customer_row(moment.customer);
    for (std::size_t i = 0; i < options.size(); ++i) {
      const auto item = item_row(options[i]);
      values[i] = std::inner_product(customer.begin(), customer.end(), item.begin(), 0.0) * boost(options[i]);
    }
  }

 private:
  double boost(decision::OptionId option) const {
    const TakeUp take_up = take_ups_.of(option);
    const double exposure = to_real(take_up.contacts);
    return std::pow(exposure + 1, -settings_.gamma) * (1 + settings_.entropy_weight * entropy(take_up.chance()));
  }

  std::vector<double> item_row(decision::OptionId option) const {
    std::vector<double> row(items_.dimensions);
    if (const auto place = place_of(option))
      std::ranges::copy(items_.row(*place), row.begin());
    else
      draw_unseen(option, option_salt, row);
    return row;
  }

  std::vector<double> customer_row(std::uint64_t customer) const {
    std::map<std::uint32_t, std::int64_t> weights;
    for (const PastSlate* slate : slates_of(customer, base::limits::customer_contacts)) {
      for (const PastContact& contact : slate->shown) {
        const auto place = place_of(contact.option);
        if (contact.accepted && contact.weight > 0 && place) weights[*place] += contact.weight;
      }
    }
    std::vector<Acceptance> accepted;
    accepted.reserve(weights.size());
    for (const auto& [place, weight] : weights) accepted.push_back({place, to_real(weight)});
    std::vector<double> row(items_.dimensions);
    if (accepted.empty())
      draw_unseen(customer, customer_salt, row);
    else
      half_step_->solve(accepted, row);
    return row;
  }

  std::optional<std::uint32_t> place_of(decision::OptionId option) const {
    const auto found = std::ranges::lower_bound(fitted_, option);
    if (found == fitted_.end() || *found != option) return std::nullopt;
    return static_cast<std::uint32_t>(found - fitted_.begin());
  }

  void contacted() override {
    if (since_fit_ >= std::max<std::size_t>(16, selected() / 8)) fit();
  }

  void fit() {
    since_fit_ = 0;
    fitted_.clear();
    for (const auto& [option, take_up] : take_ups_.all()) fitted_.push_back(option);
    std::ranges::sort(fitted_);
    const auto users = acceptances();
    items_.values.assign(fitted_.size() * items_.dimensions, 0.0);
    for (std::size_t i = 0; i < fitted_.size(); ++i) draw_unseen(fitted_[i], option_salt, items_.row(i));
    fit_items(users, settings_.regularisation, sweeps(users), items_);
    hold(!users.empty());
  }

  // Keeps the fit as what customers' vectors follow from, or nothing.
  void hold(bool any) {
    half_step_.reset();
    if (!any) {
      fitted_.clear();
      items_.values.clear();
    } else {
      half_step_.emplace(items_, settings_.regularisation);
    }
  }

  // What each customer accepted of the fitted options.
  std::vector<std::vector<Acceptance>> acceptances() const {
    std::map<std::uint64_t, std::map<std::uint32_t, std::int64_t>> weights;
    for (const auto& [key, slate] : slates()) {
      for (const PastContact& contact : slate.shown) {
        if (contact.accepted && contact.weight > 0)
          weights[slate.customer][*place_of(contact.option)] += contact.weight;
      }
    }
    std::vector<std::vector<Acceptance>> users;
    for (const auto& [customer, accepted] : weights) {
      auto& user = users.emplace_back();
      for (const auto& [place, weight] : accepted) user.push_back({place, to_real(weight)});
    }
    return users;
  }

  std::size_t sweeps(std::span<const std::vector<Acceptance>> users) const {
    std::size_t accepted = 0;
    for (const auto& user : users) accepted += user.size();
    const std::size_t d = items_.dimensions;
    const std::size_t steps = (2 * accepted + (users.size() + fitted_.size()) * (1 + d / 3)) * d * d;
    return std::clamp<std::size_t>(base::limits::factor_steps / std::max<std::size_t>(1, steps), 1,
                                   settings_.iterations);
  }

  void added(const PastSlate& slate) override {
    take_ups_.count(slate, 1);
    since_fit_ += slate.shown.size();
  }
  void removed(const PastSlate& slate) override { take_ups_.count(slate, -1); }
  void accepted(const PastSlate&, const PastContact& contact) override { take_ups_.accept(contact); }

  void forget_own() override {
    since_fit_ = 0;
    hold(false);
  }

  void encode_own(base::ByteWriter& out) const override {
    out.varint(since_fit_);
    out.varint(fitted_.size());
    for (const auto option : fitted_) out.varint(option);
    for (const double value : items_.values) out.real(value);
  }

  bool decode_own(base::ByteReader& in) override {
    since_fit_ = in.varint();
    const std::uint64_t count = in.varint();
    if (!in.ok() || count > in.remaining() / (1 + 8 * items_.dimensions)) return false;
    for (std::uint64_t i = 0; i < count; ++i) fitted_.push_back(static_cast<decision::OptionId>(in.varint()));
    if (std::ranges::adjacent_find(fitted_, std::greater_equal()) != fitted_.end()) return false;
    items_.values.resize(count * items_.dimensions);
    for (double& value : items_.values) value = in.real();
    hold(count > 0);
    return true;
  }

  std::size_t own_bytes() const override {
    return take_ups_.memory_bytes() + fitted_.capacity() * sizeof(decision::OptionId) +
           items_.values.capacity() * sizeof(double);
  }

  decision::AlgorithmSettings::LongTail settings_;
  TakeUps take_ups_;
  std::size_t since_fit_ = 0;               // contacts that came in
  std::vector<decision::OptionId> fitted_;  // ascending; one row of items_ each
  Factors items_;
  std::optional<HalfStep> half_step_;  // on items_
};

}  // namespace

std::unique_ptr<Model> make_long_tail(const decision::Campaign& campaign) {
  return std::make_unique<LongTail>(campaign);
}

std::unique_ptr<Policy> make_long_tail_policy(const decision::Campaign& campaign) {
  return make_valued_policy(
      [weightings = Weightings(campaign)](const Candidates& candidates, std::span<double> values) {
        model_values(candidates, values);
        for (std::size_t arm = 0; arm < values.size(); ++arm) values[arm] *= weightings.of(candidates, arm);
      });
}

}  // namespace proffer::bandit
