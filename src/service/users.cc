#include "service/users.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/base64url.h"
#include "base/entropy.h"
#include "base/time_text.h"
#include "document/text.h"
#include "document/violations.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

namespace limits = base::limits;

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// One @ with something on both sides, without blanks: who writes to it finds out the rest.
bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() && text.rfind('@') == at &&
         text.size() <= limits::text_field_bytes && !document::first_invalid_utf8(text) &&
         !document::has_control_characters(text) && text.find_first_of(" /") == std::string_view::npos;
}

base::Status check(const std::string& email, const std::string& password) {
  document::Violations violations;
  if (!is_email(email)) violations.add("body.email", "expected an e-mail address", json::value(email));
  if (password.size() < limits::password_bytes_least || password.size() > limits::password_bytes) {
    violations.add("body.password",
                   fmt::format("expected {} to {} bytes", limits::password_bytes_least, limits::password_bytes),
                   nullptr);
  }
  if (violations.empty()) return {};
  return tl::unexpected(violations.error());
}

std::string random_salt() {
  std::string salt(16, '\0');
  base::fill_random(reinterpret_cast<unsigned char*>(salt.data()), salt.size());
  return base::to_base64url(salt);
}

tl::unexpected<base::Error> wrong() {
  return base::fail(base::ErrorKind::forbidden, "the e-mail address or the password is wrong");
}

}  // namespace

json::object Users::to_document(const Record& record) {
  return {{"_id", record.user.email},
          {"project", record.user.identity.project},
          {"role", name_of(record.user.identity.role)},
          {"created", record.user.created},
          {"salt", record.salt},
          {"hash", record.hash},
          {"scrypt", {{"n", record.cost.n}, {"r", record.cost.r}, {"p", record.cost.p}}}};
}

// Nothing for a document that is no user of ours.
std::optional<Users::Record> Users::from_document(const json::object& document) {
  try {
    Record record;
    record.user.email = document.at("_id").as_string();
    record.user.identity.project = document.at("project").as_string();
    record.user.identity.role = parse_role(document.at("role").as_string()).value_or(Role::decide);
    record.user.created = document.at("created").as_string();
    record.salt = document.at("salt").as_string();
    record.hash = document.at("hash").as_string();
    const auto& cost = document.at("scrypt").as_object();
    record.cost = {cost.at("n").to_number<std::uint64_t>(), cost.at("r").to_number<std::uint64_t>(),
                   cost.at("p").to_number<std::uint64_t>()};
    return record;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

base::Status Users::load() {
  const std::unique_lock lock(mutex_);  // over the scan: what is made or removed meanwhile waits
  std::map<std::string, Record, std::less<>> loaded;
  store::ScanOptions page;
  while (true) {
    TRY(const auto documents, ports_.documents.scan(collections::users, {}, page));
    if (documents.empty()) break;
    for (const auto& document : documents) {
      if (auto record = from_document(document)) loaded.emplace(record->user.email, std::move(*record));
    }
    page.after = std::string(documents.back().at("_id").as_string());
  }
  by_email_.swap(loaded);
  return {};
}

base::Result<User> Users::create(const std::string& email, const std::string& password, const Identity& identity) {
  TRY_DO(check(email, password));
  Record record{{lower_case(email), identity, base::TimeZone{}.format(ports_.clock.now())}, random_salt(), "", cost_};
  TRY(record.hash, hash(password, record.salt, cost_));
  const std::unique_lock lock(mutex_);
  if (by_email_.size() >= limits::users) {
    return base::fail(base::ErrorKind::too_large, fmt::format("there are {} users already", limits::users));
  }
  TRY_DO(ports_.documents.insert(collections::users, to_document(record)));
  by_email_.emplace(record.user.email, record);
  return record.user;
}

std::vector<User> Users::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<User> out;
  for (const auto& [email, record] : by_email_) out.push_back(record.user);
  return out;
}

base::Status Users::remove(const std::string& email) {
  const auto name = lower_case(email);
  {
    const std::unique_lock lock(mutex_);
    if (!by_email_.contains(name)) return base::fail(base::ErrorKind::not_found, "there is no user '" + email + "'");
    TRY_DO(ports_.documents.remove(collections::users, name));
    by_email_.erase(name);
  }
  return tokens_.revoke_all_of(name);
}

std::optional<Users::Record> Users::find(const std::string& email) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_email_.find(lower_case(email));
  return found == by_email_.end() ? std::nullopt : std::optional(found->second);
}

base::Result<std::string> Users::hash(const std::string& password, const std::string& salt,
                                      const base::ScryptCost& cost) {
  if (!hashes_.try_acquire()) return base::fail(base::ErrorKind::too_often, "too many passwords are being checked");
  auto bytes = base::scrypt(password, salt, cost);
  hashes_.release();
  TRY(const auto found, std::move(bytes));
  return base::to_base64url(found);
}

// An unknown user costs a hash too, so that time does not tell who is known.
base::Result<bool> Users::matches(const std::optional<Record>& record, const std::string& password) {
  TRY(const auto found, hash(password, record ? record->salt : "", record ? record->cost : cost_));
  return record && base::same_secret(found, record->hash);
}

base::Result<Session> Users::login(const std::string& email, const std::string& password, const std::string& address) {
  if (!failed_.may_try(address, ports_.clock.now())) {
    return base::fail(base::ErrorKind::too_often, "too many failed logins from this address");
  }
  if (password.size() > limits::password_bytes) return wrong();
  const auto record = find(email);
  TRY(const bool is_right, matches(record, password));
  if (is_right) return start_session(record->user);
  failed_.add(address, ports_.clock.now());
  return wrong();
}

base::Result<Session> Users::start_session(const User& user) {
  TRY(auto access, tokens_.create(TokenKind::session, user.email, user.identity, limits::session_lifetime));
  TRY(auto refresh, tokens_.create(TokenKind::refresh, user.email, user.identity, limits::refresh_lifetime));
  return Session{std::move(access.text), std::move(refresh.text), access.token.expires};
}

base::Result<Session> Users::renew(const std::string& refresh_token) {
  TRY(const auto token, tokens_.identify(refresh_token, TokenKind::refresh));
  TRY_DO(tokens_.revoke(token.id));  // of two who come with it at once, one is refused
  const auto record = find(token.name);
  if (!record) return base::fail(base::ErrorKind::unauthenticated, "there is no such user any more");
  return start_session(record->user);
}

base::Status Users::sign_out(const std::string& access_token) {
  TRY(const auto token, tokens_.identify(access_token, TokenKind::session));
  return tokens_.revoke(token.id);
}

}  // namespace proffer::service
