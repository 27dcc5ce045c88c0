// People who sign in: with an e-mail address and a password, of which only a slow hash is kept.
#pragma once

#include <map>
#include <optional>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/secrets.h"
#include "service/failed_logins.h"
#include "service/keys.h"
#include "service/ports.h"
#include "service/tokens.h"

namespace proffer::service {

struct User {
  std::string email;  // in lower case; names the user in all projects
  Identity identity;
  std::string created;  // ISO 8601
};

struct Session {
  std::string access_token;   // goes where a key of the user's project and role goes
  std::string refresh_token;  // good for one new session
  base::Time expires;         // of the access token
};

class Users {
 public:
  // `cost` of new hashes; those that exist keep theirs.
  Users(const Ports& ports, Tokens& tokens, const base::ScryptCost& cost = {})
      : ports_(ports), tokens_(tokens), cost_(cost) {}

  base::Status load();  // from the store; call before anything else

  // `invalid` names body.email or body.password; `conflict` when there is a user of that address, in any project.
  base::Result<User> create(const std::string& email, const std::string& password, const Identity& identity);
  std::vector<User> list() const;
  base::Status remove(const std::string& email);  // `not_found`; ends the user's sessions

  // `forbidden` for a wrong address or password, both told the same way after the same time; `too_often` past the
  // failures that one address may have, or while limits::password_hashes_at_a_time others are being checked.
  base::Result<Session> login(const std::string& email, const std::string& password, const std::string& address);
  // A new session for a refresh token, which is used up. `unauthenticated` when it is not valid.
  base::Result<Session> renew(const std::string& refresh_token);
  base::Status sign_out(const std::string& access_token);  // ends that session

 private:
  struct Record {
    User user;
    std::string salt, hash;  // base64url
    base::ScryptCost cost;
  };
  static boost::json::object to_document(const Record& record);
  static std::optional<Record> from_document(const boost::json::object& document);

  std::optional<Record> find(const std::string& email) const;
  base::Result<std::string> hash(const std::string& password, const std::string& salt, const base::ScryptCost& cost);
  base::Result<bool> matches(const std::optional<Record>& record, const std::string& password);
  base::Result<Session> start_session(const User& user);

  Ports ports_;
  Tokens& tokens_;
  base::ScryptCost cost_;
  FailedLogins failed_;
  std::counting_semaphore<> hashes_{base::limits::password_hashes_at_a_time};
  mutable std::shared_mutex mutex_;
  std::map<std::string, Record, std::less<>> by_email_;
};

}  // namespace proffer::service
