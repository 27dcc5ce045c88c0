// Counters, gauges and histograms of the process, in Prometheus's text format.
//
// A metric is made once, at start, and lives as long as the registry; counting is one relaxed atomic addition.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace proffer::base {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Seconds, in buckets of powers of two from 16 µs to 8.6 s: one place for every latency of the program.
class Histogram {
 public:
  static constexpr std::size_t bucket_count = 20;
  static constexpr double first_bound = 16e-6;

  void observe(double seconds);
  std::uint64_t count(std::size_t bucket) const { return buckets_[bucket].load(std::memory_order_relaxed); }
  double sum() const { return static_cast<double>(nanos_.load(std::memory_order_relaxed)) / 1e9; }

 private:
  std::array<std::atomic<std::uint64_t>, bucket_count + 1> buckets_{};
  std::atomic<std::uint64_t> nanos_{0};
};

class Metrics {
 public:
  // `name` in snake case with its unit last ("decisions_total"); `labels` as `key="value",…` or empty.
  Counter& counter(std::string name, std::string help, std::string labels = "");
  Histogram& histogram(std::string name, std::string help, std::string labels = "");
  void gauge(std::string name, std::string help, std::function<double()> read);

  // Everything, as text/plain; version=0.0.4.
  std::string text() const;

 private:
  struct Named {
    std::string name, help, labels;
  };
  mutable std::mutex mutex_;
  std::deque<std::pair<Named, Counter>> counters_;
  std::deque<std::pair<Named, Histogram>> histograms_;
  std::deque<std::pair<Named, std::function<double()>>> gauges_;
};

}  // namespace proffer::base
