// Frames of the native protocol, version 4 (sections 2 and 4.1): the header, and the requests that are made here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::adapters::cql {

enum class Opcode : std::uint8_t {
  error = 0x00,
  startup = 0x01,
  ready = 0x02,
  authenticate = 0x03,
  options = 0x05,
  supported = 0x06,
  query = 0x07,
  result = 0x08,
  prepare = 0x09,
  execute = 0x0a,
  event = 0x0c,
  auth_challenge = 0x0e,
  auth_response = 0x0f,
  auth_success = 0x10,
};

// Section 3: how many replicas must answer.
enum class Consistency : std::uint16_t {
  one = 0x01,
  two = 0x02,
  three = 0x03,
  quorum = 0x04,
  all = 0x05,
  local_quorum = 0x06,
  each_quorum = 0x07,
  local_one = 0x0a,
};
std::optional<Consistency> consistency_named(std::string_view name);  // "local_quorum"

inline constexpr std::size_t header_bytes = 9;

struct Header {
  std::uint8_t flags = 0;
  std::int16_t stream = 0;
  Opcode opcode = Opcode::error;
  std::size_t body_bytes = 0;
};

// Of header_bytes bytes. `remote` for what is no answer in this version of the protocol, saying what it may be, and for
// a body beyond limits::cassandra_frame_bytes.
base::Result<Header> read_header(std::string_view bytes);

// A body without what flags put before it (section 2.2): trace, warnings and payload. `remote` for a compressed one.
struct Body {
  std::string_view content;
  std::vector<std::string> warnings;
};
base::Result<Body> read_body(std::uint8_t flags, std::string_view bytes);

// Whole frames.
std::string options_frame(std::int16_t stream);
std::string startup_frame(std::int16_t stream);
std::string auth_response_frame(std::int16_t stream, std::string_view user, std::string_view password);
std::string query_frame(std::int16_t stream, std::string_view text, Consistency consistency);
std::string prepare_frame(std::int16_t stream, std::string_view text);

struct Execution {
  std::string_view id;
  Consistency consistency = Consistency::local_one;
  std::vector<std::optional<std::string>> values = {};  // in the wire's form; nothing: null
  std::int32_t page_rows = 0;
  std::string_view paging_state = {};
};
std::string execute_frame(std::int16_t stream, const Execution& execution);

}  // namespace proffer::adapters::cql
