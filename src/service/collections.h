// Where Proffer keeps its own documents. Names that the original's tools know keep their names.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
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
inline const store::Collection dead_letters{"proffer", "dead_letters"};
inline const store::Collection jobs{"proffer", "jobs"};
inline const store::Collection models{"proffer", "models"};  // these three of store::ModelStore
inline const store::Collection model_parts{"proffer", "model_parts"};
inline const store::Collection model_owners{"proffer", "model_owners"};

// Whether Proffer keeps its own documents there: no campaign may have its rows or options in it.
inline bool are_proffers_own(const store::Collection& collection) {
  const store::Collection own[] = {
      campaigns, campaign_versions, option_sets,  counters, keys,   hooks,       custom_endpoints, tokens,
      users,     secrets,           dead_letters, jobs,     models, model_parts, model_owners};
  return std::ranges::find(own, collection) != std::end(own);
}
}  // namespace collections

// Ids of current campaign documents: project and name, which hold no '/'.
inline std::string campaign_id(const std::string& project, const std::string& name) { return project + '/' + name; }

// What precedes the name of each collection that a project's users name: ':' stands in no name, so no two projects
// share one. Nothing for `default`.
std::string collection_prefix(const std::string& project);

// With that prefix, unless it is there or the collection is Proffer's own.
store::Collection in_project(const std::string& project, store::Collection collection);

// Whether its name has a ':' only in the project's prefix.
bool lies_in_project(const std::string& project, const store::Collection& collection);

// Where a project keeps a collection that its users name; those of other projects than `default` lie apart. Invalid, at
// `location`, for a name that is not 1 to limits::collection_name_bytes of A-Za-z0-9._-, a database with a dot, and for
// what Proffer keeps itself: all of the database `proffer`, and its own collections elsewhere.
base::Result<store::Collection> users_collection(const std::string& project, const std::string& database,
                                                 const std::string& name, std::string_view location);

// The other way round: as the project's users name it; nothing when it is not theirs.
std::optional<store::Collection> users_name(const std::string& project, const store::Collection& collection);

}  // namespace proffer::service
