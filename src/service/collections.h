// Where Proffer keeps its own documents. Names that the original's tools know keep their names.
#pragma once

#include <algorithm>
#include <string>

#include "store/document_store.h"

namespace proffer::service {

namespace collections {
inline const store::Collection campaigns{"ecosystem_meta", "dynamic_engagement"};
inline const store::Collection campaign_versions{"proffer", "campaign_versions"};
inline const store::Collection option_sets{"proffer", "option_sets"};
inline const store::Collection counters{"proffer", "counters"};
inline const store::Collection keys{"proffer", "keys"};

// Whether Proffer keeps its own documents there: no campaign may have its rows or options in it.
inline bool are_proffers_own(const store::Collection& collection) {
  const store::Collection own[] = {campaigns, campaign_versions, option_sets, counters, keys};
  return std::ranges::find(own, collection) != std::end(own);
}
}  // namespace collections

// Ids of current campaign documents: project and name, which hold no '/'.
inline std::string campaign_id(const std::string& project, const std::string& name) { return project + '/' + name; }

}  // namespace proffer::service
