#include <charconv>
#include <map>

#include "gbdt/catboost_json.h"
#include "gbdt/catboost_json_form.h"
#include "gbdt/catboost_names.h"

namespace proffer::gbdt {
namespace json = boost::json;
namespace {

// What CatBoost writes for a place of its hash table that holds nothing.
constexpr std::uint64_t no_hash = ~std::uint64_t{0};

std::string at(std::string_view list, std::size_t i) {
  return "model." + std::string(list) + '[' + std::to_string(i) + ']';
}

base::Result<std::vector<float>> ascending(const std::vector<double>& borders, const std::string& place) {
  std::vector<float> out(borders.begin(), borders.end());
  if (std::ranges::adjacent_find(out, std::greater_equal{}) == out.end()) return out;
  return base::fail_field(place + ".borders", "expected numbers that rise");
}

// The place of each feature in its list, by its index in the document.
using PlaceOf = std::map<std::uint32_t, std::uint32_t>;

class Reader {
 public:
  explicit Reader(form::ModelForm form) : form_(std::move(form)) {}

  base::Result<Model> read() {
    TRY_DO(refuse_other_features());
    TRY_DO(read_numbers());
    TRY_DO(read_categories());
    TRY_DO(read_statistics());
    list_splits();
    TRY_DO(read_trees());
    TRY_DO(read_scale());
    if (form_.model_info) read_notes(*form_.model_info);
    return std::move(model_);
  }

 private:
  base::Status refuse_other_features() {
    for (const auto* list : {&form_.features_info.text_features, &form_.features_info.embedding_features}) {
      if (*list && (*list)->is_array() && !(*list)->as_array().empty())
        return base::fail_field("model.features_info", "text and embedding features are not offered here");
    }
    return {};
  }

  base::Status read_numbers() {
    if (!form_.features_info.float_features) return {};
    for (const auto& feature : *form_.features_info.float_features) {
      const auto place = at("features_info.float_features", model_.numbers.size());
      TRY(auto borders, ascending(feature.borders, place));
      if (!number_at_.emplace(feature.feature_index, model_.numbers.size()).second)
        return base::fail_field(place + ".feature_index", "stands there twice");
      model_.numbers.push_back({feature.feature_id, feature.flat_feature_index,
                                value_named(treatment_names, feature.nan_value_treatment), feature.has_nans,
                                std::move(borders)});
    }
    return {};
  }

  base::Status read_categories() {
    if (!form_.features_info.categorical_features) return {};
    for (const auto& feature : *form_.features_info.categorical_features) {
      const auto index = static_cast<std::uint32_t>(model_.categories.size());
      if (!category_at_.emplace(feature.feature_index, index).second)
        return base::fail_field(at("features_info.categorical_features", index) + ".feature_index",
                                "stands there twice");
      model_.categories.push_back({feature.feature_id, feature.flat_feature_index});
      if (!feature.values || feature.values->empty()) continue;
      model_.one_hots.push_back({index, {}});
      for (const auto value : *feature.values)
        model_.one_hots.back().values.push_back(static_cast<std::int32_t>(value));
    }
    return {};
  }

  base::Result<std::uint32_t> place_of(const PlaceOf& places, std::optional<std::uint32_t> index,
                                       const std::string& location) {
    const auto found = index ? places.find(*index) : places.end();
    if (found != places.end()) return found->second;
    return base::fail_field(location, "names no feature of the model");
  }

  base::Result<Projection> projection_of(const form::Ctr& ctr, const std::string& place) {
    Projection out;
    for (const auto& element : ctr.elements) {
      if (element.combination_element == "float_feature") {
        TRY(const auto number,
            place_of(number_at_, element.float_feature_index, place + ".elements.float_feature_index"));
        out.numbers.push_back({number, static_cast<float>(element.border.value_or(0))});
        continue;
      }
      TRY(const auto category,
          place_of(category_at_, element.cat_feature_index, place + ".elements.cat_feature_index"));
      if (element.combination_element == "cat_feature_value") {
        out.categories.push_back(category);
      } else {
        out.values.push_back({category, static_cast<std::int32_t>(element.value.value_or(0))});
      }
    }
    return out;
  }

  base::Status read_statistics() {
    if (!form_.features_info.ctrs) return {};
    for (const auto& ctr : *form_.features_info.ctrs) {
      const auto place = at("features_info.ctrs", model_.statistics.size());
      TRY(auto borders, ascending(ctr.borders, place));
      TRY(const auto table, table_of(ctr, place));
      if (ctr.target_border_idx >= std::max(model_.tables[table].classes, 2u))
        return base::fail_field(place + ".target_border_idx", "expected a class of its table");
      model_.statistics.push_back({table, ctr.target_border_idx, static_cast<float>(ctr.prior_numerator),
                                   static_cast<float>(ctr.prior_denomerator), static_cast<float>(ctr.shift),
                                   static_cast<float>(ctr.scale), std::move(borders)});
    }
    return {};
  }

  // The table of a statistic, read when it is first named.
  base::Result<std::uint32_t> table_of(const form::Ctr& ctr, const std::string& place) {
    if (const auto found = table_at_.find(ctr.identifier); found != table_at_.end()) return found->second;
    const auto* data = form_.ctr_data ? form_.ctr_data->if_contains(ctr.identifier) : nullptr;
    if (data == nullptr) return base::fail_field(place + ".identifier", "names no table in ctr_data");
    TRY(const auto form, document::parse<form::CtrTable>(*data, place + " in ctr_data", document::Unknown::ignore));
    StatisticTable table;
    table.kind = value_named(statistic_names, ctr.ctr_type);
    table.denominator = form.counter_denominator;
    TRY(table.projection, projection_of(ctr, place));
    TRY_DO(read_rows(form, place, table));
    const auto index = static_cast<std::uint32_t>(model_.tables.size());
    model_.tables.push_back(std::move(table));
    table_at_.emplace(ctr.identifier, index);
    return index;
  }

  static bool has_classes(StatisticKind kind) {
    return kind == StatisticKind::borders || kind == StatisticKind::buckets;
  }
  static bool is_counter(StatisticKind kind) {
    return kind == StatisticKind::counter || kind == StatisticKind::feature_frequency;
  }

  base::Status read_rows(const form::CtrTable& form, const std::string& place, StatisticTable& table) {
    const auto fail = [&](const char* what) { return base::fail_field(place + " in ctr_data.hash_map", what); };
    const auto least = is_counter(table.kind) ? 2u : 3u;
    if (form.hash_stride < least || (!has_classes(table.kind) && form.hash_stride != least))
      return fail("expected another hash_stride for this kind");
    table.classes = has_classes(table.kind) ? form.hash_stride - 1 : 1;
    if (!form.hash_map.is_array() || form.hash_map.as_array().size() % form.hash_stride != 0)
      return fail("expected hash_stride values a row");
    const auto& cells = form.hash_map.as_array();
    for (std::size_t i = 0; i < cells.size(); i += form.hash_stride) {
      if (!read_row(&cells[i], form.hash_stride, table)) return fail("expected a hash as text, then numbers");
    }
    return {};
  }

  static bool read_row(const json::value* cells, std::size_t stride, StatisticTable& table) {
    if (!cells[0].is_string()) return false;
    const auto& text = cells[0].get_string();
    std::uint64_t hash = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), hash);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
    for (std::size_t c = 1; c < stride; ++c) {
      if (!cells[c].is_number()) return false;
    }
    if (hash == no_hash || !table.row_of.emplace(hash, table.row_of.size()).second) return true;
    add_counts(cells + 1, stride - 1, table);
    return true;
  }

  static std::int32_t count_of(const json::value& cell) {
    return static_cast<std::int32_t>(std::clamp(cell.to_number<double>(), 0.0, 2e9));
  }

  static void add_counts(const json::value* cells, std::size_t n, StatisticTable& table) {
    if (has_classes(table.kind) || is_counter(table.kind)) {
      for (std::size_t c = 0; c < n; ++c) table.counts.push_back(count_of(cells[c]));
    } else {
      table.sums.push_back(static_cast<float>(cells[0].to_number<double>()));
      table.sum_counts.push_back(count_of(cells[1]));
    }
  }

  // All questions in the order in which split_index counts them.
  void list_splits() {
    const auto list = [&](Split::Kind kind, std::size_t feature, std::size_t n) {
      for (std::uint32_t t = 0; t < n; ++t) splits_.push_back({kind, static_cast<std::uint32_t>(feature), t});
    };
    for (std::size_t i = 0; i < model_.numbers.size(); ++i)
      list(Split::Kind::number, i, model_.numbers[i].borders.size());
    for (std::size_t i = 0; i < model_.one_hots.size(); ++i)
      list(Split::Kind::one_hot, i, model_.one_hots[i].values.size());
    for (std::size_t i = 0; i < model_.statistics.size(); ++i)
      list(Split::Kind::statistic, i, model_.statistics[i].borders.size());
  }

  base::Status read_trees() {
    for (const auto& form : form_.oblivious_trees) {
      const auto place = at("oblivious_trees", model_.trees.size());
      const std::size_t depth = form.splits ? form.splits->size() : 0;
      if (depth > 16 || form.leaf_values.size() != std::size_t{1} << depth)
        return base::fail_field(place + ".leaf_values",
                                "expected 2 to the power of the number of splits, of one output");
      Tree tree{{}, form.leaf_values, form.leaf_weights.value_or(std::vector<double>())};
      if (tree.leaf_weights.size() != tree.leaf_values.size()) tree.leaf_weights.clear();
      for (std::size_t i = 0; i < depth; ++i) {
        if ((*form.splits)[i].split_index >= splits_.size())
          return base::fail_field(place + ".splits[" + std::to_string(i) + "].split_index",
                                  "expected a split of a feature");
        tree.splits.push_back(splits_[(*form.splits)[i].split_index]);
      }
      model_.trees.push_back(std::move(tree));
    }
    return {};
  }

  // [scale, [bias]]
  base::Status read_scale() {
    const auto* pair = form_.scale_and_bias.if_array();
    if (pair != nullptr && pair->size() == 2 && pair->at(0).is_number()) {
      const auto& bias = pair->at(1);
      const auto* value = bias.is_array() && bias.as_array().size() == 1 ? &bias.as_array()[0] : &bias;
      model_.scale = pair->at(0).to_number<double>();
      if (value->is_number()) {
        model_.bias = value->to_number<double>();
        return {};
      }
    }
    return base::fail_field("model.scale_and_bias", "expected [scale, [bias]] of one output");
  }

  void read_notes(const json::object& info) {
    for (const auto& [name, value] : info)
      model_.notes.emplace_back(name, value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }

  form::ModelForm form_;
  Model model_;
  PlaceOf number_at_, category_at_;
  std::map<std::string, std::uint32_t> table_at_;
  std::vector<Split> splits_;
};

}  // namespace

base::Result<Model> from_catboost_json(const json::value& document) {
  if (const auto* object = document.if_object(); object != nullptr && object->contains("trees"))
    return base::fail_field("model.trees", "trees whose nodes ask different questions are not offered here");
  TRY(auto form, document::parse<form::ModelForm>(document, "model", document::Unknown::ignore));
  return Reader(std::move(form)).read();
}

}  // namespace proffer::gbdt
