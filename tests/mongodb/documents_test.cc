// The document store on MongoDB against the suite of its port.
#include "conformance/document_values_suite.h"

#include "adapters/mongodb/stores.h"
#include "components/mongo_server.h"
#include "conformance/aggregate_suite.h"
#include "conformance/model_store_suite.h"

namespace proffer::tests {
namespace {

class MongoDocumentsHarness final : public DocumentsHarness {
 public:
  MongoDocumentsHarness() { reopen(); }
  store::DocumentStore& documents() override { return stores_->documents(); }
  void fail_writes(bool fail) override {
    if (fail) {
      server_.stop();
      return;
    }
    server_.start();
    for (int i = 0; i < 20 && !documents().ping(); ++i) {  // its first answers take a while on a busy machine
    }
  }
  bool is_transactional() override { return false; }
  bool reads_while_writes_fail() override { return false; }
  bool refuses_such_increments() override { return false; }
  bool reopen() override {
    stores_.reset();
    auto opened = adapters::MongoStores::open({server_.address() + "/?serverSelectionTimeoutMS=1000", prefix_});
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) stores_ = std::move(*opened);
    return true;
  }

 private:
  static inline int made_ = 0;
  MongoServer& server_ = shared_mongo_server();
  std::string prefix_ = "t" + std::to_string(++made_) + "_";
  std::unique_ptr<adapters::MongoStores> stores_;
};

std::unique_ptr<DocumentsHarness> make() { return std::make_unique<MongoDocumentsHarness>(); }

const auto mongodb = testing::Values(DocumentsFactory{"MongoDB", make});
const auto name_of = [](const auto& instance) { return instance.param.name; };

INSTANTIATE_TEST_SUITE_P(Adapters, DocumentStoreSuite, mongodb, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, UpdateSuite, mongodb, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, DurableDocumentStoreSuite, mongodb, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, AggregateSuite, mongodb, name_of);
INSTANTIATE_TEST_SUITE_P(Adapters, ModelStoreSuite, mongodb, name_of);

}  // namespace
}  // namespace proffer::tests
