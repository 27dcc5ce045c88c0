#include "service/personality_labels.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <string>

#include "document/rows.h"
#include "document/violations.h"

namespace proffer::service {

extern const std::string_view mcc_labels_csv;  // made by cmake/Embed.cmake

namespace {

namespace json = boost::json;
using document::Place;
using document::Violations;

constexpr std::array<std::string_view, personality_count> personality_names{"none", "Industrious", "Intentional",
                                                                            "Experiential", "Enthusiastic"};
constexpr std::array<std::string_view, trait_count> trait_names{"none", "Extrovert", "Introvert"};

std::optional<std::uint16_t> code_of_number(double number) {
  if (!(number >= 0 && number <= 9999) || number != static_cast<std::uint16_t>(number)) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<std::uint16_t> code_of_text(std::string_view text) {
  text = trimmed(text);
  if (text.ends_with(".0")) text.remove_suffix(2);
  std::uint16_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 4) return std::nullopt;
  return code;
}

// Null when it is absent.
json::value member_of(const json::object& row, std::string_view name) {
  const json::value* found = row.if_contains(name);
  return found == nullptr ? json::value() : *found;
}

// The label that a row's member names; `none` when it is empty, absent or wrong.
template <class Kind, std::size_t n>
Kind label_of(const json::object& row, std::string_view member, const std::array<std::string_view, n>& names,
              const Place& place, Violations& violations) {
  const json::value given = member_of(row, member);
  if (given.is_null()) return Kind{};
  if (given.is_string()) {
    const std::string_view text = trimmed(given.get_string());
    if (text.empty()) return Kind{};
    const auto found = std::find(names.begin() + 1, names.end(), text);
    if (found != names.end()) return static_cast<Kind>(found - names.begin());
  }
  std::string expected = "expected empty";
  for (auto name = names.begin() + 1; name != names.end(); ++name) expected += " or " + std::string(*name);
  violations.add(Place(place, member), expected, given);
  return Kind{};
}

}  // namespace

std::string_view name_of(Personality personality) { return personality_names[static_cast<std::size_t>(personality)]; }

std::string_view name_of(Trait trait) { return trait_names[static_cast<std::size_t>(trait)]; }

std::optional<std::uint16_t> merchant_code(const json::value& value) {
  if (value.is_number()) return code_of_number(value.to_number<double>());
  if (value.is_string()) return code_of_text(value.get_string());
  return std::nullopt;
}

base::Result<MccLabels> MccLabels::from_rows(std::span<const json::object> rows, std::string_view location) {
  MccLabels out;
  Violations violations;
  const Place whole(location);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Place place(whole, i);
    const json::value given = member_of(rows[i], "code");
    const auto code = merchant_code(given);
    const Label label{label_of<Personality>(rows[i], "personality", personality_names, place, violations),
                      label_of<Trait>(rows[i], "trait", trait_names, place, violations)};
    if (!code) {
      violations.add(Place(place, "code"), "expected a merchant category code of four digits", given);
    } else if (out.labels_[*code]) {
      violations.add(Place(place, "code"), "expected each code once", given);
    } else {
      out.labels_[*code] = label;
      ++out.size_;
    }
  }
  if (!violations.empty()) return tl::unexpected(violations.error());
  return out;
}

std::optional<Label> MccLabels::find(std::uint16_t code) const { return labels_[code]; }

std::string_view builtin_mcc_labels_csv() { return mcc_labels_csv; }

MccLabels builtin_mcc_labels() {
  const std::string text_columns[] = {"code"};
  const auto rows = document::parse_rows("text/csv", mcc_labels_csv, {.max_rows = 0, .text_columns = text_columns});
  assert(rows);
  auto labels = MccLabels::from_rows(*rows, "mcc_labels.csv");
  assert(labels);
  return *labels;
}

}  // namespace proffer::service
