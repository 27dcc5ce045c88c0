#include "scoring/scorer.h"

#include <limits>

#include "gbdt/city_hash.h"

namespace proffer::scoring {
namespace json = boost::json;

Scorer::Scorer(ScoringModel model)
    : model_(std::make_shared<const ScoringModel>(std::move(model))),
      evaluator_(std::make_shared<gbdt::Evaluator>(std::shared_ptr<const gbdt::Model>(model_, &model_->trees))),
      explainer_(gbdt::Explainer::make(evaluator_)) {
  for (std::uint32_t i = 0; i < model_->trees.numbers.size(); ++i) {
    const auto& feature = model_->schema[model_->trees.numbers[i].column];
    places_.emplace(feature.name, Place{feature.kind, i});
  }
  for (std::uint32_t i = 0; i < model_->trees.categories.size(); ++i)
    places_.emplace(model_->schema[model_->trees.categories[i].column].name, Place{Kind::category, i});
  missing_.numbers.assign(model_->trees.numbers.size(), std::numeric_limits<float>::quiet_NaN());
  missing_.categories.assign(model_->trees.categories.size(), gbdt::category_hash(""));
}

Scorer::Values Scorer::values_of(const json::object& features) const {
  Values out = missing_;
  for (const auto& member : features) {
    const auto found = places_.find(std::string_view(member.key()));
    if (found == places_.end()) continue;
    const auto [kind, index] = found->second;
    if (kind == Kind::category) {
      out.categories[index] = gbdt::category_hash(text_of(member.value()));
    } else {
      out.numbers[index] = number_of(kind, member.value());
    }
  }
  return out;
}

Score Scorer::score(const json::object& features) const {
  const auto values = values_of(features);
  gbdt::Evaluator::Scratch scratch;
  const double raw = evaluator_->raw({values.numbers, values.categories}, scratch);
  return {raw, model_->calibrator.apply(raw)};
}

base::Result<Explanation> Scorer::explain(const json::object& features) const {
  if (!explainer_) return tl::unexpected(explainer_.error());
  const auto values = values_of(features);
  const auto shares = explainer_->explain({values.numbers, values.categories});
  Explanation out{shares.expected, {}};
  for (std::size_t i = 0; i < model_->schema.size(); ++i)
    out.contributions.push_back({model_->schema[i].name, i < shares.values.size() ? shares.values[i] : 0});
  return out;
}

}  // namespace proffer::scoring
