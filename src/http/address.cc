#include "http/address.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstring>
#include <optional>

namespace proffer::http {
namespace {

using base::ErrorKind;
using boost::asio::ip::tcp;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return port;
}

base::Result<tcp::endpoint> look_up(const std::string& host, std::uint16_t port) {
  boost::asio::io_context context;
  boost::system::error_code ec;
  const auto found = tcp::resolver(context).resolve(host, "", ec);
  if (ec || found.empty()) return base::fail(ErrorKind::invalid, "no address is known for host \"" + host + "\"");
  const auto v4 =
      std::find_if(found.begin(), found.end(), [](const auto& e) { return e.endpoint().address().is_v4(); });
  return tcp::endpoint((v4 == found.end() ? found.begin() : v4)->endpoint().address(), port);
}

}  // namespace

base::Result<tcp::endpoint> resolve(const std::string& host_and_port) {
  const auto malformed = [&] {
    return base::fail(ErrorKind::invalid,
                      "\"" + host_and_port + "\" is no address: expected HOST:PORT, or [IPv6]:PORT");
  };
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string::npos || colon == 0) return malformed();
  const auto port = parse_port(std::string_view(host_and_port).substr(colon + 1));
  std::string host = host_and_port.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (!port || (!bracketed && host.find_first_of(":[]") != std::string::npos)) return malformed();
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(host, ec);
  if (ec) return bracketed ? base::Result<tcp::endpoint>(malformed()) : look_up(host, *port);
  if (address.is_v6() != bracketed) return malformed();
  return tcp::endpoint(address, *port);
}

std::string address_text(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(endpoint.port());
}

std::string peer_text(const boost::asio::generic::stream_protocol::socket& socket) {
  boost::system::error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  const int family = peer.protocol().family();
  if (ec || (family != AF_INET && family != AF_INET6)) return "";
  tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), peer.data(), std::min(peer.size(), endpoint.capacity()));
  endpoint.resize(peer.size());
  return endpoint.address().to_string();
}

}  // namespace proffer::http
