#include "service/personality_result.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;

const std::string uuid = "fdfbe8f4-7f99-4315-9614-ca68e6c50b4b";

// The customer of the published example, as its collection has him.
const json::value example = document::parse_json(
                                R"({"_id": "590", "count": 2663, "customer": 590, "Industrious": 0.4742771310552009,
    "Intentional": 0.09500563274502441, "Experiential": 0.12129177619226436, "Enthusiastic": 0.06759294029290275,
    "personality_score": 0.4742771310552009, "personality": "Industrious", "Extrovert": 0.5204656402553511,
    "Introvert": 0.2377018400300413, "trait_score": 0.5204656402553511, "trait": "Extrovert",
    "item": "Industrious_Extrovert"})")
                                .value();

std::string result_of(const PersonalityRow& row) {
  std::string out;
  append_personality_result(out, row, {uuid, 1, 1});
  return out;
}

std::string full_of(const PersonalityRow& row) {
  std::string out;
  append_personality_result_full(out, row, uuid);
  return out;
}

TEST(PersonalityResult, OfThePublishedCustomerIsThePublishedOne) {
  EXPECT_EQ(result_of(read_personality_row(example)),
            R"({"offer":"Industrious","score":0.4742771310552009,"final_score":0.4742771310552009,"cost":1,"price":1,)"
            R"("offer_value":1,"uuid":"fdfbe8f4-7f99-4315-9614-ca68e6c50b4b","arm_reward":0.4742771310552009,)"
            R"("modified_offer_score":0.5204656402553511,"offer_name":"Industrious","slot_propensity":1,)"
            R"("slate_propensity":1})");
  EXPECT_EQ(full_of(read_personality_row(example)),
            R"({"cost":1,"industrious":0.4742771310552009,"intentional":0.09500563274502441,)"
            R"("experiential":0.12129177619226436,"enthusiastic":0.06759294029290275,"extrovert":0.5204656402553511,)"
            R"("introvert":0.2377018400300413,"offer":"Industrious","offer_id":"Industrious",)"
            R"("offer_name":"Industrious","personality":"Industrious","trait":"Extrovert",)"
            R"("score":0.4742771310552009,"modified_offer_score":0.5204656402553511,"transaction_count":2663,)"
            R"("price":1,"offer_value":1,"offer_details":{"0":0,"1":1},"offer_matrix":{},)"
            R"("uuid":"fdfbe8f4-7f99-4315-9614-ca68e6c50b4b"})");
}

TEST(PersonalityResult, LeavesPropensitiesOutWhereTheyAreNotGiven) {
  std::string out;
  append_personality_result(out, read_personality_row(example), {uuid, {}, {}});
  EXPECT_EQ(out.find("propensity"), std::string::npos);
}

TEST(PersonalityRowReading, TakesPriceAndCostFromTheRowAndNumbersThatAreText) {
  auto row = example.as_object();
  row["price"] = 12.5;
  row["cost"] = "3";
  row["count"] = "2663";
  row["Industrious"] = "0.5";
  const auto read = read_personality_row(row);
  EXPECT_EQ(read.price, 12.5);
  EXPECT_EQ(read.cost, 3);
  EXPECT_EQ(read.transaction_count, 2663);
  EXPECT_EQ(read.score, 0.5);
}

TEST(PersonalityRowReading, FallsBackToTheStoredScoresAndToNone) {
  const auto read = read_personality_row(
      json::object{{"personality", "Prudent"}, {"personality_score", 0.7}, {"trait_score", 0.2}, {"price", nullptr}});
  EXPECT_EQ(read.personality, "Prudent");
  EXPECT_EQ(read.score, 0.7);
  EXPECT_EQ(read.trait, "none");
  EXPECT_EQ(read.trait_score, 0.2);
  EXPECT_EQ(read.price, 1);
}

TEST(PersonalityRowReading, FindsNoPersonalityWhereThereIsNone) {
  for (const json::value& row :
       std::initializer_list<json::value>{nullptr, "Industrious", json::object{}, json::object{{"personality", "none"}},
                                          json::object{{"personality", ""}}, json::object{{"personality", 7}}}) {
    EXPECT_EQ(read_personality_row(row).personality, "") << json::serialize(row);
  }
}

}  // namespace
}  // namespace proffer::service
