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
inline const store::Collection hooks{"proffer", "hooks"};
inline const store::Collection custom_endpoints{"proffer", "custom_endpoints"};
inline const store::Collection tokens{"proffer", "tokens"};
inline const store::Collection users{"proffer", "users"};
inline const store::Collection secrets{"proffer", "secrets"};

// Whether Proffer keeps its own documents there: no campaign may have its rows or options in it.
inline bool are_proffers_own(const store::Collection& collection) {
  const store::Collection own[] = {campaigns, campaign_versions, option_sets, counters, keys,
                                   hooks,     custom_endpoints,  tokens,      users,    secrets};
  return std::ranges::find(own, collection) != std::end(own);
}
}  // namespace collections

// Ids of current campaign documents: project and name, which hold no '/'.
inline std::string campaign_id(const std::string& project, const std::string& name) { return project + '/' + name; }

// Where a project keeps a collection that its users name; those of other projects than `default` lie apart. Invalid, at
// `location`, for a name that is empty or holds a ':', and for what Proffer keeps itself.
inline base::Result<store::Collection> users_collection(const std::string& project, const std::string& database,
                                                        const std::string& name, std::string_view location) {
  store::Collection out{database, project == "default" ? name : project + ':' + name};
  const bool named = !database.empty() && !name.empty() && name.find(':') == std::string::npos;
  if (named && !collections::are_proffers_own(out)) return out;
  return base::fail_field(std::string(location),
                          "expected a database and a collection of your own, not " + database + '/' + name);
}

}  // namespace proffer::service
