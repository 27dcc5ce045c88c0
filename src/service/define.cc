#include "service/define.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "base/time_text.h"
#include "document/violations.h"
#include "service/collections.h"
#include "service/feature_rows.h"
#include "service/features.h"
#include "service/offer_changes.h"
#include "service/offer_tables.h"
#include "service/option_documents.h"
#include "service/original_campaign.h"
#include "service/personality_lookup.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

base::Error unknown(const std::string& name) {
  return {base::ErrorKind::not_found, "there is no campaign '" + name + "'", {}};
}

base::Status check_version(const Expected& expected, const Definition* current) {
  const auto etag = current == nullptr ? std::string() : current->etag();
  return check_expected(expected, current == nullptr ? nullptr : &etag, "the campaign");
}

// Campaign numbers count up and are never given again, also when several nodes ask at once.
base::Result<std::uint32_t> next_number(store::DocumentStore& documents) {
  constexpr std::string_view id = "campaign_numbers";
  const store::Update one_more{{}, {{"next", 1}}, {}};
  TRY(auto counter, documents.update(collections::counters, id, one_more));
  if (!counter) {
    const auto made = documents.insert(collections::counters, {{"_id", id}, {"next", 0}});
    if (!made && made.error().kind != base::ErrorKind::conflict) return tl::unexpected(made.error());
    TRY(counter, documents.update(collections::counters, id, one_more));
  }
  return counter->at("next").to_number<std::uint32_t>();
}

store::Collection feature_store(const CampaignDocument& document) {
  return {document.feature_store_database, document.feature_store_collection};
}

store::Collection options_store(const CampaignDocument& document) {
  return {document.options_store_database, document.options_store_collection};
}

void name_stores(CampaignDocument& document, const std::string& project) {
  document.feature_store_collection = in_project(project, feature_store(document)).name;
  document.options_store_collection = in_project(project, options_store(document)).name;
}

bool uses(const Definition& definition, const store::Collection& collection) {
  return feature_store(definition) == collection || options_store(definition) == collection;
}

// Rows and options are replaced whole, so nothing else may lie where they do.
base::Status check_stores(const CampaignDocument& document, const std::string& project, const Campaigns& campaigns) {
  document::Violations violations;
  const auto check = [&](std::string_view location, const store::Collection& collection) {
    const auto of_another = [&](const LiveCampaignPtr& live) {
      const auto definition = live->current();
      return definition->campaign.project != project && uses(*definition, collection);
    };
    const bool theirs = lies_in_project(project, collection);
    if (theirs && !collections::are_proffers_own(collection) && std::ranges::none_of(campaigns.all(), of_another)) {
      return;
    }
    violations.add(std::string(location), "names a collection that is in use", json::value(collection.name));
  };
  check("body.feature_store_collection", feature_store(document));
  check("body.options_store_collection", options_store(document));
  if (feature_store(document) == options_store(document)) {
    violations.add("body.options_store_collection", "expected another collection than that of the feature store",
                   json::value(document.options_store_collection));
  }
  if (violations.empty()) return {};
  return tl::unexpected(violations.error());
}

void stamp(Definition& definition, base::Time now) {
  auto& document = definition.document;
  document.name = definition.campaign.name;
  document.uuid = definition.campaign.uuid.to_string();
  document.version = definition.campaign.version;
  document.date_updated = base::TimeZone{}.format(now);
}

// Whether the campaign's rows lie where they do unless told otherwise: what a user named is his.
bool owns_rows(const Definition& definition) {
  auto own = parse_campaign({}, definition.campaign.name);
  if (!own) return false;
  name_stores(*own, definition.campaign.project);
  return feature_store(*own) == feature_store(definition);
}

// What goes with a deleted campaign: its options, and its own rows unless another campaign is set up from them too.
std::vector<store::Write> removals(const Definition& definition, const Campaigns& campaigns) {
  std::vector<store::Write> writes;
  writes.push_back(store::RemovePrefix{options_store(definition), definition.campaign.uuid.to_string() + '/'});
  const auto rows = feature_store(definition);
  const auto shares = [&](const LiveCampaignPtr& live) {
    const auto other = live->current();
    return other->campaign.number != definition.campaign.number && uses(*other, rows);
  };
  if (owns_rows(definition) && std::ranges::none_of(campaigns.all(), shares))
    writes.push_back(store::RemovePrefix{rows, ""});
  return writes;
}

}  // namespace

// Before a change: no other node is at it, and what others have changed is known here.
base::Result<EditLock> Define::alone(const std::string& project, const std::string& name) {
  TRY(auto lock, EditLock::take(ports_, "campaign/" + campaign_id(project, name)));
  if (!ports_.log.is_shared()) return lock;
  if (catch_up_) TRY_DO(catch_up_());
  TRY(const auto stored, ports_.documents.get(collections::campaigns, campaign_id(project, name)));
  const auto live = campaigns_.find(project, name);
  const auto known = live ? live->current()->campaign.version : 0;
  const auto* version = stored ? stored->if_contains("version") : nullptr;
  if (version != nullptr && version->to_number<std::uint32_t>() > known) {
    return base::fail(base::ErrorKind::conflict, "another node has just changed this campaign: try again");
  }
  return lock;
}

base::Result<Define::Stored> Define::put_campaign(const std::string& project, const std::string& name,
                                                  const json::object& body, const Expected& expected,
                                                  const std::optional<base::Uuid>& uuid) {
  TRY(auto document, parse_campaign(body, name, bandit::find_algorithm));
  name_stores(document, project);
  TRY(const auto alone, this->alone(project, name));
  const std::lock_guard changing(campaigns_.changing());
  TRY_DO(check_stores(document, project, campaigns_));
  TRY_DO(prepare_personality_lookup(ports_.documents, project, document));
  TRY_DO(index_sources(ports_.documents, ports_.tables, project, sources_of(document)));
  const auto live = campaigns_.find(project, name);
  if (!live) {
    TRY_DO(check_version(expected, nullptr));
    TRY(auto definition, create(project, name, std::move(document), uuid));
    return Stored{std::move(definition), true};
  }
  const std::lock_guard editing(live->editing);
  TRY_DO(check_version(expected, live->current().get()));
  TRY(auto definition, replace(*live, std::move(document)));
  return Stored{std::move(definition), false};
}

base::Result<DefinitionPtr> Define::create(const std::string& project, const std::string& name,
                                           CampaignDocument document, const std::optional<base::Uuid>& uuid) {
  if (campaigns_.all().size() >= base::limits::campaigns) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("there are {} campaigns already", base::limits::campaigns));
  }
  auto next = std::make_shared<Definition>();
  next->document = std::move(document);
  auto& campaign = next->campaign;
  campaign.project = project;
  campaign.name = name;
  campaign.version = 1;
  const auto has_it = [&](const LiveCampaignPtr& live) { return live->current()->campaign.uuid == uuid; };
  campaign.uuid = uuid && std::ranges::none_of(campaigns_.all(), has_it)
                      ? *uuid
                      : base::make_uuid(ports_.clock.now(), ports_.entropy.next());
  TRY(campaign.number, next_number(ports_.documents));
  next->created_at = ports_.log.ends();
  apply(next->document, campaign);
  stamp(*next, ports_.clock.now());
  TRY(auto writes, complete_with_offers(*next, true, ports_.clock.now()));
  auto live = learning_.new_campaign(next);
  TRY_DO(store_and_log(*live, next, std::move(writes), {}));
  campaigns_.add(std::move(live));
  return next;
}

// A start reads the store, so what the log refused must not be the current version there. Should that fail too, the
// refused version comes into force at the next start: the caller heard of a failure, and the next change replaces it.
base::Status Define::store_and_log(LiveCampaign& live, const DefinitionPtr& next, std::vector<store::Write> writes,
                                   const std::optional<decision::CallKey>& call, bool reset) {
  const auto current = live.current();
  TRY_DO(ports_.documents.write(std::move(writes)));
  const auto& campaign = next->campaign;
  auto logged =
      learning_.change_definition(live, next, {campaign.number, campaign.version, next->deleted, call}, reset);
  if (logged) return {};
  const bool is_new = current == next;
  auto undo = is_new ? std::vector<store::Write>{store::Remove{collections::campaigns,
                                                               campaign_id(campaign.project, campaign.name)}}
                     : writes_of(*current, false);
  if (auto undone = ports_.documents.write(std::move(undo)); !undone) {
    base::log::warn("campaign {}: version {} was refused by the log and stays in the store: {}", campaign.name,
                    campaign.version, undone.error().message);
  }
  return logged;
}

// A copy of the current definition, one version on.
base::Result<std::shared_ptr<Definition>> Define::next_version(const DefinitionPtr& current) {
  auto next = std::make_shared<Definition>();
  next->campaign = current->campaign;
  next->document = current->document;
  next->options_version = current->options_version;
  next->hooks_version = current->hooks_version;
  next->hook_source = current->hook_source;
  next->hooks = current->hooks;
  next->created_at = current->created_at;
  next->rows = current->rows;
  ++next->campaign.version;
  stamp(*next, ports_.clock.now());
  return next;
}

base::Result<DefinitionPtr> Define::replace(LiveCampaign& live, CampaignDocument document) {
  TRY(auto next, next_version(live.current()));
  next->document = std::move(document);
  apply(next->document, next->campaign);
  stamp(*next, ports_.clock.now());
  TRY(const bool repriced, reprice(*next, *live.current()));
  TRY(auto writes, complete_with_offers(*next, repriced, ports_.clock.now()));
  TRY_DO(store_and_log(live, next, std::move(writes), {}));
  return next;
}

base::Result<DefinitionPtr> Define::put_hooks(const std::string& project, const std::string& name, std::string source,
                                              const Expected& expected) {
  TRY(auto program, compile_hooks(ports_.hooks, source));
  return change_hooks(project, name, {std::move(source), std::move(program)}, expected);
}

base::Result<DefinitionPtr> Define::delete_hooks(const std::string& project, const std::string& name,
                                                 const Expected& expected) {
  return change_hooks(project, name, {}, expected);
}

// Hooks change what is decided, not what was learned: a new version, as for any other edit.
base::Result<DefinitionPtr> Define::change_hooks(const std::string& project, const std::string& name, Hooks hooks,
                                                 const Expected& expected) {
  TRY(const auto alone, this->alone(project, name));
  const auto live = campaigns_.find(project, name);
  if (!live) return tl::unexpected(unknown(name));
  const std::lock_guard editing(live->editing);
  const auto current = live->current();
  if (current->deleted) return tl::unexpected(unknown(name));  // while this call waited
  TRY_DO(check_version(expected, current.get()));
  if (!hooks.program && !current->hooks) {
    return base::fail(base::ErrorKind::not_found, "campaign '" + name + "' has no hooks");
  }
  TRY(auto next, next_version(current));
  next->hooks_version = hooks.program ? next->campaign.version : 0;
  next->hook_source = std::move(hooks.source);
  next->hooks = std::move(hooks.program);
  TRY_DO(complete(*next));
  TRY_DO(store_and_log(*live, next, writes_of(*next, false), {}));
  return next;
}

// Takes up what the offer tables say. Whether options changed, which then are stored with this version.
base::Result<bool> Define::reprice(Definition& next, const Definition& before) {
  TRY(const bool changed, read_offer_tables(ports_.documents, next, has_offer_tables(before.document)));
  if (changed) next.options_version = next.campaign.version;
  return changed;
}

base::Status Define::refresh_tables() {
  for (const auto& live : campaigns_.all()) {
    const std::lock_guard editing(live->editing);
    const auto current = live->current();
    if (current->deleted || !has_offer_tables(current->document)) continue;
    TRY(auto next, next_version(current));
    TRY(const bool changed, reprice(*next, *current));
    if (!changed) continue;
    TRY(auto writes, complete_with_offers(*next, true, ports_.clock.now()));
    TRY_DO(store_and_log(*live, next, std::move(writes), {}));
  }
  return {};
}

base::Status Define::delete_campaign(const std::string& project, const std::string& name, const Expected& expected) {
  TRY(const auto alone, this->alone(project, name));
  const std::lock_guard changing(campaigns_.changing());
  const auto live = campaigns_.find(project, name);
  if (!live) return tl::unexpected(unknown(name));
  const std::lock_guard editing(live->editing);
  TRY_DO(check_version(expected, live->current().get()));
  TRY(auto next, next_version(live->current()));
  next->deleted = true;
  TRY_DO(complete(*next));
  TRY_DO(store_and_log(*live, next, writes_of(*next, false), {}));
  campaigns_.remove(*live);
  return ports_.documents.write(removals(*next, campaigns_));
}

base::Result<OffersChanged> Define::change_offers(const std::string& project, const std::string& name,
                                                  std::span<const json::object> rows, const OffersChange& change,
                                                  const Expected& expected) {
  TRY(const auto alone, this->alone(project, name));
  const auto live = campaigns_.find(project, name);
  if (!live) return tl::unexpected(unknown(name));
  const std::lock_guard editing(live->editing);
  const auto current = live->current();
  if (current->deleted) return tl::unexpected(unknown(name));  // while this call waited
  TRY_DO(check_version(expected, current.get()));
  TRY(const auto offers, parse_offer_rows(rows, current->document.contextual_variables));
  TRY(auto next, next_version(current));
  return put_options(*live, std::move(next), offers,
                     {.replace = change.replace, .reset = false, .write_rows = true, .call = change.call});
}

base::Result<OffersChanged> Define::regenerate(const std::string& project, const std::string& name,
                                               const Regeneration& regeneration) {
  TRY(const auto alone, this->alone(project, name));
  const std::lock_guard changing(campaigns_.changing());
  const auto live = campaigns_.find(project, name);
  if (!live) return tl::unexpected(unknown(name));
  const std::lock_guard editing(live->editing);
  TRY(auto next, next_version(live->current()));
  if (!regeneration.document.empty()) TRY_DO(change_document(*next, regeneration.document));
  const bool is_given = !regeneration.rows.empty();
  const OptionsChange change{
      .replace = regeneration.rebuild, .reset = regeneration.rebuild, .write_rows = is_given, .call = {}};
  if (is_given) return put_options(*live, std::move(next), regeneration.rows, change);
  TRY(const auto rows, read_feature_rows(ports_.documents, *next));
  return put_options(*live, std::move(next), rows, change);
}

// The document with some fields changed, as put_campaign would take it.
base::Status Define::change_document(Definition& next, const json::object& fields) {
  const auto body = with_fields(next.document, fields);
  TRY(next.document, parse_campaign(body, next.campaign.name, bandit::find_algorithm));
  TRY_DO(prepare_personality_lookup(ports_.documents, next.campaign.project, next.document));
  TRY_DO(index_sources(ports_.documents, ports_.tables, next.campaign.project, sources_of(next.document)));
  name_stores(next.document, next.campaign.project);
  TRY_DO(check_stores(next.document, next.campaign.project, campaigns_));
  apply(next.document, next.campaign);
  stamp(next, ports_.clock.now());
  return {};
}

base::Result<OffersChanged> Define::put_options(LiveCampaign& live, std::shared_ptr<Definition> next,
                                                std::span<const OfferRow> rows, const OptionsChange& change) {
  next->options_version = next->campaign.version;
  const auto merge = merge_rows(*next, rows, change.replace, ports_.clock.now());
  if (const auto repriced = reprice(*next, *live.current()); !repriced) return tl::unexpected(repriced.error());
  TRY_DO(complete(*next));
  if (next->rows.size() > base::limits::options_per_campaign ||
      next->campaign.offers.size() > base::limits::offers_per_campaign) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("a campaign holds at most {} offers", base::limits::offers_per_campaign));
  }
  std::vector<store::Write> writes;
  if (change.write_rows) append_feature_rows(writes, *next, rows, change.replace);
  append_option_documents(writes, *next, ports_.clock.now());
  for (auto& write : writes_of(*next, true)) writes.push_back(std::move(write));
  TRY_DO(store_and_log(live, next, std::move(writes), change.call, change.reset));
  return OffersChanged{next, next->campaign.offers.size(), next->campaign.options.size(), merge.added, merge.retired};
}

}  // namespace proffer::service
