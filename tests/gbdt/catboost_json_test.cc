#include "gbdt/catboost_json.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "document/json.h"
#include "gbdt/evaluator.h"

namespace proffer::gbdt {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

// Written by hand: a number, a category with a value of its own and a statistic, one tree that asks all three.
constexpr std::string_view text = R"({
  "features_info": {
    "float_features": [{"borders": [0.5, 1.5], "feature_id": "price", "feature_index": 0, "flat_feature_index": 1,
                        "has_nans": true, "nan_value_treatment": "AsFalse"}],
    "categorical_features": [{"feature_id": "colour", "feature_index": 0, "flat_feature_index": 0, "values": [77]}],
    "ctrs": [{"borders": [2.5], "ctr_type": "Borders", "identifier": "x",
              "elements": [{"cat_feature_index": 0, "combination_element": "cat_feature_value"}],
              "prior_denomerator": 1, "prior_numerator": 0.5, "scale": 15, "shift": 0, "target_border_idx": 0}]},
  "ctr_data": {"x": {"counter_denominator": 0, "hash_stride": 3, "hash_map": ["18446744073709551615", 1, 1, "5", 1, 3]}},
  "oblivious_trees": [{"leaf_values": [1, 2, 3, 4, 5, 6, 7, 8], "leaf_weights": [1, 1, 1, 1, 1, 1, 1, 1],
                       "splits": [{"split_index": 1, "split_type": "FloatFeature"},
                                  {"split_index": 2, "split_type": "OneHotFeature"},
                                  {"split_index": 3, "split_type": "OnlineCtr"}]}],
  "scale_and_bias": [1, [0.25]],
  "model_info": {"params": "{}", "class_params": {"class_names": [0, 1]}}})";

json::value document() { return document::parse_json(text).value(); }

std::string refusal(const json::value& changed) {
  const auto model = from_catboost_json(changed);
  return model ? "" : model.error().message;
}

TEST(CatBoostJson, IsReadIntoAModel) {
  const auto model = from_catboost_json(document());
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->numbers[0].borders, (std::vector<float>{0.5f, 1.5f}));
  EXPECT_EQ(model->numbers[0].missing, MissingNumber::smallest);
  EXPECT_EQ(model->one_hots[0].values, std::vector<std::int32_t>{77});
  EXPECT_EQ(model->tables[0].row_of.size(), 1u);  // the place that holds nothing is left out
  EXPECT_EQ(model->trees[0].splits[2], (Split{Split::Kind::statistic, 0, 0}));
  EXPECT_EQ(model->bias, 0.25);
}

TEST(CatBoostJson, IsWrittenAsItWasRead) {
  const auto model = from_catboost_json(document()).value();
  const json::value written = to_catboost_json(model);
  const auto again = from_catboost_json(written);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->trees[0].splits, model.trees[0].splits);
  EXPECT_EQ(again->trees[0].leaf_values, model.trees[0].leaf_values);
  EXPECT_EQ(again->tables[0].counts, model.tables[0].counts);
  EXPECT_EQ(again->notes, model.notes);
  EXPECT_EQ(document::json_text(to_catboost_json(*again)), document::json_text(written));
}

TEST(CatBoostJson, ThatDoesNotFitTogetherIsRefusedAtItsPlace) {
  auto d = document();
  d.at("oblivious_trees").at(0).at("splits").at(2).at("split_index") = 4;
  EXPECT_THAT(refusal(d), HasSubstr("model.oblivious_trees[0].splits[2].split_index"));
  d = document();
  d.at("oblivious_trees").at(0).at("leaf_values").as_array().pop_back();
  EXPECT_THAT(refusal(d), HasSubstr("model.oblivious_trees[0].leaf_values"));
  d = document();
  d.at("features_info").at("float_features").at(0).at("borders").at(0) = 2;
  EXPECT_THAT(refusal(d), HasSubstr("model.features_info.float_features[0].borders"));
  d = document();
  d.at("features_info").at("ctrs").at(0).at("identifier") = "y";
  EXPECT_THAT(refusal(d), HasSubstr("model.features_info.ctrs[0].identifier"));
  d = document();
  d.at("features_info").at("ctrs").at(0).at("elements").at(0).at("cat_feature_index") = 9;
  EXPECT_THAT(refusal(d), HasSubstr("cat_feature_index"));
  d = document();
  d.at("ctr_data").at("x").at("hash_map").as_array().pop_back();
  EXPECT_THAT(refusal(d), HasSubstr("hash_map"));
  d = document();
  d.at("scale_and_bias") = json::array{1, json::array{1, 2}};
  EXPECT_THAT(refusal(d), HasSubstr("one output"));
}

TEST(CatBoostJson, OfWhatIsNotOfferedIsRefused) {
  EXPECT_THAT(refusal({{"trees", json::array{}}}), HasSubstr("model.trees"));
  auto d = document();
  d.at("features_info").as_object()["text_features"] = json::array{json::object{}};
  EXPECT_THAT(refusal(d), HasSubstr("text and embedding features"));
  EXPECT_THAT(refusal(json::array{}), HasSubstr("model"));
}

// Whatever value stands somewhere else: refused, or a model that can be applied.
TEST(CatBoostJson, WithAnyPartReplacedIsRefusedOrHarmless) {
  base::RandomStream chance(3, 1);
  std::function<void(json::value&, int&)> walk = [&](json::value& value, int& countdown) {
    if (countdown-- == 0) {
      const json::value other[] = {nullptr, -1, 1'000'000'000, 0.5, "x", json::array{}, json::object{}, true};
      value = other[static_cast<std::size_t>(chance.uniform() * 8)];
      return;
    }
    if (auto* object = value.if_object()) {
      for (auto& member : *object) walk(member.value(), countdown);
    } else if (auto* array = value.if_array()) {
      for (auto& element : *array) walk(element, countdown);
    }
  };
  for (int round = 0; round < 2'000; ++round) {
    auto d = document();
    int countdown = static_cast<int>(chance.uniform() * 70);
    walk(d, countdown);
    auto model = from_catboost_json(d);
    if (!model) continue;
    const std::vector<float> numbers(model->numbers.size());
    const std::vector<std::int32_t> categories(model->categories.size());
    const Evaluator evaluator(std::make_shared<const Model>(std::move(*model)));
    Evaluator::Scratch scratch;
    evaluator.raw({numbers, categories}, scratch);
  }
}

}  // namespace
}  // namespace proffer::gbdt
