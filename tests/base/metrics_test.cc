#include "base/metrics.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

namespace proffer::base {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, ACounterAndAGaugeAreWrittenWithTheirHelpAndType) {
  Metrics metrics;
  metrics.counter("decisions_total", "Decisions answered.").add(3);
  metrics.gauge("queue_records", "Records waiting.", [] { return 1.5; });
  EXPECT_EQ(metrics.text(),
            "# HELP decisions_total Decisions answered.\n"
            "# TYPE decisions_total counter\n"
            "decisions_total 3\n"
            "# HELP queue_records Records waiting.\n"
            "# TYPE queue_records gauge\n"
            "queue_records 1.5\n");
}

TEST(Metrics, SeriesOfOneNameHaveOneHead) {
  Metrics metrics;
  metrics.counter("answers_total", "Answers.", "status=\"200\"").add();
  metrics.counter("answers_total", "Answers.", "status=\"422\"").add(2);
  EXPECT_EQ(metrics.text(),
            "# HELP answers_total Answers.\n"
            "# TYPE answers_total counter\n"
            "answers_total{status=\"200\"} 1\n"
            "answers_total{status=\"422\"} 2\n");
}

// Prometheus refuses an exposition in which the series of one name do not stand together.
TEST(Metrics, SeriesOfOneNameStandTogetherHoweverTheyWereMade) {
  Metrics metrics;
  metrics.counter("a_total", "A.", "x=\"1\"");
  metrics.counter("b_total", "B.");
  metrics.counter("a_total", "A.", "x=\"2\"");
  EXPECT_THAT(metrics.text(), HasSubstr("a_total{x=\"1\"} 0\na_total{x=\"2\"} 0\n"));
  EXPECT_EQ(metrics.text().find("# TYPE a_total"), metrics.text().rfind("# TYPE a_total"));
}

TEST(Metrics, AHistogramIsCumulativeAndEndsAtInfinity) {
  Metrics metrics;
  auto& seconds = metrics.histogram("answer_seconds", "Time to answer.", "route=\"/x\"");
  seconds.observe(16e-6);
  seconds.observe(17e-6);
  seconds.observe(100);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE answer_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_bucket{route=\"/x\",le=\"0.000016\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_bucket{route=\"/x\",le=\"0.000032\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_bucket{route=\"/x\",le=\"8.388608\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_bucket{route=\"/x\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_sum{route=\"/x\"} 100.000033\n"));
  EXPECT_THAT(text, HasSubstr("answer_seconds_count{route=\"/x\"} 3\n"));
}

TEST(Metrics, AHistogramWithoutLabelsHasNoEmptyBraces) {
  Metrics metrics;
  metrics.histogram("answer_seconds", "Time to answer.");
  EXPECT_THAT(metrics.text(), HasSubstr("answer_seconds_bucket{le=\"+Inf\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("answer_seconds_count 0\n"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("{}")));
}

TEST(Metrics, OddDurationsFallIntoTheEndBuckets) {
  Histogram histogram;
  histogram.observe(0);
  histogram.observe(-1);
  histogram.observe(1e9);
  EXPECT_EQ(histogram.count(0), 2u);
  EXPECT_EQ(histogram.count(Histogram::bucket_count), 1u);
  EXPECT_EQ(histogram.sum(), 1e9);
}

TEST(Metrics, CountsFromManyThreadsAreAllThere) {
  Metrics metrics;
  auto& counter = metrics.counter("n_total", "N.");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) counter.add();
    });
  }
  threads.clear();
  EXPECT_EQ(counter.value(), 40'000u);
}

}  // namespace
}  // namespace proffer::base
