// The compact encoding of stored records: little-endian fixed numbers, LEB128 varints, length-prefixed strings.
//
// A Reader never reads past its end: after a short or malformed input, ok() is false and every further read gives zero
// or empty, so a decoder checks once, at the end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace proffer::base {

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void fixed64(std::uint64_t value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void real(double value) { fixed64(std::bit_cast<std::uint64_t>(value)); }
  void text(std::string_view value) {
    varint(value.size());
    out_.append(value);
  }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  // Small magnitudes of either sign in few bytes ("zigzag").
  void signed_varint(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }

 private:
  static_assert(std::endian::native == std::endian::little, "fixed64 writes the machine's own order");
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view data) : data_(data) {}

  bool ok() const { return ok_; }
  bool at_end() const { return data_.empty(); }
  std::size_t remaining() const { return data_.size(); }

  std::uint8_t byte() {
    if (!take(1)) return 0;
    return static_cast<std::uint8_t>(taken_[0]);
  }
  std::uint64_t fixed64() {
    if (!take(8)) return 0;
    std::uint64_t value;
    std::memcpy(&value, taken_.data(), sizeof value);
    return value;
  }
  double real() { return std::bit_cast<double>(fixed64()); }
  std::string_view text() {
    const std::uint64_t size = varint();
    return take(size) ? taken_ : std::string_view{};
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      if (shift == 63 && part > 1) break;  // a 65th bit
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) return ok_ ? value : 0;
    }
    ok_ = false;
    return 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }

 private:
  bool take(std::uint64_t size) {
    if (!ok_ || size > data_.size()) {
      ok_ = false;
      return false;
    }
    taken_ = data_.substr(0, size);
    data_.remove_prefix(size);
    return true;
  }

  std::string_view data_;
  std::string_view taken_;
  bool ok_ = true;
};

}  // namespace proffer::base
