// The parts of CatBoost's JSON form, described for reading and writing. Names are CatBoost's, its slip included.
#pragma once

#include "document/describe.h"

namespace proffer::gbdt::form {

struct FloatFeature {
  std::vector<double> borders;
  std::string feature_id;
  std::uint32_t feature_index = 0;
  std::uint32_t flat_feature_index = 0;
  bool has_nans = false;
  std::string nan_value_treatment = "AsIs";
};
BOOST_DESCRIBE_STRUCT(FloatFeature, (),
                      (borders, feature_id, feature_index, flat_feature_index, has_nans, nan_value_treatment))

struct CategoricalFeature {
  std::string feature_id;
  std::uint32_t feature_index = 0;
  std::uint32_t flat_feature_index = 0;
  std::optional<std::vector<std::int64_t>> values;  // asked for by equality
};
BOOST_DESCRIBE_STRUCT(CategoricalFeature, (), (feature_id, feature_index, flat_feature_index, values))

struct Element {  // of a combination
  std::string combination_element;
  std::optional<std::uint32_t> cat_feature_index;
  std::optional<std::uint32_t> float_feature_index;
  std::optional<double> border;
  std::optional<std::int64_t> value;
};
BOOST_DESCRIBE_STRUCT(Element, (), (combination_element, cat_feature_index, float_feature_index, border, value))

struct Ctr {
  std::vector<double> borders;
  std::string ctr_type;
  std::vector<Element> elements;
  std::string identifier;
  double prior_denomerator = 1;
  double prior_numerator = 0;
  double scale = 1;
  double shift = 0;
  std::uint32_t target_border_idx = 0;
};
BOOST_DESCRIBE_STRUCT(Ctr, (),
                      (borders, ctr_type, elements, identifier, prior_denomerator, prior_numerator, scale, shift,
                       target_border_idx))

struct FeaturesInfo {
  std::optional<std::vector<FloatFeature>> float_features;
  std::optional<std::vector<CategoricalFeature>> categorical_features;
  std::optional<std::vector<Ctr>> ctrs;
  std::optional<boost::json::value> text_features;
  std::optional<boost::json::value> embedding_features;
};
BOOST_DESCRIBE_STRUCT(FeaturesInfo, (), (float_features, categorical_features, ctrs, text_features, embedding_features))

struct SplitForm {
  std::uint32_t split_index = 0;  // over all borders of numbers, then values of categories, then borders of statistics
  std::string split_type;
  std::optional<double> border;
  std::optional<std::uint32_t> float_feature_index;
  std::optional<std::uint32_t> cat_feature_index;
  std::optional<std::int64_t> value;
  std::optional<std::uint32_t> ctr_target_border_idx;
};
BOOST_DESCRIBE_STRUCT(SplitForm, (),
                      (split_index, split_type, border, float_feature_index, cat_feature_index, value,
                       ctr_target_border_idx))

struct TreeForm {
  std::vector<double> leaf_values;
  std::optional<std::vector<double>> leaf_weights;
  std::optional<std::vector<SplitForm>> splits;
};
BOOST_DESCRIBE_STRUCT(TreeForm, (), (leaf_values, leaf_weights, splits))

struct ModelForm {
  FeaturesInfo features_info;
  std::vector<TreeForm> oblivious_trees;
  boost::json::value scale_and_bias;
  std::optional<boost::json::object> ctr_data;
  std::optional<boost::json::object> model_info;
};
BOOST_DESCRIBE_STRUCT(ModelForm, (), (features_info, oblivious_trees, scale_and_bias, ctr_data, model_info))

struct CtrTable {
  std::int64_t counter_denominator = 0;
  std::uint32_t hash_stride = 0;
  boost::json::value hash_map;  // key as text, then hash_stride - 1 numbers, over and over
};
BOOST_DESCRIBE_STRUCT(CtrTable, (), (counter_denominator, hash_stride, hash_map))

}  // namespace proffer::gbdt::form

namespace proffer::document {

using gbdt::form::CategoricalFeature, gbdt::form::Ctr, gbdt::form::CtrTable, gbdt::form::Element,
    gbdt::form::FeaturesInfo, gbdt::form::FloatFeature, gbdt::form::ModelForm, gbdt::form::SplitForm,
    gbdt::form::TreeForm;

inline constexpr auto nan_treatments = std::to_array<std::string_view>({"AsIs", "AsFalse", "AsTrue"});
inline constexpr auto split_types = std::to_array<std::string_view>({"FloatFeature", "OneHotFeature", "OnlineCtr"});
inline constexpr auto element_types =
    std::to_array<std::string_view>({"cat_feature_value", "float_feature", "cat_feature_exact_value"});
inline constexpr auto ctr_types = std::to_array<std::string_view>(
    {"Borders", "Buckets", "BinarizedTargetMeanValue", "FloatTargetMeanValue", "Counter", "FeatureFreq"});

template <>
struct Docs<FloatFeature> {
  static constexpr std::string_view title = "FloatFeature";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"borders", "", {.required = true}},
      {"feature_id", ""},
      {"feature_index", "", {.required = true}},
      {"flat_feature_index", "", {.required = true}},
      {"has_nans", ""},
      {"nan_value_treatment", "", {.allowed = nan_treatments}},
  });
};

template <>
struct Docs<CategoricalFeature> {
  static constexpr std::string_view title = "CategoricalFeature";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"feature_id", ""},
      {"feature_index", "", {.required = true}},
      {"flat_feature_index", "", {.required = true}},
      {"values", ""},
  });
};

template <>
struct Docs<Element> {
  static constexpr std::string_view title = "Element";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"combination_element", "", {.required = true, .allowed = element_types}},
      {"cat_feature_index", ""},
      {"float_feature_index", ""},
      {"border", ""},
      {"value", ""},
  });
};

template <>
struct Docs<Ctr> {
  static constexpr std::string_view title = "Ctr";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"borders", "", {.required = true}},
      {"ctr_type", "", {.required = true, .allowed = ctr_types}},
      {"elements", "", {.required = true}},
      {"identifier", "", {.required = true}},
      {"prior_denomerator", "", {.required = true}},
      {"prior_numerator", "", {.required = true}},
      {"scale", "", {.required = true}},
      {"shift", "", {.required = true}},
      {"target_border_idx", ""},
  });
};

template <>
struct Docs<FeaturesInfo> {
  static constexpr std::string_view title = "FeaturesInfo";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"float_features", ""},
      {"categorical_features", ""},
      {"ctrs", ""},
      {"text_features", ""},
      {"embedding_features", ""},
  });
};

template <>
struct Docs<SplitForm> {
  static constexpr std::string_view title = "Split";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"split_index", "", {.required = true}},
      {"split_type", "", {.allowed = split_types}},
      {"border", ""},
      {"float_feature_index", ""},
      {"cat_feature_index", ""},
      {"value", ""},
      {"ctr_target_border_idx", ""},
  });
};

template <>
struct Docs<TreeForm> {
  static constexpr std::string_view title = "Tree";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"leaf_values", "", {.required = true}},
      {"leaf_weights", ""},
      {"splits", ""},
  });
};

template <>
struct Docs<ModelForm> {
  static constexpr std::string_view title = "Model";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"features_info", "", {.required = true}},
      {"oblivious_trees", "", {.required = true}},
      {"scale_and_bias", "", {.required = true}},
      {"ctr_data", ""},
      {"model_info", ""},
  });
};

template <>
struct Docs<CtrTable> {
  static constexpr std::string_view title = "CtrTable";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"counter_denominator", ""},
      {"hash_stride", "", {.required = true}},
      {"hash_map", "", {.required = true}},
  });
};

}  // namespace proffer::document
