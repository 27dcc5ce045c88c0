#include "adapters/cassandra/address.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace proffer::adapters::cql {
namespace {

namespace limits = base::limits;

constexpr std::string_view form = "expected cassandra://user:password@host:9042/keyspace";

tl::unexpected<base::Error> refuse(std::string message) {
  return base::fail(base::ErrorKind::invalid, std::move(message));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

base::Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low < 0) return refuse("the address of Cassandra: expected two hex digits behind each %");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// What came is not told: it may be a part of a password that was not percent-encoded.
template <class T>
base::Result<T> number(std::string_view name, std::string_view text, T low, T high) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high) return value;
  return refuse(fmt::format("the address of Cassandra: {}: expected a number from {} to {}", name, low, high));
}

base::Result<Host> parse_host(std::string_view text) {
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const auto colon = bracket == std::string_view::npos ? text.rfind(':') : text.find(':', bracket);
  Host host;
  host.name = bracket == std::string_view::npos ? text.substr(0, colon) : text.substr(1, bracket - 1);
  const bool ambiguous = bracket == std::string_view::npos && host.name.find(':') != std::string::npos;
  if (host.name.empty() || ambiguous || host.name.find_first_of(" \t\r\n[]@") != std::string::npos) {
    return refuse(fmt::format("the address of Cassandra: {}, an IPv6 address in brackets", form));
  }
  if (colon == std::string_view::npos) return host;
  TRY(const int port, number<int>("port", text.substr(colon + 1), 1, 65'535));
  host.port = std::to_string(port);
  return host;
}

base::Status parse_hosts(std::string_view text, Address& address) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    TRY(auto host, parse_host(text.substr(begin, end - begin)));
    address.hosts.push_back(std::move(host));
    begin = end + 1;
  }
  if (address.hosts.size() <= limits::cassandra_hosts) return {};
  return refuse(fmt::format("the address of Cassandra: expected at most {} hosts", limits::cassandra_hosts));
}

base::Status parse_user(std::string_view text, Address& address) {
  const auto colon = std::min(text.find(':'), text.size());
  TRY(address.user, decoded(text.substr(0, colon)));
  if (colon < text.size()) {
    TRY(address.password, decoded(text.substr(colon + 1)));
  }
  return {};
}

base::Status set_tls(Address& address, const std::string& value) {
  if (value != "true" && value != "false") return refuse("the address of Cassandra: tls: expected true or false");
  address.tls = value == "true";
  return {};
}

base::Status set_consistency(Address& address, const std::string& value) {
  const auto known = consistency_named(value);
  if (!known)
    return refuse(
        fmt::format("the address of Cassandra: consistency: expected local_one, one, two, three, local_quorum, quorum, "
                    "each_quorum or all"));
  address.consistency = *known;
  return {};
}

base::Status set_page(Address& address, const std::string& value) {
  TRY(address.page_rows, number<std::int32_t>("page", value, 1, limits::cassandra_page_rows_most));
  return {};
}

base::Status set_timeout(std::chrono::milliseconds& out, std::string_view name, const std::string& value) {
  TRY(const int timeout, number<int>(name, value, 1, 600'000));
  out = std::chrono::milliseconds(timeout);
  return {};
}

base::Status set_parameter(Address& address, std::string_view name, const std::string& value) {
  if (name == "tls") return set_tls(address, value);
  if (name == "consistency") return set_consistency(address, value);
  if (name == "page") return set_page(address, value);
  if (name == "connect_timeout_ms") return set_timeout(address.connect_timeout, name, value);
  if (name == "read_timeout_ms") return set_timeout(address.read_timeout, name, value);
  if (name != "ca") {
    return refuse(
        "the address of Cassandra: its parameters are tls, ca, consistency, page, connect_timeout_ms and "
        "read_timeout_ms");
  }
  address.ca_file = value;
  return {};
}

base::Status parse_parameters(std::string_view text, Address& address) {
  while (!text.empty()) {
    const auto part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const auto equals = std::min(part.find('='), part.size());
    TRY(const auto value, decoded(part.substr(std::min(equals + 1, part.size()))));
    TRY_DO(set_parameter(address, part.substr(0, equals), value));
  }
  return {};
}

}  // namespace

base::Result<Address> parse_address(std::string_view text) {
  Address address;
  address.tls = text.starts_with("cassandras://");
  if (!address.tls && !text.starts_with("cassandra://"))
    return refuse(fmt::format("the address of Cassandra: {}", form));
  text.remove_prefix(text.find("://") + 3);
  const auto query = std::min(text.find('?'), text.size());
  if (query < text.size()) TRY_DO(parse_parameters(text.substr(query + 1), address));
  text = text.substr(0, query);
  const auto slash = std::min(text.find('/'), text.size());
  if (slash < text.size()) {
    TRY(address.keyspace, decoded(text.substr(slash + 1)));
  }
  text = text.substr(0, slash);
  const auto at = text.rfind('@');
  if (at != std::string_view::npos) TRY_DO(parse_user(text.substr(0, at), address));
  TRY_DO(parse_hosts(text.substr(at == std::string_view::npos ? 0 : at + 1), address));
  return address;
}

std::string host_text(const Host& host) {
  const bool is_ipv6 = host.name.find(':') != std::string::npos;
  return (is_ipv6 ? '[' + host.name + ']' : host.name) + ':' + host.port;
}

}  // namespace proffer::adapters::cql
