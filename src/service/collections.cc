#include "service/collections.h"

#include <utility>

#include "base/limits.h"

namespace proffer::service {
namespace {

constexpr std::string_view default_project = "default";
constexpr std::string_view own_database = "proffer";

bool is_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= base::limits::collection_name_bytes &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

bool are_users(const store::Collection& collection) {
  return collection.database != own_database && !collections::are_proffers_own(collection);
}

}  // namespace

std::string collection_prefix(const std::string& project) { return project == default_project ? "" : project + ':'; }

store::Collection in_project(const std::string& project, store::Collection collection) {
  const std::string prefix = collection_prefix(project);
  if (collections::are_proffers_own(collection) || collection.name.starts_with(prefix)) return collection;
  return {std::move(collection.database), prefix + collection.name};
}

bool lies_in_project(const std::string& project, const store::Collection& collection) {
  const std::string prefix = collection_prefix(project);
  return collection.name.starts_with(prefix) && collection.name.find(':', prefix.size()) == std::string::npos;
}

base::Result<store::Collection> users_collection(const std::string& project, const std::string& database,
                                                 const std::string& name, std::string_view location) {
  const bool named = is_name(database) && database.find('.') == std::string::npos && is_name(name);
  const bool theirs = are_users({database, name});
  if (named && theirs) return store::Collection{database, collection_prefix(project) + name};
  const std::string given = " not " + database + '/' + name;
  if (named) return base::fail_field(std::string(location), "expected a collection of your own," + given);
  return base::fail_field(
      std::string(location),
      "expected a database and a collection with names of A-Z a-z 0-9 _ - (and . in the latter)," + given);
}

std::optional<store::Collection> users_name(const std::string& project, const store::Collection& collection) {
  const std::string prefix = collection_prefix(project);
  if (!are_users(collection) || !lies_in_project(project, collection)) return std::nullopt;
  return store::Collection{collection.database, collection.name.substr(prefix.size())};
}

}  // namespace proffer::service
