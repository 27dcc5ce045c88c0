// Both logs against the suite of their port.
#include "adapters/memory/decision_log.h"
#include "adapters/harness.h"
#include "conformance/decision_log_suite.h"
#include "conformance/log_retention_suite.h"

namespace proffer::tests {
namespace {

class MemoryLogHarness final : public LogHarness {
 public:
  explicit MemoryLogHarness(const base::Clock& clock) : log_(clock, &faults_) {}
  store::DecisionLog& log() override { return log_; }
  void fail_commits(bool fail) override { faults_.fail_all(fail); }
  bool reopen() override { return false; }

 private:
  adapters::Faults faults_;
  adapters::MemoryDecisionLog log_;
};

template <bool fsync>
class SqliteLogHarness final : public LogHarness {
 public:
  explicit SqliteLogHarness(const base::Clock& clock) : clock_(clock) { reopen(); }
  store::DecisionLog& log() override { return stores_->log(); }
  void fail_commits(bool fail) override { fail_file_writes(fail); }
  bool reopen() override {
    stores_.reset();
    stores_ = open_stores({.directory = directory_.path(), .fsync = fsync, .clock = &clock_});
    return true;
  }

 private:
  const base::Clock& clock_;
  TemporaryDirectory directory_;
  std::unique_ptr<adapters::SqliteStores> stores_;
};

template <class Harness>
std::unique_ptr<LogHarness> make(const base::Clock& clock) {
  return std::make_unique<Harness>(clock);
}

INSTANTIATE_TEST_SUITE_P(Adapters, DecisionLogSuite,
                         testing::Values(LogFactory{"Memory", make<MemoryLogHarness>},
                                         LogFactory{"Sqlite", make<SqliteLogHarness<true>>},
                                         LogFactory{"SqliteWithoutFsync", make<SqliteLogHarness<false>>}),
                         [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(Adapters, LogRetentionSuite,
                         testing::Values(LogFactory{"Memory", make<MemoryLogHarness>},
                                         LogFactory{"Sqlite", make<SqliteLogHarness<false>>}),
                         [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(Adapters, DurableDecisionLogSuite,
                         testing::Values(LogFactory{"Sqlite", make<SqliteLogHarness<true>>},
                                         LogFactory{"SqliteWithoutFsync", make<SqliteLogHarness<false>>}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace proffer::tests
