#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <functional>

#include "base/limits.h"
#include "http/target.h"

namespace proffer::http {
namespace {

namespace beast = boost::beast;
namespace limits = base::limits;

std::string_view std_view(beast::string_view text) { return {text.data(), text.size()}; }

std::string lower_case(beast::string_view text) {
  std::string out(text.data(), text.size());
  for (char& c : out) c = beast::detail::ascii_tolower(c);
  return out;
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

// Nothing reserves more than this on the word of a Content-Length alone.
constexpr std::size_t trusted_length = 256 << 10;

}  // namespace

RequestParser::RequestParser() {
  // Beast's own limits count differently from ours (start line and fields apart), so ours are checked here instead.
  header_limit(2 * limits::header_bytes);
  body_limit(boost::none);
}

RequestParser::Step RequestParser::read(std::string_view bytes, std::size_t& used) {
  bytes_ = bytes;
  const bool had_head = is_header_done();
  error_code ec;
  used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (!had_head) head_bytes_ += used;
  const bool in_head = !is_header_done();
  const bool too_long = head_bytes_ + (in_head ? bytes.size() - used : 0) > limits::header_bytes;
  if (refusal_.status == 0 && too_long) {
    const bool in_target = in_head && request_.method.empty() && bytes.find('\n') == bytes.npos;
    refuse(in_target ? 414 : 431, in_target ? "request target too long" : "header too large", ec);
  }
  if (refusal_.status != 0) return Step::refused;
  if (ec == beast::http::error::need_more && bytes.size() - used <= limits::header_bytes) return Step::need_more;
  if (ec) {
    refuse(400, is_header_done() ? "malformed chunked body" : "malformed request header", ec);
    return Step::refused;
  }
  if (!had_head && is_header_done()) return Step::head_done;
  return is_done() ? Step::complete : is_header_done() ? Step::body_part : Step::need_more;
}

bool RequestParser::allow_body(std::size_t bytes) {
  most_body_ = bytes;
  const bool allowed = content_length().get_value_or(0) <= bytes;
  if (!allowed) refusal_ = {413, "body too large"};
  return allowed;
}

void RequestParser::refuse(int status, std::string_view reason, error_code& ec) {
  refusal_ = {status, reason};
  ec = beast::http::error::bad_value;
}

void RequestParser::on_request_impl(verb method, string_view method_text, string_view target, int version,
                                    error_code& ec) {
  version_ = version;
  if (target.size() > limits::target_bytes) return refuse(414, "request target too long", ec);
  if (method == verb::unknown || method == verb::connect) return refuse(501, "method not supported", ec);
  request_.method.assign(method_text.data(), method_text.size());
  Target parsed;
  if (!read_target(request_.method, std_view(target), parsed)) return refuse(400, "malformed request target", ec);
  request_.path = std::move(parsed.path);
  request_.query = std::move(parsed.query);
}

void RequestParser::on_field_impl(field id, string_view name, string_view value, error_code& ec) {
  if (is_folded(name, value)) return refuse(400, "folded header line", ec);
  if (is_header_done()) return check_trailer(id, ec);
  if (request_.headers.size() == limits::header_fields) return refuse(431, "too many header fields", ec);
  if (!check_framing(id, value, ec)) return;
  if (request_.headers.empty()) request_.headers.reserve(8);
  request_.headers.emplace_back(lower_case(name), std::string(value.data(), value.size()));
}

// Beast joins folded lines in a buffer of its own, or leaves the line end between name and value.
bool RequestParser::is_folded(string_view name, string_view value) const {
  const std::less<const char*> before;
  const char* const begin = bytes_.data();
  if (before(value.data(), begin) || before(begin + bytes_.size(), value.data() + value.size())) return true;
  const char* const after_name = name.data() + name.size();
  return std::find(after_name, value.data(), '\n') != value.data();
}

// Fields that say where the body ends, what it is, or whom it is for: once each, in their plainest form.
bool RequestParser::check_framing(field id, string_view value, error_code& ec) {
  const auto fail = [&](int status, std::string_view reason) {
    refuse(status, reason, ec);
    return false;
  };
  if (id == field::host && ++hosts_ > 1) return fail(400, "more than one Host");
  if (id == field::content_type && ++types_ > 1) return fail(400, "more than one Content-Type");
  if (id == field::content_length) {
    const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (++lengths_ > 1 || !digits) return fail(400, "Content-Length is not one number");
  }
  if (id == field::transfer_encoding) {
    if (version_ == 10) return fail(400, "Transfer-Encoding in HTTP/1.0");
    if (chunked_ || !beast::iequals(value, "chunked")) return fail(400, "Transfer-Encoding is not just chunked");
    chunked_ = true;
  }
  if (id == field::expect) {
    if (!beast::iequals(value, "100-continue")) return fail(417, "unknown expectation");
    expects_continue_ = version_ == 11;
  }
  return true;
}

// Trailers are read and dropped; those that would change what was already acted on are refused (RFC 9110,
// section 6.5.1).
void RequestParser::check_trailer(field id, error_code& ec) {
  switch (id) {
    case field::content_length:
    case field::transfer_encoding:
    case field::host:
    case field::authorization:
    case field::connection:
    case field::content_encoding:
    case field::content_range:
    case field::expect:
    case field::te:
    case field::trailer:
    case field::upgrade:
      return refuse(400, "this field may not be a trailer", ec);
    default:
      return;
  }
}

void RequestParser::on_header_impl(error_code& ec) {
  if (version_ == 11 && hosts_ == 0) refuse(400, "no Host", ec);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
  request_.body.reserve(std::min<std::size_t>(length.get_value_or(0), trusted_length));
}

std::size_t RequestParser::on_body_impl(string_view body, error_code&) { return append_body(body); }

std::size_t RequestParser::append_body(string_view body) {
  request_.body.append(body.data(), body.size());
  body_bytes_ += body.size();
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) {
  if (std::any_of(extensions.begin(), extensions.end(), is_control))
    return refuse(400, "malformed chunk extension", ec);
  if (size > most_body_ - body_bytes_) refuse(413, "body too large", ec);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view body, error_code&) {
  return append_body(body);
}

}  // namespace proffer::http
