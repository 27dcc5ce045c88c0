#include "store/update.h"

#include "document/path.h"

namespace proffer::store {
namespace {

base::Status check(std::string_view path) {
  if (path != "_id" && path.substr(0, 4) != "_id.") return {};
  return base::fail(base::ErrorKind::invalid, "the `_id` of a document cannot be changed");
}

}  // namespace

base::Status apply(const Update& update, Document& document) {
  for (const auto& [path, value] : update.set) {
    TRY_DO(check(path));
    TRY_DO(document::set_path(document, path, value));
  }
  for (const auto& [path, by] : update.increment) {
    TRY_DO(check(path));
    TRY_DO(document::increment_path(document, path, by));
  }
  for (const auto& path : update.unset) {
    TRY_DO(check(path));
    document::unset_path(document, path);
  }
  return {};
}

}  // namespace proffer::store
