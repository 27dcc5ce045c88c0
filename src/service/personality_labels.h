// Which merchant category code speaks for which spend personality and trait.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace proffer::service {

enum class Personality : std::uint8_t { none, industrious, intentional, experiential, enthusiastic };
enum class Trait : std::uint8_t { none, extrovert, introvert };

inline constexpr std::size_t personality_count = 5;  // with `none`
inline constexpr std::size_t trait_count = 3;

// "Industrious", "Extrovert"; "none" for none.
std::string_view name_of(Personality personality);
std::string_view name_of(Trait trait);

struct Label {
  Personality personality = Personality::none;
  Trait trait = Trait::none;
  bool operator==(const Label&) const = default;
};

// 0 to 9999, from a number or text: 742, 742.0, "742", "0742" and "742.0" are one code (tables lose leading zeros and
// gain fractions on their way). Nothing for anything else.
std::optional<std::uint16_t> merchant_code(const boost::json::value& value);

class MccLabels {
 public:
  // Rows with `code`, `personality` and `trait`; a label may be "", null or absent, and other members are ignored.
  // Invalid, naming every violation under `location`, for what is no code, a code given twice and unknown labels.
  static base::Result<MccLabels> from_rows(std::span<const boost::json::object> rows, std::string_view location);

  // Nothing when the table does not have the code.
  std::optional<Label> find(std::uint16_t code) const;
  std::size_t size() const { return size_; }

 private:
  std::array<std::optional<Label>, 10'000> labels_{};
  std::size_t size_ = 0;
};

// data/spend_personality/mcc_labels.csv as built into the program, and what it says.
std::string_view builtin_mcc_labels_csv();
MccLabels builtin_mcc_labels();

}  // namespace proffer::service
