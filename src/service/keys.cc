#include "service/keys.h"

#include <mutex>

#include "base/entropy.h"
#include "base/sha256.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::pair<Role, std::string_view> role_names[] = {
    {Role::decide, "decide"}, {Role::manage, "manage"}, {Role::admin, "admin"}};

std::string random_secret() {
  unsigned char bytes[32];
  base::fill_random(bytes, sizeof bytes);
  return "sk_" + base::sha256_hex({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

json::object to_document(const std::string& hash, const Key& key) {
  return {{"_id", hash},
          {"id", key.id},
          {"name", key.name},
          {"project", key.identity.project},
          {"role", name_of(key.identity.role)},
          {"created", key.created}};
}

Key from_document(const json::object& document) {
  Key key{document::text_member(document, "id"),
          document::text_member(document, "name"),
          {},
          document::text_member(document, "created")};
  key.identity.project = document::text_member(document, "project");
  key.identity.role =
      parse_role(document::text_member(document, "role")).value_or(Role::decide);  // unknown: the least of rights
  return key;
}

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [value, name] : role_names) {
    if (value == role) return name;
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto& [role, name] : role_names) {
    if (name == text) return role;
  }
  return std::nullopt;
}

base::Status Keys::load() {
  const std::unique_lock lock(mutex_);  // over the scan: what is made or revoked meanwhile waits
  std::map<std::string, Key, std::less<>> loaded;
  store::ScanOptions page;
  while (true) {
    TRY(const auto documents, ports_.documents.scan(collections::keys, {}, page));
    if (documents.empty()) break;
    for (const auto& document : documents)
      loaded.emplace(document::text_member(document, "_id"), from_document(document));
    page.after = document::text_member(documents.back(), "_id");
  }
  by_hash_.swap(loaded);
  return {};
}

void Keys::add_in_memory(std::string_view secret, Identity identity) {
  const std::unique_lock lock(mutex_);
  in_memory_.insert_or_assign(base::sha256_hex(secret), std::move(identity));
}

base::Result<Keys::Made> Keys::create(const std::string& name, const Identity& identity) {
  const std::string secret = random_secret();
  const std::string hash = base::sha256_hex(secret);
  const Key key{hash.substr(0, 12), name, identity, base::TimeZone{}.format(ports_.clock.now())};
  const std::unique_lock lock(mutex_);
  TRY_DO(ports_.documents.insert(collections::keys, to_document(hash, key)));
  by_hash_.emplace(hash, key);
  return Made{key, secret};
}

std::vector<Key> Keys::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<Key> keys;
  for (const auto& [hash, key] : by_hash_) keys.push_back(key);
  return keys;
}

base::Status Keys::revoke(const std::string& id, bool keep_one) {
  const std::unique_lock lock(mutex_);
  if (keep_one && by_hash_.size() == 1) {
    return base::fail(
        base::ErrorKind::conflict,
        "the last key cannot be revoked while an address beyond loopback is listened on: make another first");
  }
  for (auto it = by_hash_.begin(); it != by_hash_.end(); ++it) {
    if (it->second.id != id) continue;
    TRY_DO(ports_.documents.remove(collections::keys, it->first));
    by_hash_.erase(it);
    return {};
  }
  return base::fail(base::ErrorKind::not_found, "there is no key '" + id + "'");
}

bool Keys::any_stored() const {
  const std::shared_lock lock(mutex_);
  return !by_hash_.empty();
}

std::optional<Identity> Keys::identify(std::string_view secret) const {
  const std::string hash = base::sha256_hex(secret);
  const std::shared_lock lock(mutex_);
  if (const auto found = by_hash_.find(hash); found != by_hash_.end()) return found->second.identity;
  if (const auto found = in_memory_.find(hash); found != in_memory_.end()) return found->second;
  return std::nullopt;
}

}  // namespace proffer::service
