// Both document stores against the suite of their port.
#include "conformance/document_values_suite.h"

#include "adapters/harness.h"
#include "adapters/memory/documents.h"
#include "base/clock.h"
#include "conformance/aggregate_suite.h"
#include "conformance/model_store_suite.h"

namespace proffer::tests {
namespace {

class MemoryDocumentsHarness final : public DocumentsHarness {
 public:
  store::DocumentStore& documents() override { return documents_; }
  void fail_writes(bool fail) override { faults_.fail_all(fail); }
  bool reopen() override { return false; }
  bool is_transactional() override { return true; }

 private:
  adapters::Faults faults_;
  adapters::MemoryDocumentStore documents_{&faults_};
};

class SqliteDocumentsHarness final : public DocumentsHarness {
 public:
  SqliteDocumentsHarness() { reopen(); }
  store::DocumentStore& documents() override { return stores_->documents(); }
  void fail_writes(bool fail) override { fail_file_writes(fail); }
  bool is_transactional() override { return true; }
  bool reopen() override {
    stores_.reset();
    stores_ = open_stores({.directory = directory_.path(), .clock = &clock_});
    return true;
  }

 private:
  base::SystemClock clock_;
  TemporaryDirectory directory_;
  std::unique_ptr<adapters::SqliteStores> stores_;
};

template <class Harness>
std::unique_ptr<DocumentsHarness> make() {
  return std::make_unique<Harness>();
}

const auto both = testing::Values(DocumentsFactory{"Memory", make<MemoryDocumentsHarness>},
                                  DocumentsFactory{"Sqlite", make<SqliteDocumentsHarness>});
const auto name_of = [](const auto& instance) { return instance.param.name; };

INSTANTIATE_TEST_SUITE_P(Adapters, DocumentStoreSuite, both, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, UpdateSuite, both, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, AggregateSuite, both, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, ModelStoreSuite, both, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, DurableDocumentStoreSuite,
                         testing::Values(DocumentsFactory{"Sqlite", make<SqliteDocumentsHarness>}), name_of);

TEST(MemoryFaults, FailExactlyTheNextWrites) {
  adapters::Faults faults;
  adapters::MemoryDocumentStore documents(&faults);
  faults.fail_next(2);
  EXPECT_FALSE(documents.put({"d", "c"}, {{"_id", "x"}}));
  EXPECT_FALSE(documents.remove({"d", "c"}, "x"));
  EXPECT_TRUE(documents.put({"d", "c"}, {{"_id", "x"}}));
}

}  // namespace
}  // namespace proffer::tests
