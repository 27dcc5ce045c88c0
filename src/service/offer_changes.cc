#include "service/offer_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "service/option_documents.h"
#include "service/personality_choice.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

using OptionKey = std::tuple<std::string, std::string, std::string>;  // offer and context

OptionKey key_of(const std::string& offer, const decision::Context& context) {
  return {offer, context.one, context.two};
}

// A prior that the row does not give comes from its history: one, and a reward for each time it was taken or not.
void fill_option(decision::Option& option, const OfferRow& row, const Randomisation& rewards) {
  option.offer = row.offer;
  option.context = row.context;
  option.stream = stream_of(row.offer, row.context);
  option.alpha_zero = row.alpha_zero.value_or(1 + rewards.prior_success_reward * static_cast<double>(row.taken));
  option.beta_zero = row.beta_zero.value_or(1 + rewards.prior_fail_reward * static_cast<double>(row.not_taken));
  option.cost = row.cost.value_or(1);
  option.price = row.price.value_or(1);
  option.value = row.value.value_or(1);
  option.weighting = row.weighting.value_or(1);
  option.learning_reward = row.learning_reward.value_or(1);
}

store::Put feature_row(const Definition& definition, json::object document, const std::string& id) {
  document["_id"] = id;
  document["project"] = definition.campaign.project;
  return {feature_store(definition), std::move(document)};
}

}  // namespace

Merge merge_rows(Definition& definition, std::span<const OfferRow> rows, bool replace, base::Time now) {
  std::map<OptionKey, decision::OptionId> known;
  for (const auto& [id, row] : definition.rows) known.emplace(key_of(row.option.offer, row.option.context), id);
  Merge merge;
  std::set<decision::OptionId> named;
  for (const auto& row : rows) {
    const auto found = known.find(key_of(row.offer, row.context));
    const auto id = found == known.end() ? definition.campaign.option_ids++ : found->second;
    auto& option = definition.rows[id];
    merge.added += found == known.end() || option.retired ? 1 : 0;
    if (found == known.end()) option.created = now;
    option.option.id = id;
    option.retired = false;
    option.constraints = row.constraints;
    option.attributes = row.attributes;
    fill_option(option.option, row, definition.document.randomisation);
    named.insert(id);
  }
  for (auto& [id, row] : definition.rows) {
    if (!replace || row.retired || named.contains(id)) continue;
    row.retired = true;
    ++merge.retired;
  }
  return merge;
}

void append_feature_rows(std::vector<store::Write>& writes, const Definition& definition,
                         std::span<const OfferRow> rows, bool replace) {
  const auto collection = feature_store(definition);
  if (replace) writes.push_back(store::RemovePrefix{collection, ""});
  for (const auto& row : rows) {
    const auto id = feature_row_id(row.offer, row.context);
    for (std::size_t i = 0; i < row.earlier.size(); ++i) {
      writes.push_back(feature_row(definition, row.earlier[i], id + '/' + std::to_string(i)));
    }
    writes.push_back(feature_row(definition, row.attributes, id));
  }
}

void append_option_documents(std::vector<store::Write>& writes, const Definition& definition, base::Time now) {
  const auto collection = options_store(definition);
  writes.push_back(store::RemovePrefix{collection, definition.campaign.uuid.to_string() + '/'});
  for (const auto& option : definition.campaign.options) {
    writes.push_back(store::Put{collection, stored_option(definition, option, now)});
  }
}

namespace {

// What makes the offers that the campaign's kind needs and that it does not have.
std::vector<store::Write> add_offers_of_kind(Definition& definition, base::Time now) {
  std::vector<store::Write> writes;
  const auto rows = missing_personality_offers(definition);
  if (rows.empty()) return writes;
  merge_rows(definition, rows, false, now);
  definition.options_version = definition.campaign.version;
  append_feature_rows(writes, definition, rows, false);
  return writes;
}

}  // namespace

base::Result<std::vector<store::Write>> complete_with_offers(Definition& definition, bool options_changed,
                                                             base::Time now) {
  auto writes = add_offers_of_kind(definition, now);
  options_changed = options_changed || !writes.empty();
  TRY_DO(complete(definition));
  if (!writes.empty()) append_option_documents(writes, definition, now);
  for (auto& write : writes_of(definition, options_changed)) writes.push_back(std::move(write));
  return writes;
}

}  // namespace proffer::service
