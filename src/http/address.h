// HOST:PORT, an IPv6 host in brackets.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "base/result.h"

namespace proffer::http {

// The first address that `host_and_port` stands for, IPv4 before IPv6.
base::Result<boost::asio::ip::tcp::endpoint> resolve(const std::string& host_and_port);

// The text of an address: "127.0.0.1:8091", "[::1]:8091".
std::string address_text(const boost::asio::ip::tcp::endpoint& endpoint);

// The other end of `socket`, without port; empty for a Unix socket.
std::string peer_text(const boost::asio::generic::stream_protocol::socket& socket);

}  // namespace proffer::http
