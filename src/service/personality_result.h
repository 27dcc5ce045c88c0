// What an answer says of a customer's row in a personality collection: one result, the offer being the personality.
// Members and values are those of the published answer.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proffer::service {

// What is read from a row. Numbers may be text, as tables from elsewhere have them; what is absent is 0.
struct PersonalityRow {
  std::string personality;  // as the row spells it; empty for none: then there is no result
  std::string trait = "none";
  double industrious = 0;
  double intentional = 0;
  double experiential = 0;
  double enthusiastic = 0;
  double extrovert = 0;
  double introvert = 0;
  double score = 0;        // the row's number under the name of the personality, else its personality_score
  double trait_score = 0;  // likewise of the trait
  double transaction_count = 0;
  double price = 1;  // where the row has one
  double cost = 1;
};

// `row` null or no object: there is no such customer, and no result.
PersonalityRow read_personality_row(const boost::json::value& row);

// How the result came about.
struct PersonalityPlace {
  std::string uuid;  // of the decision
  // P(this offer in this place) and P(it anywhere in the slate); absent where the campaign does not give them.
  std::optional<double> slot_propensity;
  std::optional<double> slate_propensity;
};

// final_result[0].result and .result_full.
void append_personality_result(std::string& out, const PersonalityRow& row, const PersonalityPlace& place);
void append_personality_result_full(std::string& out, const PersonalityRow& row, std::string_view uuid);

}  // namespace proffer::service
