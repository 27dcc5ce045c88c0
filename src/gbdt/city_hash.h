// The hash by which CatBoost's models know categories.
#pragma once

#include <cstdint>
#include <string_view>

namespace proffer::gbdt {

// CityHash64 of version 1.0 (Pike and Alakuijala, 2011): later versions give other numbers.
std::uint64_t city_hash_64(std::string_view text);

// How models know a category: the low 32 bits. An integer is hashed as its decimal text.
inline std::int32_t category_hash(std::string_view text) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(city_hash_64(text)));
}

// The hash of a combination grows by one part: h' = M * (h + M * part), M = 0x4906ba494954cb65.
constexpr std::uint64_t combine_hash(std::uint64_t hash, std::uint64_t part) {
  constexpr std::uint64_t multiplier = 0x4906ba494954cb65ULL;
  return multiplier * (hash + multiplier * part);
}

}  // namespace proffer::gbdt
