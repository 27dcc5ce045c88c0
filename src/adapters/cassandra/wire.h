// The notations of CQL's native protocol, version 4 (section 3): big-endian numbers, and texts and bytes behind their
// length.
//
// A Reader never reads past its end: after a short or malformed input, ok() is false and every further read gives zero
// or empty, so a decoder checks once, at the end.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proffer::adapters::cql {

class WireReader {
 public:
  explicit WireReader(std::string_view data) : data_(data) {}

  bool ok() const { return ok_; }
  bool at_end() const { return data_.empty(); }
  std::size_t remaining() const { return data_.size(); }
  void spoil() {
    ok_ = false;
    data_ = {};
  }

  std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t short_number() { return static_cast<std::uint16_t>(number(2)); }
  std::int32_t int32() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(number(4))); }
  std::int64_t int64() { return static_cast<std::int64_t>(number(8)); }
  double real64() { return std::bit_cast<double>(number(8)); }
  float real32() { return std::bit_cast<float>(static_cast<std::uint32_t>(number(4))); }

  // [string] and [short bytes].
  std::string_view text() { return take(short_number()); }
  // [bytes]: nothing for null.
  std::optional<std::string_view> bytes() {
    const std::int32_t size = int32();
    if (size < 0) return std::nullopt;
    return take(static_cast<std::size_t>(size));
  }
  // A count of parts of at least `least` bytes each, so that no more room is made than they need.
  std::size_t count(std::size_t least) {
    const std::int32_t parts = int32();
    if (parts >= 0 && static_cast<std::size_t>(parts) <= data_.size() / least) return static_cast<std::size_t>(parts);
    spoil();
    return 0;
  }
  std::string_view take(std::size_t size) {
    if (!ok_ || size > data_.size()) {
      spoil();
      return {};
    }
    const auto taken = data_.substr(0, size);
    data_.remove_prefix(size);
    return taken;
  }

 private:
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char part : take(size)) value = value << 8 | static_cast<std::uint8_t>(part);
    return value;
  }

  std::string_view data_;
  bool ok_ = true;
};

class WireWriter {
 public:
  explicit WireWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { number(value, 1); }
  void short_number(std::uint16_t value) { number(value, 2); }
  void int32(std::int32_t value) { number(static_cast<std::uint32_t>(value), 4); }
  void int64(std::int64_t value) { number(static_cast<std::uint64_t>(value), 8); }
  void real64(double value) { number(std::bit_cast<std::uint64_t>(value), 8); }
  void real32(float value) { number(std::bit_cast<std::uint32_t>(value), 4); }

  // [string] and [short bytes]; at most 65,535 bytes.
  void text(std::string_view value) {
    short_number(static_cast<std::uint16_t>(value.size()));
    out_.append(value);
  }
  // [long string] and [bytes].
  void bytes(std::string_view value) {
    int32(static_cast<std::int32_t>(value.size()));
    out_.append(value);
  }

 private:
  void number(std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<char>(value >> shift & 0xff));
  }

  std::string& out_;
};

}  // namespace proffer::adapters::cql
