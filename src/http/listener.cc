#include "http/listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstring>

#include "base/log.h"
#include "http/address.h"

namespace proffer::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::ErrorKind;

constexpr int backlog = 4096;
// Out of descriptors or memory: try again a little later instead of spinning.
constexpr std::chrono::milliseconds accept_pause{100};

base::Status make_way(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return base::fail(ErrorKind::conflict, "\"" + path + "\" exists and is no socket");
  asio::io_context context;
  asio::local::stream_protocol::socket probe(context);
  boost::system::error_code ec;
  probe.connect(asio::local::stream_protocol::endpoint(path), ec);
  if (!ec) return base::fail(ErrorKind::conflict, "another process is listening on \"" + path + "\"");
  ::unlink(path.c_str());
  return {};
}

std::string bound_address(const asio::generic::stream_protocol::endpoint& endpoint) {
  tcp::endpoint bound;
  std::memcpy(bound.data(), endpoint.data(), endpoint.size());
  bound.resize(endpoint.size());
  return address_text(bound);
}

}  // namespace

Listener::Listener(const Workers& workers)
    : workers_(workers), acceptor_(workers.front()->context()), pause_(workers.front()->context()) {}

base::Result<std::shared_ptr<Listener>> Listener::tcp(const std::string& address, const Workers& workers) {
  TRY(const tcp::endpoint endpoint, resolve(address));
  auto listener = std::make_shared<Listener>(workers);
  TRY_DO(listener->listen(endpoint, address));
  listener->address_ = bound_address(listener->acceptor_.local_endpoint());
  return listener;
}

base::Result<std::shared_ptr<Listener>> Listener::local(const std::string& path, const Workers& workers) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return base::fail(ErrorKind::invalid, "the path of the local socket is too long for the system: \"" + path + "\"");
  }
  TRY_DO(make_way(path));
  auto listener = std::make_shared<Listener>(workers);
  TRY_DO(listener->listen(asio::local::stream_protocol::endpoint(path), path));
  listener->path_ = path;
  return listener;
}

// SO_REUSEADDR only lets a port be taken whose last owner's connections linger; SO_REUSEPORT, which would let two
// processes share one silently, stays off.
base::Status Listener::listen(const Protocol::endpoint& endpoint, const std::string& name) {
  const int family = endpoint.protocol().family();
  boost::system::error_code ec;
  acceptor_.open(Protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP), ec);
  if (!ec && family != AF_UNIX) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && family == AF_INET6) acceptor_.set_option(asio::ip::v6_only(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  // Before listen(), so that nobody else can connect even for a moment.
  if (!ec && family == AF_UNIX && ::chmod(name.c_str(), 0600) != 0) ec.assign(errno, boost::system::system_category());
  if (!ec) acceptor_.listen(backlog, ec);
  if (ec == asio::error::address_in_use) return base::fail(ErrorKind::conflict, "address in use: " + name);
  if (ec) return base::fail(ErrorKind::invalid, "cannot listen on " + name + ": " + ec.message());
  return {};
}

void Listener::accept() {
  acceptor_.async_accept(workers_[next_]->context(),
                         [self = shared_from_this()](boost::system::error_code ec, Protocol::socket socket) {
                           self->on_accept(ec, std::move(socket));
                         });
}

void Listener::on_accept(boost::system::error_code ec, Protocol::socket socket) {
  if (ec == asio::error::operation_aborted || !acceptor_.is_open()) return;
  if (ec == asio::error::no_descriptors || ec == asio::error::no_buffer_space || ec == asio::error::no_memory) {
    return accept_later();
  }
  if (!ec) {
    boost::system::error_code ignored;
    if (path_.empty()) socket.set_option(tcp::no_delay(true), ignored);
    std::string peer = path_.empty() ? peer_text(socket) : "";
    workers_[next_]->adopt(std::move(socket), {std::move(peer), !path_.empty()});
    next_ = (next_ + 1) % workers_.size();
  }
  accept();
}

void Listener::accept_later() {
  base::log::warn("cannot accept connections: out of file descriptors or memory");
  pause_.expires_after(accept_pause);
  pause_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
    if (!ec) self->accept();
  });
}

void Listener::close() {
  boost::system::error_code ec;
  acceptor_.close(ec);
  pause_.cancel();
  if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
}

}  // namespace proffer::http
