#include "service/campaign_hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/limits.h"
#include "document/json.h"
#include "service/result_text.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view changes_slate = "changes_slate";
constexpr double largest_reward = 1e9;
constexpr double largest_learning_reward = 1000;

base::Error refused(std::string_view function, const std::string& why) {
  return {base::ErrorKind::hook_failed, fmt::format("{}: {}", function, why), {}};
}

bool fails_requests(const Definition& definition) { return definition.document.hook_failure == "fail"; }

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const auto& value : values) out.emplace_back(value);
  return out;
}

}  // namespace

json::object request_json(const HookSubject& subject, const Gathered& gathered) {
  const auto& campaign = subject.definition.campaign;
  json::object out{{"campaign", campaign.name},
                   {"subcampaign", subject.subcampaign},
                   {"customer", subject.customer},
                   {"channel", subject.channel},
                   {"userid", subject.userid},
                   {"numberoffers", subject.asked},
                   {"datetime", campaign.time_zone.format(subject.time)},
                   {"context", {{"one", gathered.context.one}, {"two", gathered.context.two}}},
                   {"params", subject.params},
                   {"features", gathered.features}};
  if (!gathered.eligible_offers.empty()) out["eligible_offers"] = texts(gathered.eligible_offers);
  if (gathered.epsilon) out["epsilon"] = *gathered.epsilon;
  return out;
}

namespace {

// ---- pre_score -----------------------------------------------------------------------------------------------------

// Reads what pre_score returned into `gathered`.
class Changes {
 public:
  Changes(const json::object& returned, const HookSubject& subject, Gathered& gathered)
      : returned_(returned), subject_(subject), gathered_(gathered) {}

  base::Status apply() {
    const auto request = request_json(subject_, gathered_);
    for (const auto& [name, value] : returned_) TRY_DO(apply_member(name, value, request));
    return {};
  }

 private:
  static tl::unexpected<base::Error> refuse(std::string_view member, std::string_view why) {
    return tl::unexpected(refused("pre_score", fmt::format("{} {}", member, why)));
  }

  base::Status apply_member(std::string_view name, const json::value& value, const json::object& request) {
    if (name == "context") return context(value);
    if (name == "features") return features(value);
    if (name == "eligible_offers") return eligible(value);
    if (name == "epsilon") return epsilon(value);
    const auto* own = request.if_contains(name);  // a hook may return the whole request
    if (own != nullptr && *own == value) return {};
    return refuse(name, "cannot be changed; context, features, eligible_offers and epsilon can");
  }

  base::Status context(const json::value& value) {
    if (!value.is_object()) return refuse("context", "must be a table with one and two");
    for (const auto& [name, part] : value.get_object()) {
      if (name != "one" && name != "two") return refuse("context", "must be a table with one and two");
      auto& out = name == "one" ? gathered_.context.one : gathered_.context.two;
      if (part.is_string()) {
        out = part.get_string();
      } else if (part.is_null()) {
        out.clear();
      } else if (part.is_number() || part.is_bool()) {
        out = document::json_text(part);
      } else {
        return refuse("context", "must hold text, numbers, true or false");
      }
      if (out.size() > base::limits::text_field_bytes) return refuse("context", "is too long");
    }
    return {};
  }

  base::Status features(const json::value& value) {
    if (!value.is_object()) return refuse("features", "must be a table with names");
    for (const auto& [name, feature] : value.get_object()) gathered_.features[name] = feature;
    return {};
  }

  // An array of names, or an object whose keys are names as in a request.
  base::Status eligible(const json::value& value) {
    std::set<std::string, std::less<>> names;
    if (const auto* array = value.if_array()) {
      for (const auto& name : *array) {
        if (!name.is_string()) return refuse("eligible_offers", "must be names of offers");
        names.emplace(name.get_string());
      }
    } else if (value.is_object()) {
      for (const auto& [name, ignored] : value.get_object()) names.emplace(name);
    } else {
      return refuse("eligible_offers", "must be names of offers");
    }
    auto& offers = gathered_.eligible_offers;
    if (offers.empty()) {
      offers.assign(names.begin(), names.end());
    } else {
      std::erase_if(offers, [&](const std::string& offer) { return !names.contains(offer); });
    }
    if (offers.empty()) offers.emplace_back();  // none: no offer has an empty name, and no name at all means all
    return {};
  }

  base::Status epsilon(const json::value& value) {
    const double share = value.is_number() ? value.to_number<double>() : -1;
    if (!(share >= 0 && share <= 1)) return refuse("epsilon", "must be a number from 0 to 1");
    gathered_.epsilon = share;
    return {};
  }

  const json::object& returned_;
  const HookSubject& subject_;
  Gathered& gathered_;
};

base::Status pre_score(const HookSubject& subject, Gathered& gathered) {
  TRY(const auto session, subject.definition.hooks->open({}));
  const HookArgument arguments[] = {[&] { return request_json(subject, gathered); }};
  TRY(const auto returned, session->call("pre_score", arguments));
  if (returned.unchanged) return {};
  const auto* changes = returned.values.front().if_object();
  if (changes == nullptr) return tl::unexpected(refused("pre_score", "must return a table with names, or nothing"));
  auto changed = gathered;
  TRY_DO(Changes(*changes, subject, changed).apply());
  if (!changed.hooks) changed.hooks.emplace();  // so that the record tells
  gathered = std::move(changed);
  return {};
}

// ---- reward --------------------------------------------------------------------------------------------------------

// What the offer's row says, with the values that hold where it says nothing.
json::object offer_json(const Definition& definition, const decision::Option& option) {
  auto out = definition.rows.at(option.id).attributes;
  out["offer"] = option.offer;
  out["cost"] = option.cost;
  out["price"] = option.price;
  out["offer_value"] = option.value;
  out["weighting"] = option.weighting;
  out["learning_reward"] = option.learning_reward;
  out["contextual_variable_one"] = option.context.one;
  out["contextual_variable_two"] = option.context.two;
  return out;
}

// The options that stand for the offers which may be chosen: the first of each that fits the context.
std::vector<const decision::Option*> choosable(const decision::Campaign& campaign, const Gathered& gathered) {
  const std::set<std::string_view> eligible(gathered.eligible_offers.begin(), gathered.eligible_offers.end());
  const auto fits = [&](const decision::Option& option) {
    const auto matches = [](const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; };
    return matches(option.context.one, gathered.context.one) && matches(option.context.two, gathered.context.two);
  };
  std::vector<const decision::Option*> out;
  for (const auto& offer : campaign.offers) {
    if (!eligible.empty() && !eligible.contains(offer.name)) continue;
    const auto options = std::span(campaign.options).subspan(offer.first, offer.count);
    if (const auto found = std::ranges::find_if(options, fits); found != options.end()) out.push_back(&*found);
  }
  return out;
}

base::Status take_reward(const std::string& offer, const char* what, const json::value& value, double largest,
                         std::map<std::string, double>& out) {
  if (value.is_null()) return {};
  const double number = value.is_number() ? value.to_number<double>() : 0;
  if (!(number > 0 && number <= largest)) {
    return tl::unexpected(refused("reward", fmt::format("{} of offer '{}' must be a number above 0, at most {}, not {}",
                                                        what, offer, largest, document::json_excerpt(value))));
  }
  out[offer] = number;
  return {};
}

// `return reward, learning_reward`, or a table with these names.
base::Status take_rewards(const std::string& offer, const HookReturned& returned, HookResults& out) {
  if (returned.unchanged) return {};
  const auto& values = returned.values;
  const auto* table = values.front().if_object();
  const auto named = [&](std::string_view name) {
    const auto* value = table->if_contains(name);
    return value == nullptr ? json::value(nullptr) : *value;
  };
  const json::value none;
  TRY_DO(
      take_reward(offer, "reward", table != nullptr ? named("reward") : values.front(), largest_reward, out.rewards));
  return take_reward(offer, "learning_reward",
                     table != nullptr    ? named("learning_reward")
                     : values.size() > 1 ? values[1]
                                         : none,
                     largest_learning_reward, out.learning_rewards);
}

base::Status rewards(const HookSubject& subject, Gathered& gathered) {
  HookResults results = gathered.hooks.value_or(HookResults{});
  TRY(const auto session, subject.definition.hooks->open({}));
  const decision::Option* offer = nullptr;
  const HookArgument arguments[] = {[&] { return offer_json(subject.definition, *offer); },
                                    [&] { return request_json(subject, gathered); }};
  for (const auto* one : choosable(subject.definition.campaign, gathered)) {
    offer = one;
    TRY(const auto returned, session->call("reward", arguments));
    TRY_DO(take_rewards(one->offer, returned, results));
  }
  if (!results.rewards.empty() || !results.learning_rewards.empty()) gathered.hooks = std::move(results);
  return {};
}

// Runs one of them; what its error means is the campaign's choice.
base::Status run_before(base::Status (*hook)(const HookSubject&, Gathered&), std::string_view name,
                        const HookSubject& subject, Gathered& gathered, HookErrors& errors) {
  const auto& definition = subject.definition;
  if (!definition.hooks->defines(name)) return {};
  const auto done = hook(subject, gathered);
  if (done) return {};
  errors.count(definition.campaign.name, std::string(name));
  if (fails_requests(definition)) return tl::unexpected(failed_by_hook(definition, done.error().message));
  if (!gathered.hooks) gathered.hooks.emplace();
  gathered.hooks->errors.push_back(done.error().message);
  return {};
}

// ---- post_score ----------------------------------------------------------------------------------------------------

json::object result_json(const HookSubject& subject, const decision::DecisionRecord& record) {
  std::string text;
  append_final_result(text, record, subject.definition);
  auto results = document::parse_json(text, "final_result");
  return {{"uuid", record.uuid.to_string()},
          {"explore", record.explore ? 1 : 0},
          {"final_result", results ? std::move(*results) : json::value(json::array())}};
}

// What post_score made of a slate: which of its places are left, in which order, and what each gained.
struct Rearranged {
  std::vector<std::size_t> places;
  std::vector<json::object> added;
};

class PostScore {
 public:
  PostScore(const HookSubject& subject, const decision::DecisionRecord& record, const Gathered& gathered)
      : subject_(subject), record_(record), gathered_(gathered) {}

  base::Result<Rearranged> run() {
    TRY(const auto session, subject_.definition.hooks->open({}));
    const HookArgument arguments[] = {[&] { return result(); }, [&] { return request_json(subject_, gathered_); }};
    TRY(const auto returned, session->call("post_score", arguments));
    if (returned.unchanged) return as_it_was();
    const auto* table = returned.values.front().if_object();
    const auto* items = table == nullptr ? nullptr : table->if_contains("final_result");
    if (items == nullptr || (!items->is_array() && !is_empty_object(*items))) {
      return refuse("must return a table with the array final_result, or nothing");
    }
    return read(items->is_array() ? items->get_array() : json::array());
  }

 private:
  static tl::unexpected<base::Error> refuse(const std::string& why) {
    return tl::unexpected(refused("post_score", why));
  }
  // A table without elements, made anew, does not say which of the two it is.
  static bool is_empty_object(const json::value& value) { return value.is_object() && value.get_object().empty(); }

  const json::object& result() {
    if (result_.empty()) result_ = result_json(subject_, record_);
    return result_;
  }

  Rearranged as_it_was() const {
    Rearranged out;
    for (std::size_t place = 0; place < record_.shown.size(); ++place) out.places.push_back(place);
    out.added.resize(out.places.size());
    return out;
  }

  base::Result<Rearranged> read(const json::array& items) {
    Rearranged out;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      TRY(const auto place, place_of(items[i], i));
      if (std::ranges::find(out.places, place) != out.places.end()) {
        return refuse(fmt::format("final_result[{}] stands there twice", i + 1));
      }
      TRY(auto added, added_to(items[i], place));
      bytes += added.empty() ? 0 : document::json_text(added).size();
      out.places.push_back(place);
      out.added.push_back(std::move(added));
    }
    if (bytes > base::limits::hook_added_bytes) {
      return refuse(fmt::format("adds more than {} bytes", base::limits::hook_added_bytes));
    }
    if (out.places == as_it_was().places || subject_.definition.hooks->defines(changes_slate)) return out;
    return refuse("changes the offers or their order; a source that does so must say changes_slate = true");
  }

  base::Result<std::size_t> place_of(const json::value& item, std::size_t index) const {
    const auto* result = item.is_object() ? item.get_object().if_contains("result") : nullptr;
    const auto* offer = result != nullptr && result->is_object() ? result->get_object().if_contains("offer") : nullptr;
    for (std::size_t place = 0; offer != nullptr && place < record_.shown.size(); ++place) {
      const auto* option = subject_.definition.option(record_.shown[place].option);
      if (offer->is_string() && option->offer == std::string_view(offer->get_string())) return place;
    }
    return refuse(fmt::format("final_result[{}] has no result.offer that was in the slate", index + 1));
  }

  // The members of result_full that were not there before. What was there is of the record and stays.
  base::Result<json::object> added_to(const json::value& item, std::size_t place) {
    json::object added;
    const auto& before = result().at("final_result").as_array()[place].as_object();
    for (const auto& [name, value] : item.get_object()) {
      const auto* was = before.if_contains(name);
      if (was != nullptr && *was == value) continue;
      if (name != "result_full" || !value.is_object()) return refuse(std::string(name) + " cannot be changed");
      for (const auto& [member, one] : value.get_object()) {
        const auto* old = was->as_object().if_contains(member);
        if (old == nullptr) added[member] = one;
        if (old != nullptr && *old != one) return refuse("result_full." + std::string(member) + " cannot be changed");
      }
    }
    return added;
  }

  const HookSubject& subject_;
  const decision::DecisionRecord& record_;
  const Gathered& gathered_;
  json::object result_;
};

// How often each of the offers shown came into its place and into the slate, counting the decision itself: never 0.
base::Status count_propensities(const HookSubject& subject, decision::DecisionRecord& record, const Gathered& gathered,
                                const Redraw& redraw) {
  constexpr auto redraws = base::limits::hook_redraws;
  std::vector<std::uint32_t> in_place(record.shown.size(), 1);
  std::vector<std::uint32_t> in_slate(record.shown.size(), 1);
  auto other = record;
  for (std::uint32_t n = 1; n <= redraws; ++n) {
    other.shown = redraw(n);
    TRY(const auto changed, PostScore(subject, other, gathered).run());
    for (std::size_t i = 0; i < record.shown.size(); ++i) {
      const auto found = std::ranges::find_if(changed.places, [&](std::size_t place) {
        return subject.definition.campaign.offer_of[other.shown[place].option] ==
               subject.definition.campaign.offer_of[record.shown[i].option];
      });
      if (found == changed.places.end()) continue;
      ++in_slate[i];
      if (static_cast<std::size_t>(found - changed.places.begin()) == i) ++in_place[i];
    }
  }
  for (std::size_t i = 0; i < record.shown.size(); ++i) {
    record.shown[i].slot_propensity = in_place[i] / (redraws + 1.0);
    record.shown[i].slate_propensity = in_slate[i] / (redraws + 1.0);
  }
  record.method = decision::PropensityMethod::draws;
  record.propensity_draws = redraws + 1;
  return {};
}

base::Status post_score(const HookSubject& subject, decision::DecisionRecord& record, Gathered& gathered,
                        const Redraw& redraw) {
  TRY(auto changed, PostScore(subject, record, gathered).run());
  std::vector<decision::ShownOffer> shown;
  for (const auto place : changed.places) shown.push_back(record.shown[place]);
  auto counted = record;
  counted.shown = shown;
  if (record.method != decision::PropensityMethod::none && subject.definition.hooks->defines(changes_slate)) {
    TRY_DO(count_propensities(subject, counted, gathered, redraw));
  }
  record.shown = std::move(counted.shown);  // the subject refers to the rest
  record.method = counted.method;
  record.propensity_draws = counted.propensity_draws;
  const bool adds = std::ranges::any_of(changed.added, [](const json::object& added) { return !added.empty(); });
  if (!adds) return {};
  if (!gathered.hooks) gathered.hooks.emplace();
  gathered.hooks->added = std::move(changed.added);
  return {};
}

}  // namespace

void HookErrors::count(const std::string& campaign, const std::string& function) {
  const std::lock_guard lock(mutex_);
  auto labels = fmt::format("campaign=\"{}\",hook=\"{}\"", campaign, function);
  if (counters_.size() >= base::limits::hook_error_series && !counters_.contains(labels)) {
    labels = "campaign=\"\",hook=\"\"";  // of all that came later
  }
  auto& counter = counters_[labels];
  if (counter == nullptr) {
    counter = &metrics_.counter("proffer_hook_errors_total", "Errors of users' hooks and custom endpoints", labels);
  }
  counter->add();
}

base::Status run_hooks_before(const HookSubject& subject, Gathered& gathered, HookErrors& errors) {
  if (!subject.definition.hooks) return {};
  TRY_DO(run_before(pre_score, "pre_score", subject, gathered, errors));
  return run_before(rewards, "reward", subject, gathered, errors);
}

base::Error failed_by_hook(const Definition& definition, const std::string& why) {
  return {base::ErrorKind::hook_failed,
          fmt::format("a hook of campaign '{}' failed: {}", definition.campaign.name, why),
          {}};
}

bool has_post_score(const Definition& definition) {
  return definition.hooks && definition.hooks->defines("post_score");
}

base::Status run_post_score(const HookSubject& subject, decision::DecisionRecord& record, Gathered& gathered,
                            const Redraw& redraw) {
  const auto done = post_score(subject, record, gathered, redraw);
  if (done) return {};
  if (!gathered.hooks) gathered.hooks.emplace();
  gathered.hooks->post_error = done.error().message;
  if (!fails_requests(subject.definition)) {
    gathered.hooks->errors.push_back(done.error().message);
    return {};
  }
  record.shown.clear();
  return tl::unexpected(failed_by_hook(subject.definition, done.error().message));
}

}  // namespace proffer::service
