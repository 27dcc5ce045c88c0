#include <map>
#include <utility>

#include "document/json.h"
#include "gbdt/catboost_json.h"
#include "gbdt/catboost_json_form.h"
#include "gbdt/catboost_names.h"

namespace proffer::gbdt {
namespace json = boost::json;
namespace {

form::FloatFeature form_of(const NumericFeature& feature, std::uint32_t index) {
  return {{feature.borders.begin(), feature.borders.end()}, feature.name, index, feature.column, feature.saw_missing,
          name_of(treatment_names, feature.missing)};
}

std::vector<form::Element> elements_of(const Projection& projection) {
  std::vector<form::Element> out;
  for (const auto category : projection.categories) out.push_back({"cat_feature_value", category, {}, {}, {}});
  for (const auto& part : projection.numbers) out.push_back({"float_feature", {}, part.number, part.border, {}});
  for (const auto& part : projection.values)
    out.push_back({"cat_feature_exact_value", part.category, {}, {}, part.value});
  return out;
}

std::string identifier_of(const StatisticTable& table) {
  return json::serialize(json::object{{"identifier", document::render(elements_of(table.projection))},
                                      {"type", name_of(statistic_names, table.kind)}});
}

json::array hash_map_of(const StatisticTable& table) {
  std::map<std::uint64_t, std::uint32_t> rows(table.row_of.begin(), table.row_of.end());
  json::array out;
  for (const auto& [hash, row] : rows) {
    out.emplace_back(std::to_string(hash));
    if (!table.sums.empty()) {
      out.emplace_back(table.sums[row]);
      out.emplace_back(table.sum_counts[row]);
    } else {
      const auto n = table.counts.size() / table.row_of.size();
      for (std::size_t c = 0; c < n; ++c) out.emplace_back(table.counts[row * n + c]);
    }
  }
  return out;
}

json::object table_form(const StatisticTable& table) {
  const auto numbers = table.kind == StatisticKind::borders || table.kind == StatisticKind::buckets ? table.classes
                       : table.sums.empty()                                                         ? 1u
                                                                                                    : 2u;
  return {{"counter_denominator", table.denominator}, {"hash_map", hash_map_of(table)}, {"hash_stride", numbers + 1}};
}

form::Ctr form_of(const StatisticFeature& feature, const StatisticTable& table) {
  return {{feature.borders.begin(), feature.borders.end()},
          name_of(statistic_names, table.kind),
          elements_of(table.projection),
          identifier_of(table),
          feature.prior_weight,
          feature.prior,
          feature.scale,
          feature.shift,
          feature.target_border};
}

form::FeaturesInfo features_of(const Model& model) {
  form::FeaturesInfo out;
  out.float_features.emplace();
  for (std::uint32_t i = 0; i < model.numbers.size(); ++i) out.float_features->push_back(form_of(model.numbers[i], i));
  if (!model.categories.empty()) out.categorical_features.emplace();
  for (std::uint32_t i = 0; i < model.categories.size(); ++i)
    out.categorical_features->push_back({model.categories[i].name, i, model.categories[i].column, {}});
  for (const auto& one_hot : model.one_hots)
    (*out.categorical_features)[one_hot.category].values.emplace(one_hot.values.begin(), one_hot.values.end());
  if (!model.statistics.empty()) out.ctrs.emplace();
  for (const auto& feature : model.statistics) out.ctrs->push_back(form_of(feature, model.tables[feature.table]));
  return out;
}

// Where each feature's questions begin in the order of split_index.
struct Offsets {
  std::vector<std::uint32_t> number, one_hot, statistic;

  explicit Offsets(const Model& model) {
    std::uint32_t next = 0;
    for (const auto& f : model.numbers) number.push_back(std::exchange(next, next + size(f.borders)));
    for (const auto& f : model.one_hots) one_hot.push_back(std::exchange(next, next + size(f.values)));
    for (const auto& f : model.statistics) statistic.push_back(std::exchange(next, next + size(f.borders)));
  }
  template <class T>
  static std::uint32_t size(const std::vector<T>& list) {
    return static_cast<std::uint32_t>(list.size());
  }
};

form::SplitForm form_of(const Split& split, const Model& model, const Offsets& offsets) {
  form::SplitForm out;
  switch (split.kind) {
    case Split::Kind::number:
      out.split_index = offsets.number[split.feature] + split.threshold;
      out.split_type = "FloatFeature";
      out.border = model.numbers[split.feature].borders[split.threshold];
      out.float_feature_index = split.feature;
      break;
    case Split::Kind::one_hot:
      out.split_index = offsets.one_hot[split.feature] + split.threshold;
      out.split_type = "OneHotFeature";
      out.cat_feature_index = model.one_hots[split.feature].category;
      out.value = model.one_hots[split.feature].values[split.threshold];
      break;
    case Split::Kind::statistic:
      out.split_index = offsets.statistic[split.feature] + split.threshold;
      out.split_type = "OnlineCtr";
      out.border = model.statistics[split.feature].borders[split.threshold];
      out.ctr_target_border_idx = model.statistics[split.feature].target_border;
      break;
  }
  return out;
}

form::TreeForm form_of(const Tree& tree, const Model& model, const Offsets& offsets) {
  form::TreeForm out{tree.leaf_values, {}, {}};
  if (!tree.leaf_weights.empty()) out.leaf_weights = tree.leaf_weights;
  out.splits.emplace();
  for (const auto& split : tree.splits) out.splits->push_back(form_of(split, model, offsets));
  return out;
}

// Notes that were objects in the document become objects again.
json::object info_of(const Model& model) {
  json::object out;
  for (const auto& [name, text] : model.notes) {
    auto value = name == "class_params" ? document::parse_json(text) : base::Result<json::value>(json::value(text));
    out[name] = value ? std::move(*value) : json::value(text);
  }
  return out;
}

}  // namespace

json::object to_catboost_json(const Model& model) {
  form::ModelForm form;
  form.features_info = features_of(model);
  const Offsets offsets(model);
  for (const auto& tree : model.trees) form.oblivious_trees.push_back(form_of(tree, model, offsets));
  form.scale_and_bias = json::array{model.scale, json::array{model.bias}};
  form.model_info = info_of(model);
  if (!model.tables.empty()) form.ctr_data.emplace();
  for (const auto& table : model.tables) (*form.ctr_data)[identifier_of(table)] = table_form(table);
  return document::render(form).as_object();
}

}  // namespace proffer::gbdt
