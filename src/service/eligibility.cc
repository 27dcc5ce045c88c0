#include "service/eligibility.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "ranking/candidates.h"
#include "ranking/opening_hours.h"

namespace proffer::service {
namespace {

using decision::LeftOut;
using decision::LeftOutBy;

// Sets of names that the request or a list brings.
class Names {
 public:
  explicit Names(const std::vector<std::string>& names) : names_(names.begin(), names.end()) {
    std::ranges::sort(names_);
  }
  bool contain(std::string_view name) const { return std::ranges::binary_search(names_, name); }
  bool empty() const { return names_.empty(); }

 private:
  std::vector<std::string_view> names_;
};

// What a customer has had of each offer that a cap counts.
class CapCounts {
 public:
  CapCounts(const decision::FrequencyCap& cap, const Situation& at) : cap_(cap), definition_(at.definition) {
    const auto& offer_of = at.definition.campaign.offer_of;
    for (const auto& event : at.usage.events(at.customer)) {
      const bool counted = event.acceptance == (cap.on == decision::CountedEvent::acceptance);
      if (!counted || event.date <= at.now - cap.period || event.option >= offer_of.size()) continue;
      add(offer_of[event.option]);
    }
  }

  bool keep_out(const decision::Offer& offer) const {
    if (!cap_.group.empty()) return offer.constraints.group == cap_.group && in_group_ >= cap_.count;
    if (!cap_.offer.empty() && offer.name != cap_.offer) return false;
    const auto found = of_offer_.find(key_of(offer));
    return found != of_offer_.end() && found->second >= cap_.count;
  }

 private:
  decision::OptionId key_of(const decision::Offer& offer) const {
    return definition_.campaign.offer_of[definition_.campaign.options[offer.first].id];
  }
  void add(decision::OptionId offer) {
    ++of_offer_[offer];
    const auto row = definition_.rows.find(offer);
    if (row != definition_.rows.end() && row->second.constraints.group == cap_.group) ++in_group_;
  }

  const decision::FrequencyCap& cap_;
  const Definition& definition_;
  std::unordered_map<decision::OptionId, std::uint32_t> of_offer_;
  std::uint32_t in_group_ = 0;  // means nothing without a group
};

// What was spent of each offer's budget, by the least id of its options.
std::vector<double> spent_by_offer(const Situation& at) {
  const auto& offer_of = at.definition.campaign.offer_of;
  std::vector<double> spent(offer_of.size());
  for (decision::OptionId option = 0; option < offer_of.size(); ++option) {
    spent[offer_of[option]] += at.usage.spent(option);
  }
  return spent;
}

std::optional<std::string_view> text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string_view(value->get_string());
}

// The wall clock that opening hours are read at: the caller may set it.
ranking::WallClock asked_clock(const Situation& at, ranking::WallClock actual) {
  return ranking::set_wall_clock(actual, text_member(at.params, "day"), text_member(at.params, "time"))
      .value_or(actual);
}

class Constraints {
 public:
  explicit Constraints(const Situation& at)
      : at_(at),
        eligible_(at.gathered.eligible_offers),
        clock_(ranking::wall_clock(at.now, at.definition.campaign.time_zone)),
        asked_clock_(asked_clock(at, clock_)),
        quiet_(ranking::quiet_by(at.definition.campaign.constraints.quiet_hours, clock_, at.channel)) {
    if (at.gathered.whitelist) list_.emplace(at.gathered.whitelist->offers);
    if (!at.definition.rules.empty()) rules_.emplace(at.definition.rules, facts_of(at));
    if (at.definition.has_offer_constraints) spent_ = spent_by_offer(at);
    for (const auto& cap : at.definition.campaign.constraints.frequency_caps) caps_.emplace_back(cap, at);
  }

  std::optional<LeftOut> keep_out(std::uint32_t index) const {
    const auto& offer = at_.definition.campaign.offers[index];
    if (quiet_) return LeftOut{index, LeftOutBy::quiet_hours, static_cast<std::uint32_t>(*quiet_)};
    if (!eligible_.empty() && !eligible_.contain(offer.name)) return LeftOut{index, LeftOutBy::eligible_offers};
    if (list_ && list_->contain(offer.name) != at_.gathered.whitelist->only) {
      return LeftOut{index, LeftOutBy::whitelist};
    }
    if (const auto rule = refused(offer)) return LeftOut{index, LeftOutBy::rule, *rule};
    const auto& own = offer.constraints;
    if (own.opening_hours && !is_open(*own.opening_hours, asked_clock_))
      return LeftOut{index, LeftOutBy::opening_hours};
    if (own.spend_limit >= 0 && own.spend_limit - spent_on(offer) <= 0) return LeftOut{index, LeftOutBy::budget};
    return capped(index, offer);
  }

 private:
  static document::RuleFacts facts_of(const Situation& at) {
    const auto& context = at.gathered.context;
    return {nullptr,     &at.gathered.features, &at.params,
            context.one, context.two,           {at.now, at.definition.campaign.time_zone}};
  }
  std::optional<std::uint32_t> refused(const decision::Offer& offer) const {
    if (!rules_) return std::nullopt;
    const auto& campaign = at_.definition.campaign;
    return rules_->refusing(at_.definition.rows.at(campaign.options[offer.first + offer.count - 1].id).attributes);
  }
  double spent_on(const decision::Offer& offer) const {
    const auto& campaign = at_.definition.campaign;
    return spent_[campaign.offer_of[campaign.options[offer.first].id]];
  }
  std::optional<LeftOut> capped(std::uint32_t index, const decision::Offer& offer) const {
    const auto cap = std::ranges::find_if(caps_, [&](const CapCounts& counts) { return counts.keep_out(offer); });
    if (cap == caps_.end()) return std::nullopt;
    return LeftOut{index, LeftOutBy::frequency_cap, static_cast<std::uint32_t>(cap - caps_.begin())};
  }

  const Situation& at_;
  Names eligible_;
  std::optional<Names> list_;
  std::optional<RulesInForce> rules_;
  ranking::WallClock clock_;
  ranking::WallClock asked_clock_;
  std::optional<std::size_t> quiet_;
  std::vector<double> spent_;
  std::vector<CapCounts> caps_;
};

}  // namespace

bool is_constrained(const Definition& definition, const Gathered& gathered) {
  const auto& constraints = definition.campaign.constraints;
  return definition.has_offer_constraints || !definition.rules.empty() || gathered.whitelist ||
         !constraints.frequency_caps.empty() || !constraints.quiet_hours.empty();
}

std::vector<LeftOut> left_out_by_constraints(const Situation& situation) {
  const Constraints constraints(situation);
  std::vector<LeftOut> left_out;
  for (std::uint32_t i = 0; i < situation.definition.campaign.offers.size(); ++i) {
    if (const auto out = constraints.keep_out(i)) left_out.push_back(*out);
  }
  return left_out;
}

void add_unfit(const Definition& definition, const decision::Context& context, std::vector<LeftOut>& left_out) {
  const auto& campaign = definition.campaign;
  std::vector<LeftOut> all;
  auto next = left_out.begin();
  for (std::uint32_t i = 0; i < campaign.offers.size(); ++i) {
    if (next != left_out.end() && next->offer == i) {
      all.push_back(*next++);
    } else if (!ranking::any_fits(campaign, campaign.offers[i], context)) {
      all.push_back({i, LeftOutBy::context});
    }
  }
  left_out = std::move(all);
}

static std::string rule_name(std::uint32_t index, const Definition& definition) {
  const auto place = "dynamic_eligibility.rules[" + std::to_string(index) + "]";
  const auto& name = definition.rules.at(index).name;
  return name.empty() ? place : place + ": " + name;
}

std::string name_of(const LeftOut& left_out, const Definition& definition) {
  switch (left_out.by) {
    case LeftOutBy::quiet_hours:
      return "quiet_hours[" + std::to_string(left_out.which) + "]";
    case LeftOutBy::eligible_offers:
      return "eligible_offers";
    case LeftOutBy::whitelist:
      return "whitelist";
    case LeftOutBy::rule:
      return rule_name(left_out.which, definition);
    case LeftOutBy::opening_hours:
      return "opening_hours";
    case LeftOutBy::budget:
      return "spend_limit";
    case LeftOutBy::frequency_cap:
      return "frequency_caps[" + std::to_string(left_out.which) + "]";
    case LeftOutBy::context:
      return "context";
  }
  return "context";
}

}  // namespace proffer::service
