#include "service/server_list.h"

#include <algorithm>
#include <charconv>

#include "document/json.h"

namespace proffer::service {
namespace {

constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-";
constexpr std::string_view ipv6_characters = "0123456789abcdef:.";
constexpr std::string_view rest_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/!$&'()*+,;=:";

tl::unexpected<base::Error> refuse(std::string_view url) {
  return base::fail(base::ErrorKind::invalid,
                    "expected a URL like http://host:port/path, not '" + std::string(url) + "'");
}

bool holds_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') && holds_only(host.substr(1, host.size() - 2), ipv6_characters);
  }
  return !host.empty() && holds_only(host, host_characters);
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65'536;
}

bool is_four_numbers(std::string_view host) { return holds_only(host, "0123456789."); }

// 127.0.0.0/8 by number, ::1, and localhost, which resolvers hold to this machine (RFC 6761, section 6.3).
bool is_this_machine(std::string_view origin) {
  const auto host = origin.substr(origin.find("://") + 3);
  const auto name = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.rfind(':'));
  return name == "localhost" || name == "[::1]" || (name.starts_with("127.") && is_four_numbers(name));
}

}  // namespace

base::Result<std::string> origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return refuse(url);
  const auto scheme = lower_case(url.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return refuse(url);
  const auto rest = url.substr(scheme_end + 3);
  const auto authority_end = std::min(rest.find('/'), rest.size());
  if (!holds_only(rest.substr(authority_end), rest_characters)) return refuse(url);
  const auto authority = lower_case(rest.substr(0, authority_end));
  const auto colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  const auto host = authority.substr(0, colon);
  const auto port = colon != std::string::npos ? authority.substr(colon + 1) : scheme == "http" ? "80" : "443";
  if (!is_host(host) || !is_port(port)) return refuse(url);
  return scheme + "://" + host + ":" + port;
}

base::Result<ServerList> ServerList::parse(const std::vector<std::string>& urls) {
  ServerList list;
  for (const auto& url : urls) {
    TRY(auto origin, origin_of(url));
    list.origins_.push_back(std::move(origin));
  }
  return list;
}

base::Status ServerList::check(const std::string& url, const std::string& location) const {
  const auto value = document::json_text(boost::json::value(url));
  const auto origin = origin_of(url);
  if (!origin) return base::fail_field(location, "expected a URL like http://host:port/path", value);
  if (is_this_machine(*origin) || std::ranges::find(origins_, *origin) != origins_.end()) return {};
  return base::fail_field(location, "expected a server of the option `servers`, or one on this machine", value);
}

}  // namespace proffer::service
