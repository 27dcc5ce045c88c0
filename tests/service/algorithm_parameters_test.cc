#include "service/algorithm_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"

namespace proffer::service {
namespace {

using testing::ElementsAre;

base::Result<CampaignDocument> campaign_of(std::string_view text) {
  return parse_campaign(document::parse_json(text)->as_object(), "spring");
}

decision::Campaign applied(std::string_view text) {
  decision::Campaign campaign;
  const auto document = campaign_of(text);
  EXPECT_TRUE(document) << document.error().message;
  if (document) apply(*document, campaign);
  return campaign;
}

std::string violation_of(std::string_view text) {
  const auto document = campaign_of(text);
  if (document) return "";
  return document.error().fields.at(0).location + ": " + document.error().fields.at(0).message;
}

TEST(AlgorithmParameters, AreTheDefaultsWhenNoneIsGiven) {
  EXPECT_EQ(applied("{}").settings, decision::AlgorithmSettings{});
  EXPECT_TRUE(applied("{}").features.empty());
}

TEST(AlgorithmParameters, AreReadUnderTheirPublishedNames) {
  const auto settings = applied(R"({"randomisation": {"alpha": 0.7, "beta": 0.6, "gamma": 0.5, "lambda": 3,
      "gammaGain": 0.4, "gammaLoss": 0.3, "enableAdaptiveDrift": "false", "baseDriftRate": "0.1",
      "lossAversionFactor": 4, "ucbWeight": 0.9, "explorationFactor": 1, "riskAversionCoefficient": 2,
      "decayRate": 0.2, "effortEfficiency": 5, "discountRate": 0.01, "utility": "log", "disutility": "linear",
      "latentDim": 7, "numIters": 9, "regLambda": 0.5, "entropyW": 0.25, "iterations": "11",
      "learning_rate": 0.5, "discount_factor": 0.5, "random_action": 0.4, "max_reward": 6,
      "training_data_source": "logging", "missing_offers": "uniform",
      "prompt_parameters": {"temperature": 0.5, "model": "m", "instructions": "be kind", "fallback": "riskAversion"}}})")
                            .settings;
  decision::AlgorithmSettings expected;
  expected.naive_bayes.uniform_missing = true;
  expected.q_learning = {0.5, 0.5, 0.4, 6, true};
  expected.network = {0.7, 11};
  expected.loss_aversion = {4, 0.9, 1};
  expected.risk_aversion = {2};
  expected.prospect_theory = {0.7, 0.6, 3, 0.4, 0.3, false, 0.1};
  expected.sentiment = {0.2, 5, 0.01, decision::Utility::logarithm, decision::Disutility::linear};
  expected.coverage = {0.5};
  expected.long_tail = {0.5, 7, 9, 0.5, 0.25};
  expected.generative = {0.5, "m", "be kind", "riskAversion"};
  EXPECT_EQ(settings, expected);
}

TEST(AlgorithmParameters, AreRefusedOutOfRange) {
  const auto refused = [](std::string_view parameter) {
    return violation_of("{\"randomisation\": {" + std::string(parameter) + "}}");
  };
  EXPECT_EQ(refused(R"("riskAversionCoefficient": 2.01)"),
            "body.randomisation.riskAversionCoefficient: expected a number from 0 to 2");
  EXPECT_EQ(refused(R"("lossAversionFactor": 0.5)"),
            "body.randomisation.lossAversionFactor: expected a number from 1 to 1000");
  EXPECT_NE(refused(R"("alpha": 0)"), "");
  EXPECT_NE(refused(R"("latentDim": 33)"), "");
  EXPECT_NE(refused(R"("decayRate": 0)"), "");
  EXPECT_NE(refused(R"("utility": "cubic")"), "");
}

TEST(AlgorithmParameters, TwoLinearShapesHaveNoEquilibriumAndAreRefused) {
  const auto with = [](std::string_view sub_approach) {
    return violation_of(R"({"randomisation": {"approach": "behaviorAlgos", "sub_approach": ")" +
                        std::string(sub_approach) + R"(", "utility": "linear", "disutility": "linear"}})");
  };
  EXPECT_EQ(with("sentimentalEquilibrium"),
            "body.randomisation.disutility: expected \"quadratic\" beside a linear utility: no effort is best");
  EXPECT_EQ(with("riskAversion"), "");
}

TEST(AlgorithmParameters, ProspectTheoryExploresATenthUnlessToldOtherwise) {
  const auto epsilon = [](std::string_view rest) {
    return applied(R"({"randomisation": {"approach": "behaviorAlgos", "sub_approach": "prospectTheory")" +
                   std::string(rest) + "}}")
        .model_epsilon;
  };
  EXPECT_EQ(epsilon(""), 0.1);
  EXPECT_EQ(epsilon(R"(, "epsilon": 0)"), 0);
  EXPECT_EQ(
      applied(R"({"randomisation": {"approach": "behaviorAlgos", "sub_approach": "riskAversion"}})").model_epsilon, 0);
}

TEST(AlgorithmParameters, AFallbackMustBeAbleToDecideAlone) {
  const auto with = [](std::string_view name) {
    return violation_of(R"({"randomisation": {"prompt_parameters": {"fallback": ")" + std::string(name) + "\"}}}");
  };
  EXPECT_EQ(with("epsilonGreedy"), "");
  EXPECT_EQ(with("generative"),
            "body.randomisation.prompt_parameters.fallback: expected an algorithm that needs no more than its arms, "
            "not 'generative'");
  EXPECT_NE(with("magic"), "");
}

TEST(AlgorithmParameters, FeaturesAreTheTrainingVariables) {
  EXPECT_THAT(
      applied(R"({"contextual_variables": {"training_variable_values": {"age": ["old"], "town": []}}})").features,
      ElementsAre("age", "town"));
}

TEST(AlgorithmParameters, FeaturesAreNoMoreThanAModelTakes) {
  const auto with = [](std::size_t count) {
    boost::json::object features;
    for (std::size_t i = 0; i < count; ++i) features[std::to_string(i)] = nullptr;
    return violation_of(document::json_text(
        boost::json::object{{"contextual_variables", boost::json::object{{"training_variable_values", features}}}}));
  };
  EXPECT_EQ(with(64), "");
  EXPECT_EQ(with(65), "body.contextual_variables.training_variable_values: expected at most 64 features");
}

}  // namespace
}  // namespace proffer::service
