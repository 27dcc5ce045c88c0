#include "adapters/cassandra/frame.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adapters/cassandra/wire.h"
#include "base/limits.h"

namespace proffer::adapters::cql {
namespace {

constexpr std::uint8_t request_version = 0x04;
constexpr std::uint8_t answer_version = 0x84;
constexpr std::uint8_t newest_version = 0x0f;  // what a first byte may say and still be a version

enum HeaderFlag : std::uint8_t { compressed = 0x01, traced = 0x02, with_payload = 0x04, with_warnings = 0x08 };
enum QueryFlag : std::uint8_t { with_values = 0x01, with_page_size = 0x04, with_paging_state = 0x08 };

constexpr std::array<std::pair<std::string_view, Consistency>, 8> consistencies{{
    {"one", Consistency::one},
    {"two", Consistency::two},
    {"three", Consistency::three},
    {"quorum", Consistency::quorum},
    {"all", Consistency::all},
    {"local_quorum", Consistency::local_quorum},
    {"each_quorum", Consistency::each_quorum},
    {"local_one", Consistency::local_one},
}};

std::string frame(std::int16_t stream, Opcode opcode, const std::string& body) {
  std::string out;
  out.reserve(header_bytes + body.size());
  WireWriter writer(out);
  writer.byte(request_version);
  writer.byte(0);
  writer.short_number(static_cast<std::uint16_t>(stream));
  writer.byte(static_cast<std::uint8_t>(opcode));
  writer.bytes(body);
  return out;
}

tl::unexpected<base::Error> wrong_version(std::uint8_t version) {
  const int spoken = version & 0x7f;
  if ((version & 0x80) != 0 && spoken >= 1 && spoken <= newest_version) {
    return base::fail(base::ErrorKind::remote,
                      fmt::format("it speaks version {} of Cassandra's native protocol, and not version 4, which "
                                  "Cassandra 2.2 and later know",
                                  spoken));
  }
  return base::fail(base::ErrorKind::remote, "it does not speak Cassandra's native protocol: is this its CQL port?");
}

void skip_payload(WireReader& reader) {
  for (int entries = reader.short_number(); entries > 0 && reader.ok(); --entries) {
    reader.text();
    reader.bytes();
  }
}

}  // namespace

std::optional<Consistency> consistency_named(std::string_view name) {
  for (const auto& [known, value] : consistencies)
    if (known == name) return value;
  return std::nullopt;
}

base::Result<Header> read_header(std::string_view bytes) {
  WireReader reader(bytes);
  const auto version = reader.byte();
  if (version != answer_version) return wrong_version(version);
  Header header;
  header.flags = reader.byte();
  header.stream = static_cast<std::int16_t>(reader.short_number());
  header.opcode = static_cast<Opcode>(reader.byte());
  const std::int32_t size = reader.int32();
  if (!reader.ok()) return base::fail(base::ErrorKind::remote, "its answer has no whole header");
  header.body_bytes = static_cast<std::size_t>(size);
  if (size >= 0 && header.body_bytes <= base::limits::cassandra_frame_bytes) return header;
  return base::fail(base::ErrorKind::remote,
                    fmt::format("its answer has {} bytes, and at most {} are read: select "
                                "fewer columns, or a smaller page",
                                static_cast<std::uint32_t>(size), base::limits::cassandra_frame_bytes));
}

base::Result<Body> read_body(std::uint8_t flags, std::string_view bytes) {
  if ((flags & compressed) != 0) return base::fail(base::ErrorKind::remote, "its answer is compressed, unasked");
  WireReader reader(bytes);
  Body body;
  if ((flags & traced) != 0) reader.take(16);
  if ((flags & with_warnings) != 0) {
    for (int left = reader.short_number(); left > 0 && reader.ok(); --left) body.warnings.emplace_back(reader.text());
  }
  if ((flags & with_payload) != 0) skip_payload(reader);
  if (!reader.ok()) return base::fail(base::ErrorKind::remote, "its answer ends within what its flags announce");
  body.content = reader.take(reader.remaining());
  return body;
}

std::string options_frame(std::int16_t stream) { return frame(stream, Opcode::options, {}); }

std::string startup_frame(std::int16_t stream) {
  std::string body;
  WireWriter writer(body);
  writer.short_number(2);
  writer.text("CQL_VERSION");
  writer.text("3.0.0");
  writer.text("DRIVER_NAME");
  writer.text("proffer");
  return frame(stream, Opcode::startup, body);
}

// SASL PLAIN (RFC 4616), which PasswordAuthenticator reads.
std::string auth_response_frame(std::int16_t stream, std::string_view user, std::string_view password) {
  std::string token;
  token.append(1, '\0').append(user).append(1, '\0').append(password);
  std::string body;
  WireWriter(body).bytes(token);
  return frame(stream, Opcode::auth_response, body);
}

std::string query_frame(std::int16_t stream, std::string_view text, Consistency consistency) {
  std::string body;
  WireWriter writer(body);
  writer.bytes(text);
  writer.short_number(static_cast<std::uint16_t>(consistency));
  writer.byte(0);
  return frame(stream, Opcode::query, body);
}

std::string prepare_frame(std::int16_t stream, std::string_view text) {
  std::string body;
  WireWriter(body).bytes(text);
  return frame(stream, Opcode::prepare, body);
}

std::string execute_frame(std::int16_t stream, const Execution& execution) {
  std::string body;
  WireWriter writer(body);
  writer.text(execution.id);
  writer.short_number(static_cast<std::uint16_t>(execution.consistency));
  const bool has_values = !execution.values.empty();
  const bool continues = !execution.paging_state.empty();
  writer.byte(
      static_cast<std::uint8_t>((has_values ? with_values : 0) | with_page_size | (continues ? with_paging_state : 0)));
  if (has_values) writer.short_number(static_cast<std::uint16_t>(execution.values.size()));
  for (const auto& value : execution.values) value ? writer.bytes(*value) : writer.int32(-1);
  writer.int32(execution.page_rows);
  if (continues) writer.bytes(execution.paging_state);
  return frame(stream, Opcode::execute, body);
}

}  // namespace proffer::adapters::cql
