#include "service/json_web_token.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/base64url.h"
#include "base/limits.h"
#include "base/secrets.h"
#include "document/json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";

tl::unexpected<base::Error> refuse(std::string reason) {
  return base::fail(base::ErrorKind::unauthenticated, "this token is not valid: " + std::move(reason));
}

base::Result<json::object> object_of(std::string_view part, const char* name) {
  const auto text = base::from_base64url(part);
  if (!text) return refuse(std::string(name) + " is not base64url");
  auto value = document::parse_json(*text);
  if (!value || !value->is_object()) return refuse(std::string(name) + " is not a JSON object");
  return std::move(value->get_object());
}

std::int64_t seconds_of(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// What a header may say: HS256, and nothing that has to be understood ("crit").
base::Status check_header(std::string_view part) {
  TRY(const auto members, object_of(part, "its header"));
  if (document::text_member(members, "alg") != "HS256") return refuse("its algorithm is not HS256");
  if (members.contains("crit")) return refuse("its header has critical members");
  return {};
}

// header.claims.signature
std::array<std::string_view, 3> parts_of(std::string_view token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(last + 1)};
}

}  // namespace

std::string sign_token(const Claims& claims, std::string_view secret) {
  const json::object members{{"sub", claims.sub}, {"type", claims.type}, {"serverId", claims.server_id},
                             {"iss", claims.iss}, {"iat", claims.iat},   {"exp", claims.exp},
                             {"jti", claims.jti}};
  const auto text = base::to_base64url(header) + '.' + base::to_base64url(document::json_text(members));
  return text + '.' + base::to_base64url(base::hmac_sha256(secret, text));
}

bool looks_like_token(std::string_view text) { return std::ranges::count(text, '.') == 2; }

base::Result<Claims> verify_token(std::string_view token, std::string_view secret) {
  if (token.size() > base::limits::token_bytes) return refuse("it is too long");
  if (!looks_like_token(token)) return refuse("it has not three parts");
  const auto [head, body, signature] = parts_of(token);
  TRY_DO(check_header(head));
  const auto signed_text = token.substr(0, head.size() + 1 + body.size());
  const auto given = base::from_base64url(signature);
  if (!given || !base::same_secret(*given, base::hmac_sha256(secret, signed_text))) {
    return refuse("it was not signed here");
  }
  TRY(const auto members, object_of(body, "its body"));
  return Claims{document::text_member(members, "sub"),
                document::text_member(members, "type"),
                document::text_member(members, "serverId"),
                document::text_member(members, "iss"),
                seconds_of(members, "iat"),
                seconds_of(members, "exp"),
                document::text_member(members, "jti")};
}

}  // namespace proffer::service
