// How CatBoost's documents name what is an enum here.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "gbdt/model.h"

namespace proffer::gbdt {

inline constexpr std::pair<std::string_view, MissingNumber> treatment_names[] = {
    {"AsIs", MissingNumber::none}, {"AsFalse", MissingNumber::smallest}, {"AsTrue", MissingNumber::largest}};

inline constexpr std::pair<std::string_view, StatisticKind> statistic_names[] = {
    {"Borders", StatisticKind::borders},
    {"Buckets", StatisticKind::buckets},
    {"BinarizedTargetMeanValue", StatisticKind::target_mean},
    {"FloatTargetMeanValue", StatisticKind::float_target_mean},
    {"Counter", StatisticKind::counter},
    {"FeatureFreq", StatisticKind::feature_frequency}};

template <class T, std::size_t n>
T value_named(const std::pair<std::string_view, T> (&table)[n], std::string_view name) {
  return std::ranges::find(table, name, &std::pair<std::string_view, T>::first)->second;
}
template <class T, std::size_t n>
std::string name_of(const std::pair<std::string_view, T> (&table)[n], T value) {
  return std::string(std::ranges::find(table, value, &std::pair<std::string_view, T>::second)->first);
}

}  // namespace proffer::gbdt
