// A campaign's definition at one version: its document, its options, its policy. Immutable, shared by requests, kept in
// the store for as long as a record names it.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "bandit/algorithm.h"
#include "base/result.h"
#include "decision/campaign.h"
#include "service/campaign_document.h"
#include "service/hooks.h"
#include "service/offer_rules.h"
#include "service/ports.h"
#include "service/sources.h"

namespace proffer::service {

// An option and what its offer's row said beside it. Retired options keep their id, so that an arm returns with its
// offer.
struct OptionRow {
  decision::Option option;
  bool retired = false;
  decision::OfferConstraints constraints{};
  base::Time created;                // when the option was first made
  boost::json::object attributes{};  // what the row says of the offer beside these: what rules and hooks read
};

struct Definition {
  decision::Campaign campaign;  // as the deciding code sees it: options in service only
  CampaignDocument document;
  std::uint32_t options_version = 0;  // version of the campaign that last changed its offers
  std::uint32_t hooks_version = 0;    // version that last changed its hooks; 0: it has none
  store::LogVector created_at;        // what stood in the log before the campaign's first record
  bool deleted = false;
  Sources sources;                     // where customers and lists are looked up
  std::vector<OfferRule> rules;        // of dynamic_eligibility
  bool has_offer_constraints = false;  // some offer in service has a budget or opening hours
  std::unique_ptr<const bandit::Policy> policy;
  std::unique_ptr<const bandit::Policy> fallback_policy;   // where no chat model answers; null: the algorithm asks none
  std::unordered_map<decision::OptionId, OptionRow> rows;  // every option ever, by id

  std::string hook_source;
  HookProgramPtr hooks;  // null: none

  const decision::Option* option(decision::OptionId id) const;
  std::string etag() const;  // "<uuid>-<version>", quoted as HTTP wants it
};

using DefinitionPtr = std::shared_ptr<const Definition>;

// Puts rows in service order into `definition.campaign` and makes its policy. `invalid` when the approach is unknown.
base::Status complete(Definition& definition);

// The writes that store `definition` as a version of its own. The campaign's current document comes last.
std::vector<store::Write> writes_of(const Definition& definition, bool options_changed);

// `engine` compiles stored hooks; of what it cannot compile, or where it is null, every call fails.
base::Result<DefinitionPtr> load_definition(store::DocumentStore& documents, HookEngine* engine, std::uint32_t number,
                                            std::uint32_t version);
// All campaigns as their current documents say, deleted ones not included.
base::Result<std::vector<DefinitionPtr>> load_definitions(store::DocumentStore& documents, HookEngine* engine);

// The sources that a campaign's hooks had, by the version that brought each: documents with version, source, date.
base::Result<std::vector<store::Document>> load_hook_versions(store::DocumentStore& documents, std::uint32_t number);

// The key of an option's random numbers: the same whenever the same offer stands in the same context.
std::uint64_t stream_of(const std::string& offer, const decision::Context& context);

}  // namespace proffer::service
