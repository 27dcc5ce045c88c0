#include "service/store_id.h"

#include "base/uuid.h"
#include "service/collections.h"

namespace proffer::service {
namespace {

constexpr std::string_view key = "store";

base::Result<std::string> stored(store::DocumentStore& documents) {
  TRY(const auto document, documents.get(collections::counters, key));
  return document ? std::string(document->at("uuid").as_string()) : std::string();
}

}  // namespace

base::Result<std::string> store_id(const Ports& ports) {
  TRY(auto id, stored(ports.documents));
  if (!id.empty()) return id;
  id = base::make_uuid(ports.clock.now(), ports.entropy.next()).to_string();
  const auto made = ports.documents.insert(collections::counters, {{"_id", key}, {"uuid", id}});
  if (made) return id;
  if (made.error().kind != base::ErrorKind::conflict) return tl::unexpected(made.error());
  return stored(ports.documents);  // another was quicker
}

}  // namespace proffer::service
