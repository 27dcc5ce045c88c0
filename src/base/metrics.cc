#include "base/metrics.h"

#include <algorithm>
#include <cmath>

#include "base/number_text.h"

namespace proffer::base {
namespace {

// The two lines that Prometheus wants once in front of all series of one name.
void append_head(std::string& out, std::string& last, const std::string& name, const std::string& help,
                 const char* type) {
  if (name == last) return;
  last = name;
  out += "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void append_series(std::string& out, const std::string& name, const std::string& labels, double value) {
  out += name;
  if (!labels.empty()) out += '{' + labels + '}';
  out += ' ';
  append_number(out, value);
  out += '\n';
}

void append_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
  const std::string comma = labels.empty() ? "" : labels + ',';
  std::uint64_t total = 0;
  double bound = Histogram::first_bound;
  for (std::size_t i = 0; i < Histogram::bucket_count; ++i, bound *= 2) {
    total += histogram.count(i);
    append_series(out, name + "_bucket", comma + "le=\"" + number_text(bound) + '"', static_cast<double>(total));
  }
  total += histogram.count(Histogram::bucket_count);
  append_series(out, name + "_bucket", comma + "le=\"+Inf\"", static_cast<double>(total));
  append_series(out, name + "_sum", labels, histogram.sum());
  append_series(out, name + "_count", labels, static_cast<double>(total));
}

// Prometheus wants the series of one name together, whenever they were made.
template <class Series>
std::vector<const typename Series::value_type*> by_name(const Series& series) {
  std::vector<const typename Series::value_type*> sorted;
  sorted.reserve(series.size());
  for (const auto& one : series) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first.name < b->first.name; });
  return sorted;
}

}  // namespace

void Histogram::observe(double seconds) {
  const double steps = std::ceil(std::log2(std::max(seconds, first_bound) / first_bound));
  const auto bucket = std::min(static_cast<std::size_t>(steps), bucket_count);
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  nanos_.fetch_add(static_cast<std::uint64_t>(std::max(seconds, 0.0) * 1e9), std::memory_order_relaxed);
}

Counter& Metrics::counter(std::string name, std::string help, std::string labels) {
  const std::lock_guard lock(mutex_);
  counters_.emplace_back(std::piecewise_construct,
                         std::forward_as_tuple(Named{std::move(name), std::move(help), std::move(labels)}),
                         std::forward_as_tuple());
  return counters_.back().second;
}

Histogram& Metrics::histogram(std::string name, std::string help, std::string labels) {
  const std::lock_guard lock(mutex_);
  histograms_.emplace_back(std::piecewise_construct,
                           std::forward_as_tuple(Named{std::move(name), std::move(help), std::move(labels)}),
                           std::forward_as_tuple());
  return histograms_.back().second;
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  gauges_.emplace_back(Named{std::move(name), std::move(help), ""}, std::move(read));
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  std::string last;
  for (const auto* series : by_name(counters_)) {
    const auto& [named, counter] = *series;
    append_head(out, last, named.name, named.help, "counter");
    append_series(out, named.name, named.labels, static_cast<double>(counter.value()));
  }
  for (const auto* series : by_name(gauges_)) {
    const auto& [named, read] = *series;
    append_head(out, last, named.name, named.help, "gauge");
    append_series(out, named.name, named.labels, read());
  }
  for (const auto* series : by_name(histograms_)) {
    const auto& [named, histogram] = *series;
    append_head(out, last, named.name, named.help, "histogram");
    append_histogram(out, named.name, named.labels, histogram);
  }
  return out;
}

}  // namespace proffer::base
