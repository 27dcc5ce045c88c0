// Where Proffer keeps its own documents. Names that the original's tools know keep their names.
#pragma once

#include <string>

#include "store/document_store.h"

namespace proffer::service {

namespace collections {
inline const store::Collection campaigns{"ecosystem_meta", "dynamic_engagement"};
inline const store::Collection campaign_versions{"proffer", "campaign_versions"};
inline const store::Collection option_sets{"proffer", "option_sets"};
inline const store::Collection counters{"proffer", "counters"};
inline const store::Collection keys{"proffer", "keys"};
}  // namespace collections

// Ids of current campaign documents: project and name, which hold no '/'.
inline std::string campaign_id(const std::string& project, const std::string& name) { return project + '/' + name; }

}  // namespace proffer::service
