// Tokens made here: those of applications for the original's server routes, and the sessions of users. Each is signed
// with the secret of this data directory and known by its id, so that it can be revoked.
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/json_web_token.h"
#include "service/keys.h"
#include "service/ports.h"

namespace proffer::service {

enum class TokenKind {
  api_key,  // of an application: good for the original's server routes
  session,  // of a user who signed in: good wherever a key of that project and role is
  refresh,  // of a user: good for one new session
};

struct Token {
  std::string id;  // "jti": names the token in lists and when it is revoked
  TokenKind kind = TokenKind::api_key;
  std::string name;  // what it is for, or a session's user
  Identity identity;
  std::string created;  // ISO 8601
  base::Time expires;
};

class Tokens {
 public:
  // `server_id` stands in the claims: which server made the token.
  Tokens(const Ports& ports, std::string server_id) : ports_(ports), server_id_(std::move(server_id)) {}

  base::Status load();  // from the store; call before anything else

  struct Made {
    Token token;
    std::string text;  // shown here and never again
  };
  // `too_large` when there are limits::tokens of them already. Forgets tokens that have expired.
  base::Result<Made> create(TokenKind kind, const std::string& name, const Identity& identity, base::Micros lifetime);

  // Whose token this is. `unauthenticated` when it was not signed here, has expired, was revoked or is of another kind.
  base::Result<Token> identify(std::string_view text, TokenKind kind) const;

  std::vector<Token> list(TokenKind kind) const;        // those that have not expired
  base::Status revoke(const std::string& id);           // `not_found`
  base::Status revoke_all_of(const std::string& user);  // sessions and what would renew them

 private:
  base::Status make_secret();
  base::Status drop(const std::vector<std::string>& ids);
  base::Status drop_expired();
  base::Status make_room_for(TokenKind kind, const std::string& name);
  std::vector<std::string> sessions_of(TokenKind kind, const std::string& user) const;

  Ports ports_;
  std::string server_id_;
  mutable std::shared_mutex mutex_;
  std::string secret_;  // empty until the first token is made
  std::map<std::string, Token, std::less<>> by_id_;
};

}  // namespace proffer::service
