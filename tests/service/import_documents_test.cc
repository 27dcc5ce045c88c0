#include "service/import_documents.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "document/json.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using document::RowForm;
using testing::HasSubstr;

class ImportDocuments : public testing::Test {
 protected:
  base::Result<service::DocumentCounts> import(RowForm form, std::string_view text,
                                               const service::DocumentImportOptions& options = {}) {
    service::DocumentImport running(world.ports, here, form, options);
    for (std::size_t at = 0; at < text.size(); at += 1'000) TRY_DO(running.read(text.substr(at, 1'000)));
    return running.finish();
  }
  std::vector<store::Document> documents() {
    return world.ports.documents.scan(here, {}, {.id_prefix = {}, .after = {}, .limit = 100'000}).value();
  }
  static std::string lines(std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) text += R"({"_id":)" + std::to_string(i) + ",\"n\":1}\n";
    return text;
  }

  Stores stores;
  World world{stores};
  const store::Collection here{"shop", "customers"};
};

TEST_F(ImportDocuments, CountsWhatIsNewAndWhatIsReplaced) {
  const auto first = import(RowForm::lines, lines(0, 1'700));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->inserted, 1'700u);
  EXPECT_EQ(first->replaced, 0u);
  const auto second = import(RowForm::lines, lines(1'600, 1'800));
  EXPECT_EQ(second->inserted, 100u);
  EXPECT_EQ(second->replaced, 100u);
  EXPECT_EQ(documents().size(), 1'800u);
}

TEST_F(ImportDocuments, TakesIdsAsTextsNumbersOrOfAColumn) {
  ASSERT_TRUE(import(RowForm::array, R"([{"a":1,"_id":"x"},{"_id":7},{"_id":{"$oid":"65f0"}}])"));
  ASSERT_TRUE(import(RowForm::csv, "customer,n\n0042,1.5\n", {"customer", {"customer"}, ""}));
  std::vector<std::string> found;
  for (const auto& one : documents()) found.push_back(document::json_text(one));
  EXPECT_THAT(found, testing::ElementsAre(R"({"_id":"0042","customer":"0042","n":1.5})", R"({"_id":"65f0"})",
                                          R"({"_id":"7"})", R"({"_id":"x","a":1})"));
}

TEST_F(ImportDocuments, GoesOnBehindTheRowsThatAreSkipped) {
  const auto bad = import(RowForm::lines, lines(0, 600) + "\n7\n" + lines(600, 700));
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("row 601 (line 602): expected an object"));
  EXPECT_THAT(bad.error().message, HasSubstr("rows 1 to 500 were put before"));
  const auto again = import(RowForm::lines, lines(0, 1'200) + "7\n", {.skip = 500});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("rows 501 to 1000 were put before"));
  const auto rest = import(RowForm::lines, lines(0, 1'200), {.skip = 1'000});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->inserted + rest->replaced, 200u);
  EXPECT_EQ(documents().size(), 1'200u);
}

TEST_F(ImportDocuments, SkippedRowsLeaveTheIdsOfTheOthersAsTheyWere) {
  const std::string text = R"([{"a":1},{"a":2},{"a":3}])";
  ASSERT_TRUE(import(RowForm::array, text, {.id_seed = "s"}));
  const auto before = documents();
  ASSERT_EQ(import(RowForm::array, text, {.id_seed = "s", .skip = 1})->replaced, 2u);
  EXPECT_EQ(documents(), before);
}

TEST_F(ImportDocuments, RowsWithoutAnIdGetOne) {
  ASSERT_TRUE(import(RowForm::array, R"([{"a":1},{"a":1}])"));
  ASSERT_EQ(documents().size(), 2u);
  EXPECT_EQ(documents()[0].at("_id").as_string().size(), 36u);
}

TEST_F(ImportDocuments, ARepeatWithTheSameSeedPutsTheSameDocuments) {
  ASSERT_EQ(import(RowForm::array, R"([{"a":1},{"a":1}])", {"", {}, "key"})->inserted, 2u);
  EXPECT_EQ(import(RowForm::array, R"([{"a":1},{"a":1}])", {"", {}, "key"})->replaced, 2u);
  EXPECT_EQ(import(RowForm::array, R"([{"a":1},{"a":1}])", {"", {}, "other key"})->inserted, 2u);
}

TEST_F(ImportDocuments, ABadRowEndsItWithAllThatIsWrongInTheBatch) {
  const auto bad = import(RowForm::array, R"([{"_id":"a"},7,{"_id":null},{"_id":""},{"_id":true},{"_id":[]}])");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, base::ErrorKind::invalid);
  std::vector<std::string> locations;
  for (const auto& field : bad.error().fields) locations.push_back(field.location);
  EXPECT_THAT(locations, testing::ElementsAre("body[1]", "body[2]._id", "body[3]._id", "body[4]._id", "body[5]._id"));
  EXPECT_THAT(bad.error().message, HasSubstr("row 2 (line 1): expected an object"));
  EXPECT_THAT(bad.error().message, HasSubstr("; nothing was put"));
  EXPECT_TRUE(documents().empty());
}

TEST_F(ImportDocuments, EarlierBatchesStayAndAreTold) {
  const auto bad = import(RowForm::lines, lines(0, 1'200) + "7\n" + lines(1'200, 5'000));
  EXPECT_THAT(bad.error().message, HasSubstr("row 1201 (line 1201): expected an object"));
  EXPECT_THAT(bad.error().message, HasSubstr("rows 1 to 1000 were put before"));
  EXPECT_EQ(documents().size(), 1'000u);
}

TEST_F(ImportDocuments, TextThatIsNoRowIsToldWithWhatWasWrongBefore) {
  const auto bad = import(RowForm::lines, "7\n{\"a\":\n");
  EXPECT_EQ(bad.error().kind, base::ErrorKind::malformed);
  ASSERT_EQ(bad.error().fields.size(), 2u);
  EXPECT_EQ(bad.error().fields[0].location, "body[0]");
  EXPECT_EQ(bad.error().fields[1].location, "body[1]");
}

TEST_F(ImportDocuments, IdsHaveALimit) {
  const std::string edge(base::limits::document_id_bytes, 'x');
  EXPECT_TRUE(import(RowForm::array, R"([{"_id":")" + edge + R"("}])"));
  EXPECT_FALSE(import(RowForm::array, R"([{"_id":")" + edge + R"(x"}])"));
  EXPECT_FALSE(import(RowForm::csv, "a,b\n,1\n", {"a", {}, ""})) << "a row without the column";
}

TEST_F(ImportDocuments, AFailingStoreIsToldAndWhatWasPutStays) {
  service::DocumentImport running(world.ports, here, RowForm::lines, {});
  ASSERT_TRUE(running.read(lines(0, 600)));
  stores.document_faults.fail_all(true);
  const auto failed = running.read(lines(600, 1'200));
  stores.document_faults.fail_all(false);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(failed.error().message, HasSubstr("rows 1 to 500 were put before"));
}

}  // namespace
}  // namespace proffer::tests
