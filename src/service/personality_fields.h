// What a campaign of kind spend_personality says of its collection of personalities. Names of members are those of
// `predictor.param.lookup`.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <string>
#include <string_view>

#include "document/describe.h"
#include "service/source_fields.h"

namespace proffer::service {

inline constexpr std::string_view ranking_kind = "ranking";
inline constexpr std::string_view spend_personality_kind = "spend_personality";
inline constexpr std::array<std::string_view, 2> campaign_kinds{ranking_kind, spend_personality_kind};

struct PersonalityFields {
  std::string database = "mongodb";
  std::string db;
  std::string table;
  KeyFields lookup{"customer", ""};

  bool operator==(const PersonalityFields&) const = default;
};
BOOST_DESCRIBE_STRUCT(PersonalityFields, (), (database, db, table, lookup))

inline constexpr std::array<std::string_view, 1> personality_databases{own_store};

}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::PersonalityFields> {
  static constexpr std::string_view title = "Personalities";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database", service::database_doc, {.allowed = service::personality_databases}},
      {"db", "Database of the collection.", service::name_rules},
      {"table", "Collection with one row a customer.", service::name_rules},
      {"lookup", "How the customer is found; by default in the field customer, as text or as a number."},
  });
};

}  // namespace proffer::document
