#include "service/personality_choice.h"

#include <algorithm>

#include "service/offer_rows.h"
#include "service/personality_labels.h"
#include "service/personality_lookup.h"
#include "service/personality_result.h"

namespace proffer::service {
namespace {

// The offer of this name that may be shown; null when there is none.
const decision::Offer* offer_named(const Definition& definition, const std::string& name, const Gathered& gathered,
                                   std::span<const std::uint8_t> left_out) {
  const auto& eligible = gathered.eligible_offers;
  if (!eligible.empty() && std::ranges::find(eligible, name) == eligible.end()) return nullptr;
  const auto& offers = definition.campaign.offers;
  const auto found = std::ranges::find(offers, name, &decision::Offer::name);
  if (found == offers.end()) return nullptr;
  const auto index = static_cast<std::size_t>(found - offers.begin());
  return left_out.empty() || left_out[index] == 0 ? &*found : nullptr;
}

decision::ShownOffer shown_of(const decision::Option& option, double score, const bandit::LearnedArms& arms) {
  decision::ShownOffer shown;
  shown.option = option.id;
  shown.score = score;
  shown.contacts = arms.contacts()[option.id];
  shown.accepted = arms.accepted()[option.id];
  return shown;
}

}  // namespace

ranking::Slate choose_personality(const Definition& definition, const Gathered& gathered,
                                  std::span<const std::uint8_t> left_out, const bandit::LearnedArms& arms,
                                  bool propensities) {
  ranking::Slate slate;
  const auto row = read_personality_row(gathered.personality);
  if (row.personality.empty()) return slate;
  const auto* offer = offer_named(definition, row.personality, gathered, left_out);
  if (offer == nullptr) return slate;
  auto shown = shown_of(definition.campaign.options[offer->first], row.score, arms);
  slate.eligible = 1;
  if (propensities) {
    slate.method = decision::PropensityMethod::closed_form;
    shown.slot_propensity = shown.slate_propensity = 1;
  }
  slate.shown.push_back(shown);
  return slate;
}

std::vector<OfferRow> missing_personality_offers(const Definition& definition) {
  std::vector<OfferRow> out;
  if (!is_spend_personality(definition.document)) return out;
  const auto& key = definition.document.contextual_variables.offer_key;
  for (std::size_t i = 1; i < personality_count; ++i) {
    const std::string name(name_of(static_cast<Personality>(i)));
    const bool there = std::ranges::any_of(
        definition.rows, [&](const auto& row) { return !row.second.retired && row.second.option.offer == name; });
    if (there) continue;
    OfferRow row;
    row.offer = name;
    row.attributes[key.empty() ? "offer" : key] = name;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace proffer::service
