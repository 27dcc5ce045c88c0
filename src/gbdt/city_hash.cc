// CityHash64 version 1.0 by Geoff Pike and Jyrki Alakuijala, written anew from its definition.
#include "gbdt/city_hash.h"

#include <bit>
#include <cstring>
#include <utility>

namespace proffer::gbdt {
namespace {

constexpr std::uint64_t k0 = 0xc3a5c85c97cb3127ULL;
constexpr std::uint64_t k1 = 0xb492b66fbe98f273ULL;
constexpr std::uint64_t k2 = 0x9ae16a3b2f90404fULL;
constexpr std::uint64_t k3 = 0xc949d7c7509e6557ULL;

using Pair = std::pair<std::uint64_t, std::uint64_t>;

template <class T>
std::uint64_t load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
std::uint64_t load64(const char* at) { return load<std::uint64_t>(at); }
std::uint64_t load32(const char* at) { return load<std::uint32_t>(at); }

std::uint64_t shift_mix(std::uint64_t x) { return x ^ (x >> 47); }

// Two numbers into one, in the manner of Murmur.
std::uint64_t join(std::uint64_t low, std::uint64_t high) {
  constexpr std::uint64_t multiplier = 0x9ddfea08eb382d69ULL;
  const std::uint64_t a = shift_mix((low ^ high) * multiplier);
  return shift_mix((high ^ a) * multiplier) * multiplier;
}

std::uint64_t up_to_16(const char* s, std::size_t size) {
  if (size > 8) {
    const std::uint64_t a = load64(s), b = load64(s + size - 8);
    return join(a, std::rotr(b + size, static_cast<int>(size))) ^ b;
  }
  if (size >= 4) return join(size + (load32(s) << 3), load32(s + size - 4));
  if (size == 0) return k2;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
  const std::uint32_t y = byte(0) + (byte(size >> 1) << 8);
  const std::uint32_t z = static_cast<std::uint32_t>(size) + (byte(size - 1) << 2);
  return shift_mix(y * k2 ^ z * k3) * k2;
}

std::uint64_t up_to_32(const char* s, std::size_t size) {
  const std::uint64_t a = load64(s) * k1, b = load64(s + 8);
  const std::uint64_t c = load64(s + size - 8) * k2, d = load64(s + size - 16) * k0;
  return join(std::rotr(a - b, 43) + std::rotr(c, 30) + d, a + std::rotr(b ^ k3, 20) - c + size);
}

// One of the two halves of up_to_64.
Pair half(std::uint64_t a, const char* s, std::uint64_t z) {
  std::uint64_t b = std::rotr(a + z, 52), c = std::rotr(a, 37);
  a += load64(s);
  c += std::rotr(a, 7);
  a += load64(s + 8);
  return {a + z, b + std::rotr(a, 31) + c};
}

std::uint64_t up_to_64(const char* s, std::size_t size) {
  const auto [vf, vs] = half(load64(s) + (size + load64(s + size - 16)) * k0, s + 8, load64(s + 24));
  const auto [wf, ws] = half(load64(s + 16) + load64(s + size - 32), s + size - 24, load64(s + size - 8));
  const std::uint64_t r = shift_mix((vf + ws) * k2 + (wf + vs) * k0);
  return shift_mix(r * k0 + vs) * k2;
}

// 32 bytes and two seeds into two numbers.
Pair weak(const char* s, std::uint64_t a, std::uint64_t b) {
  const std::uint64_t z = load64(s + 24);
  a += load64(s);
  b = std::rotr(b + a + z, 21);
  const std::uint64_t c = a;
  a += load64(s + 8);
  a += load64(s + 16);
  b += std::rotr(a, 44);
  return {a + z, b + c};
}

// The end first, then blocks of 64 bytes with 56 bytes of state.
std::uint64_t longer(const char* s, std::size_t size) {
  std::uint64_t x = load64(s), y = load64(s + size - 16) ^ k1, z = load64(s + size - 56) ^ k0;
  Pair v = weak(s + size - 64, size, y), w = weak(s + size - 32, size * k1, k0);
  z += shift_mix(v.second) * k1;
  x = std::rotr(z + x, 39) * k1;
  y = std::rotr(y, 33) * k1;
  for (const char* const end = s + ((size - 1) & ~std::size_t{63}); s != end; s += 64) {
    x = std::rotr(x + y + v.first + load64(s + 16), 37) * k1;
    y = std::rotr(y + v.second + load64(s + 48), 42) * k1;
    x ^= w.second;
    y ^= v.first;
    z = std::rotr(z ^ w.first, 33);
    v = weak(s, v.second * k1, x + w.first);
    w = weak(s + 32, z + w.second, y);
    std::swap(z, x);
  }
  return join(join(v.first, w.first) + shift_mix(y) * k1 + z, join(v.second, w.second) + x);
}

}  // namespace

std::uint64_t city_hash_64(std::string_view text) {
  if (text.size() <= 16) return up_to_16(text.data(), text.size());
  if (text.size() <= 32) return up_to_32(text.data(), text.size());
  if (text.size() <= 64) return up_to_64(text.data(), text.size());
  return longer(text.data(), text.size());
}

}  // namespace proffer::gbdt
