// Trained models as the document store keeps them: for each owner (a project and a use case) numbered versions, one of
// which serves.
//
// A version is a document that tells of it, in `proffer.models`, and its bytes as base64url in parts that fit a
// document, in `proffer.model_parts`; which one serves is a document of `proffer.model_owners`, written last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/document_store.h"

namespace proffer::store {

struct ModelOwner {
  std::string project;   // without '/'
  std::string use_case;  // without '/'
  auto operator<=>(const ModelOwner&) const = default;
};

// The owner of what is made of all projects' rows: no key is of a project without a name.
inline constexpr const char* every_project = "";

struct ServingModel {
  ModelOwner owner;
  std::int64_t version = 0;
};

class ModelStore {
 public:
  explicit ModelStore(DocumentStore& documents) : documents_(documents) {}

  // Keeps a new version and makes it the one that serves; its number, from 1. The oldest beyond
  // limits::model_versions go, but for the one that served before. Errors: those of the store; then another one may
  // have been kept in part, and is not served.
  base::Result<std::int64_t> add(const ModelOwner& owner, boost::json::object told, std::string_view bytes);
  // What was told of each version, with its `version` and whether it is `serving`; the newest first.
  base::Result<std::vector<boost::json::object>> versions(const ModelOwner& owner) const;
  // Errors: not_found; internal when parts lack.
  base::Result<std::string> bytes(const ModelOwner& owner, std::int64_t version) const;
  base::Result<boost::json::object> told(const ModelOwner& owner, std::int64_t version) const;  // or not_found
  base::Status serve(const ModelOwner& owner, std::int64_t version);                            // or not_found
  base::Status withdraw(const ModelOwner& owner);           // none serves any more; the versions stay
  base::Result<std::vector<ServingModel>> serving() const;  // of all owners

 private:
  base::Result<std::int64_t> next_version(const ModelOwner& owner);
  base::Status make_room(const ModelOwner& owner, std::int64_t served_before);

  DocumentStore& documents_;
};

}  // namespace proffer::store
