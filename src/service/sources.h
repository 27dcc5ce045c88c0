// Where a campaign finds what it needs beside its own documents: from the fields of its document, and where those say
// nothing from its `properties`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "document/violations.h"
#include "service/campaign_document.h"
#include "service/properties.h"
#include "service/source_fields.h"
#include "service/virtual_variables.h"

namespace proffer::service {

struct Sources {
  std::vector<LookupFields> lookups;               // merged in this order
  std::vector<VirtualVariable> virtual_variables;  // those of the properties' look-ups first
  std::optional<TableFields> offer_matrix;
  std::optional<TableFields> offer_budget;
  std::optional<WhitelistFields> whitelist;
  std::int64_t offer_cache_ms = 0;
  std::string model_type;
};

// Every mistake, in fields and properties, is told with its place below `body`.
Sources read_sources(const CampaignDocument& document, const document::Place& body, document::Violations& violations);

// Of a document that was checked when it was saved.
Sources sources_of(const CampaignDocument& document);

}  // namespace proffer::service
