#include "service/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/base64url.h"
#include "base/entropy.h"
#include "base/limits.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view secret_id = "tokens";

constexpr std::pair<TokenKind, std::string_view> kind_names[] = {
    {TokenKind::api_key, "API_KEY"}, {TokenKind::session, "SESSION"}, {TokenKind::refresh, "REFRESH"}};

std::string_view name_of(TokenKind kind) {
  return std::ranges::find(kind_names, kind, &std::pair<TokenKind, std::string_view>::first)->second;
}

std::optional<TokenKind> parse_kind(std::string_view text) {
  for (const auto& [kind, name] : kind_names) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

std::string random_text(std::size_t bytes) {
  std::string out(bytes, '\0');
  base::fill_random(reinterpret_cast<unsigned char*>(out.data()), bytes);
  return base::to_base64url(out);
}

json::object to_document(const Token& token) {
  return {{"_id", token.id},
          {"kind", name_of(token.kind)},
          {"name", token.name},
          {"project", token.identity.project},
          {"role", name_of(token.identity.role)},
          {"created", token.created},
          {"expires", token.expires.time_since_epoch().count()}};
}

// Nothing for a document that is no token of ours.
std::optional<Token> from_document(const json::object& document) {
  const auto kind = parse_kind(document::text_member(document, "kind"));
  const auto* expires = document.if_contains("expires");
  if (!kind || expires == nullptr || !expires->is_int64()) return std::nullopt;
  Token token{document::text_member(document, "_id"),     *kind, document::text_member(document, "name"), {},
              document::text_member(document, "created"), {}};
  token.identity.project = document::text_member(document, "project");
  token.identity.role =
      parse_role(document::text_member(document, "role")).value_or(Role::decide);  // unknown: the least of rights
  token.expires = base::Time(base::Micros(expires->get_int64()));
  return token;
}

std::int64_t seconds(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

tl::unexpected<base::Error> refuse(const char* reason) {
  return base::fail(base::ErrorKind::unauthenticated, std::string("this token is not valid: ") + reason);
}

}  // namespace

base::Status Tokens::load() {
  const std::unique_lock lock(mutex_);  // over the scan: what is made or revoked meanwhile waits
  TRY(const auto secret, ports_.documents.get(collections::secrets, secret_id));
  std::map<std::string, Token, std::less<>> loaded;
  store::ScanOptions page;
  while (true) {
    TRY(const auto documents, ports_.documents.scan(collections::tokens, {}, page));
    if (documents.empty()) break;
    for (const auto& document : documents) {
      if (auto token = from_document(document)) loaded.emplace(token->id, std::move(*token));
    }
    page.after = document::text_member(documents.back(), "_id");
  }
  secret_ = secret ? document::text_member(*secret, "secret") : "";
  by_id_.swap(loaded);
  return {};
}

base::Status Tokens::make_secret() {
  if (!secret_.empty()) return {};
  auto secret = random_text(32);
  TRY_DO(ports_.documents.insert(collections::secrets, {{"_id", secret_id}, {"secret", secret}}));
  secret_ = std::move(secret);
  return {};
}

base::Result<Tokens::Made> Tokens::create(TokenKind kind, const std::string& name, const Identity& identity,
                                          base::Micros lifetime) {
  const auto now = ports_.clock.now();
  const std::unique_lock lock(mutex_);
  TRY_DO(make_secret());
  TRY_DO(make_room_for(kind, name));
  const Token token{random_text(18), kind, name, identity, base::TimeZone{}.format(now), now + lifetime};
  TRY_DO(ports_.documents.insert(collections::tokens, to_document(token)));
  by_id_.emplace(token.id, token);
  const Claims claims{name,         std::string(name_of(kind)), server_id_, server_id_,
                      seconds(now), seconds(token.expires),     token.id};
  return Made{token, sign_token(claims, secret_)};
}

base::Result<Token> Tokens::identify(std::string_view text, TokenKind kind) const {
  const std::shared_lock lock(mutex_);
  if (secret_.empty()) return refuse("it was not signed here");
  TRY(const auto claims, verify_token(text, secret_));
  const auto found = by_id_.find(claims.jti);
  if (found == by_id_.end()) return refuse("it was revoked");
  if (found->second.kind != kind) return refuse("it is of another kind");
  if (ports_.clock.now() >= found->second.expires) return refuse("it has expired");
  return found->second;
}

std::vector<Token> Tokens::list(TokenKind kind) const {
  const auto now = ports_.clock.now();
  const std::shared_lock lock(mutex_);
  std::vector<Token> out;
  for (const auto& [id, token] : by_id_) {
    if (token.kind == kind && token.expires > now) out.push_back(token);
  }
  std::ranges::sort(out, {}, &Token::created);
  return out;
}

base::Status Tokens::revoke(const std::string& id) {
  const std::unique_lock lock(mutex_);
  if (!by_id_.contains(id)) return base::fail(base::ErrorKind::not_found, "there is no token '" + id + "'");
  return drop({id});
}

base::Status Tokens::revoke_all_of(const std::string& user) {
  const std::unique_lock lock(mutex_);
  auto ids = sessions_of(TokenKind::session, user);
  for (auto& id : sessions_of(TokenKind::refresh, user)) ids.push_back(std::move(id));
  return drop(ids);
}

base::Status Tokens::drop(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    TRY_DO(ports_.documents.remove(collections::tokens, id));
    by_id_.erase(id);
  }
  return {};
}

base::Status Tokens::drop_expired() {
  const auto now = ports_.clock.now();
  std::vector<std::string> ids;
  for (const auto& [id, token] : by_id_) {
    if (token.expires <= now) ids.push_back(id);
  }
  return drop(ids);
}

// A user who signs in again and again loses the oldest sessions; applications are told.
base::Status Tokens::make_room_for(TokenKind kind, const std::string& name) {
  TRY_DO(drop_expired());
  if (kind != TokenKind::api_key) {
    auto ids = sessions_of(kind, name);
    const auto spare = ids.size() - std::min(ids.size(), base::limits::sessions_of_user - 1);
    ids.resize(spare);
    TRY_DO(drop(ids));
  }
  if (by_id_.size() < base::limits::tokens) return {};
  return base::fail(base::ErrorKind::too_large, fmt::format("there are {} tokens already", base::limits::tokens));
}

// The oldest first.
std::vector<std::string> Tokens::sessions_of(TokenKind kind, const std::string& user) const {
  std::vector<const Token*> found;
  for (const auto& [id, token] : by_id_) {
    if (token.kind == kind && token.name == user) found.push_back(&token);
  }
  std::ranges::sort(found, {}, [](const Token* token) { return std::pair(token->expires, token->id); });
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const auto* token : found) ids.push_back(token->id);
  return ids;
}

}  // namespace proffer::service
