// API keys: who may call, for which project, with which role. Stored as hashes; the secret is shown once, when made.
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/ports.h"

namespace proffer::service {

// Each role may do what those before it may.
enum class Role {
  decide,  // ask for decisions and report outcomes
  manage,  // read and change campaigns, read the log, refresh and recompute
  admin,   // make, list and revoke keys
};

std::string_view name_of(Role role);
std::optional<Role> parse_role(std::string_view text);

struct Identity {
  std::string project = "default";
  Role role = Role::admin;
};

struct Key {
  std::string id;    // public: names the key in lists and when it is revoked
  std::string name;  // what it is for
  Identity identity;
  std::string created;  // ISO 8601
};

class Keys {
 public:
  explicit Keys(const Ports& ports) : ports_(ports) {}

  base::Status load();                                             // from the store; call before anything else
  void add_in_memory(std::string_view secret, Identity identity);  // for development: never stored

  struct Made {
    Key key;
    std::string secret;  // "sk_…": 32 random bytes, shown here and never again
  };
  base::Result<Made> create(const std::string& name, const Identity& identity);
  std::vector<Key> list() const;
  // `not_found`; `conflict` for the last key when one must remain.
  base::Status revoke(const std::string& id, bool keep_one = false);

  bool any_stored() const;
  std::optional<Identity> identify(std::string_view secret) const;

 private:
  Ports ports_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Key, std::less<>> by_hash_;
  std::map<std::string, Identity, std::less<>> in_memory_;
};

}  // namespace proffer::service
