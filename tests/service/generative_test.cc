#include "service/generative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

void add_offer(Definition& definition, const std::string& name, std::vector<decision::Context> contexts = {{}}) {
  auto& campaign = definition.campaign;
  campaign.offers.push_back(
      {name, static_cast<std::uint32_t>(campaign.options.size()), static_cast<std::uint32_t>(contexts.size())});
  for (const auto& context : contexts) {
    decision::Option option;
    option.id = campaign.option_ids++;
    option.offer = name;
    option.context = context;
    campaign.options.push_back(option);
  }
}

Definition definition_of(const std::vector<std::string>& offers) {
  Definition definition;
  definition.campaign.name = "spring";
  definition.document.description = "Warm days";
  for (const auto& offer : offers) add_offer(definition, offer);
  return definition;
}

json::object question_in(const json::object& request) {
  return document::parse_json(request.at("messages").at(1).at("content").as_string())->as_object();
}

TEST(Generative, AsksAboutTheEligibleOffersWithWhatWasLearned) {
  auto definition = definition_of({"phone"});
  add_offer(definition, "tablet", {{"young", ""}, {"old", "north"}});
  add_offer(definition, "radio");
  definition.campaign.options[1].price = 20;
  definition.campaign.settings.generative.temperature = 0.25;
  Gathered gathered;
  gathered.features = {{"age", 30}};
  gathered.context = {"young", "north"};
  gathered.eligible_offers = {"phone", "tablet"};
  const std::vector<double> contacts{10, 20, 30}, accepted{1, 2.5, 3};
  const auto request = chat_request(definition, gathered, {contacts, accepted}, "small");
  EXPECT_EQ(document::json_text(request.at("model")), R"("small")");
  EXPECT_EQ(document::json_text(request.at("temperature")), "0.25");
  ASSERT_EQ(request.at("messages").as_array().size(), 2u);
  EXPECT_EQ(request.at("messages").at(0).at("role"), json::value("system"));
  EXPECT_EQ(request.at("messages").at(1).at("role"), json::value("user"));
  EXPECT_EQ(document::json_text(question_in(request)),
            R"({"campaign":{"name":"spring","description":"Warm days"},"customer":{"age":30},)"
            R"("context":{"contextual_variable_one":"young","contextual_variable_two":"north"},"offers":[)"
            R"({"offer":"phone","price":1,"cost":1,"value":1,"options":[{"contacts":10,"accepted":1,"alpha_zero":1,)"
            R"("beta_zero":1}]},)"
            R"({"offer":"tablet","price":20,"cost":1,"value":1,"options":[)"
            R"({"contextual_variable_one":"young","contacts":20,"accepted":2.5,"alpha_zero":1,"beta_zero":1},)"
            R"({"contextual_variable_one":"old","contextual_variable_two":"north","contacts":30,"accepted":3,)"
            R"("alpha_zero":1,"beta_zero":1}]}]})");
}

TEST(Generative, TheCampaignSaysWhichModelAndAddsInstructions) {
  auto definition = definition_of({"phone"});
  const auto plain = chat_request(definition, {}, {}, "small");
  const std::string before(plain.at("messages").at(0).at("content").as_string());
  EXPECT_THAT(before, HasSubstr("JSON"));
  definition.campaign.settings.generative = {.temperature = 1, .model = "large", .prompt = "Prefer phones."};
  const auto request = chat_request(definition, {}, {}, "small");
  EXPECT_EQ(request.at("model"), json::value("large"));
  EXPECT_EQ(request.at("messages").at(0).at("content"), json::value(before + "\n\nPrefer phones."));
}

TEST(Generative, AsksAboutNoMoreOffersThanAPromptHolds) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < base::limits::prompt_offers + 1; ++i) names.push_back("o" + std::to_string(i));
  const auto definition = definition_of(names);
  EXPECT_EQ(question_in(chat_request(definition, {}, {}, "m")).at("offers").as_array().size(),
            base::limits::prompt_offers);
  Gathered last;
  last.eligible_offers = {names.back()};
  EXPECT_EQ(question_in(chat_request(definition, last, {}, "m")).at("offers").at(0).at("offer"),
            json::value(names.back()));
}

std::string answer_with(std::string_view content) {
  const json::object answer{
      {"id", "x"},
      {"choices", json::array{json::object{{"index", 0},
                                           {"message", json::object{{"role", "assistant"}, {"content", content}}}}}}};
  return document::json_text(answer);
}

base::Result<std::map<std::string, double>> parse(std::string_view content) {
  return parse_chat_answer(definition_of({"phone", "tablet", "radio"}), answer_with(content));
}

TEST(Generative, ReadsScoresWithOrWithoutAFence) {
  for (const std::string_view content :
       {R"({"phone": 0.5, "tablet": 1})", "\n {\"phone\": 0.5,\n \"tablet\": 1} \n",
        "```json\n{\"phone\": 0.5, \"tablet\": 1}\n```", "```\n{\"phone\": 0.5, \"tablet\": 1}\n```\n",
        "```{\"phone\": 0.5, \"tablet\": 1}```", R"({"scores": {"phone": 0.5, "tablet": 1}})",
        R"({"phone": 0.5, "tablet": 1, "radio": null, "boat": 7, "thoughts": "many"})"}) {
    const auto scores = parse(content);
    ASSERT_TRUE(scores) << content << ": " << scores.error().message;
    EXPECT_THAT(*scores, ElementsAre(Pair("phone", 0.5), Pair("tablet", 1))) << content;
  }
}

std::string reason_of(std::string_view content) {
  const auto scores = parse(content);
  EXPECT_FALSE(scores) << content;
  if (scores) return "";
  EXPECT_EQ(scores.error().kind, base::ErrorKind::remote);
  return scores.error().message;
}

TEST(Generative, RefusesNonsenseAndSaysWhy) {
  EXPECT_THAT(reason_of("I would show the phone."), HasSubstr("expected one JSON object, got \"I would"));
  EXPECT_THAT(reason_of("[0.5]"), HasSubstr("one JSON object"));
  EXPECT_THAT(reason_of(""), HasSubstr("one JSON object"));
  EXPECT_THAT(reason_of("```"), HasSubstr("one JSON object"));
  EXPECT_THAT(reason_of("``````"), HasSubstr("one JSON object"));
  EXPECT_THAT(reason_of(R"({"phone": 1.01})"), HasSubstr("a number from 0 to 1 for offer 'phone', got"));
  EXPECT_THAT(reason_of(R"({"phone": -0.1})"), HasSubstr("offer 'phone'"));
  EXPECT_THAT(reason_of(R"({"phone": "0.5"})"), HasSubstr("offer 'phone'"));
  EXPECT_THAT(reason_of(R"({"phone": 0.5, "tablet": [1]})"), HasSubstr("offer 'tablet'"));
  EXPECT_THAT(reason_of(R"({"boat": 0.5})"), HasSubstr("a score of some offer"));
  EXPECT_THAT(reason_of(R"({"phone": null})"), HasSubstr("a score of some offer"));
  EXPECT_LT(reason_of(std::string(100'000, 'x')).size(), 500u);
}

TEST(Generative, RefusesAnswersOfOtherForms) {
  const auto definition = definition_of({"phone"});
  for (const std::string_view body : {"", "busy", "{}", R"({"choices": []})", R"({"choices": [{"message": {}}]})",
                                      R"({"choices": [{"message": {"content": null}}]})", R"({"error": "quota"})"}) {
    const auto scores = parse_chat_answer(definition, body);
    ASSERT_FALSE(scores) << body;
    EXPECT_EQ(scores.error().kind, base::ErrorKind::remote);
    EXPECT_THAT(scores.error().message, Not(HasSubstr("score of some offer")));
  }
}

}  // namespace
}  // namespace proffer::service
