// What every DocumentStore promises. An adapter's test instantiates it with a way to make one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "store/document_store.h"

namespace proffer::tests {

// A store with its surroundings.
class DocumentsHarness {
 public:
  virtual ~DocumentsHarness() = default;
  virtual store::DocumentStore& documents() = 0;
  virtual void fail_writes(bool fail) = 0;
  virtual bool reopen() = 0;            // closes and opens it again; false: this kind keeps nothing
  virtual bool is_transactional() = 0;  // batches are all or nothing
  virtual bool reads_while_writes_fail() { return true; }
  // False of a test server that adds to null, and past int64, where MongoDB's manual says that this is an error.
  virtual bool refuses_such_increments() { return true; }
};

struct DocumentsFactory {
  std::string name;
  std::unique_ptr<DocumentsHarness> (*make)();
};

class DocumentStoreSuite : public testing::TestWithParam<DocumentsFactory> {
 protected:
  store::DocumentStore& documents() { return harness_->documents(); }

  void put(const std::string& id, boost::json::object members = {}) {
    members["_id"] = id;
    const auto status = documents().put(here_, std::move(members));
    ASSERT_TRUE(status) << status.error().message;
  }

  std::optional<store::Document> get(const std::string& id) {
    auto found = documents().get(here_, id);
    EXPECT_TRUE(found) << found.error().message;
    return found ? std::move(*found) : std::nullopt;
  }

  std::vector<std::string> scan(const store::ScanOptions& options = {}, const document::Filter& filter = {}) {
    const auto found = documents().scan(here_, filter, options);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> ids;
    for (const auto& one : *found) ids.emplace_back(one.at("_id").as_string());
    return ids;
  }

  std::vector<std::string> find_by(std::string_view path, const boost::json::value& value, std::size_t limit = 1000) {
    const auto found = documents().find_by(here_, path, value, limit);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> ids;
    if (!found) return ids;
    for (const auto& one : *found) ids.emplace_back(one.at("_id").as_string());
    return ids;
  }

  const store::Collection here_{"database", "collection"};
  std::unique_ptr<DocumentsHarness> harness_ = GetParam().make();
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(DocumentStoreSuite, AnEmptyStoreHasNothing) {
  EXPECT_FALSE(get("x"));
  EXPECT_THAT(scan(), IsEmpty());
  EXPECT_FALSE(*documents().remove(here_, "x"));
  EXPECT_FALSE(*documents().update(here_, "x", {}));
  EXPECT_THAT(*documents().collections(), IsEmpty());
  EXPECT_TRUE(documents().ping());
  EXPECT_TRUE(documents().write({}));
}

TEST_P(DocumentStoreSuite, PutInsertsAndReplaces) {
  put("x", {{"a", 1}, {"b", 2}});
  put("x", {{"a", 3}});
  EXPECT_EQ(*get("x"), (store::Document{{"a", 3}, {"_id", "x"}}));
}

TEST_P(DocumentStoreSuite, InsertRefusesAnIdThatExists) {
  ASSERT_TRUE(documents().insert(here_, {{"_id", "x"}, {"a", 1}}));
  const auto again = documents().insert(here_, {{"_id", "x"}, {"a", 2}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(get("x")->at("a"), boost::json::value(1));
  EXPECT_TRUE(documents().insert({"database", "other"}, {{"_id", "x"}}));
  EXPECT_TRUE(documents().insert({"other", "collection"}, {{"_id", "x"}}));
}

TEST_P(DocumentStoreSuite, ValuesComeBackAsTheyWere) {
  const store::Document document{
      {"_id", "x"},
      {"int", INT64_MAX},
      {"negative", INT64_MIN},
      {"unsigned", UINT64_MAX},
      {"double", 1.0},
      {"tenth", 0.1},
      {"tiny", 5e-324},
      {"huge", 1.7976931348623157e308},
      {"date", {{"$date", 1'734'699'883'000}}},
      {"moment", {{"$date", "2024-12-20T13:04:43.000774Z"}}},
      {"text", "é 漢字 🎉 \" \\ / \x01 \n"},
      {"zero", std::string("a\0b", 3)},
      {"nothing", nullptr},
      {"yes", true},
      {"empty", {boost::json::object{}, boost::json::array{}}},
  };
  ASSERT_TRUE(documents().put(here_, document));
  const auto found = get("x");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, document);
  EXPECT_TRUE(found->at("double").is_double());
  EXPECT_TRUE(found->at("int").is_int64());
  EXPECT_EQ(found->begin()->key(), "_id") << "members keep their order";
}

TEST_P(DocumentStoreSuite, AnyMemberNameIsAllowed) {
  store::Document document{{"_id", "x"}};
  for (const auto& name :
       {std::string("a.b"), std::string("$set"), std::string(""), std::string("nul\0in", 6), std::string("$date"),
        std::string("é.$"), std::string("%2E"), std::string("\\"), std::string(".")}) {
    document[name] = boost::json::object{{name, name}};
  }
  ASSERT_TRUE(documents().put(here_, document));
  EXPECT_EQ(*get("x"), document);
}

TEST_P(DocumentStoreSuite, AnyTextIsAnId) {
  const std::vector<std::string> ids{"", std::string("a\0b", 3), "a", "a/b", "é", "%", "'; DROP TABLE document", "🎉"};
  for (const auto& id : ids) put(id, {{"id", id}});
  for (const auto& id : ids) {
    ASSERT_TRUE(get(id)) << id;
    EXPECT_EQ(get(id)->at("id").as_string(), id);
  }
  EXPECT_EQ(scan().size(), ids.size());
  EXPECT_TRUE(*documents().remove(here_, std::string_view("a\0b", 3)));
  EXPECT_TRUE(get("a"));
}

TEST_P(DocumentStoreSuite, RefusesWhatIsNoDocument) {
  EXPECT_EQ(documents().put(here_, {}).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(documents().insert(here_, {{"_id", 7}}).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(documents().put(here_, {{"_id", "\xff"}}).error().kind, base::ErrorKind::invalid);
  EXPECT_THAT(scan(), IsEmpty());
}

TEST_P(DocumentStoreSuite, TakesDocumentsUpToTheLimitOnly) {
  put("large", {{"v", std::string(base::limits::document_bytes - 100, 'a')}});
  EXPECT_EQ(get("large")->at("v").as_string().size(), base::limits::document_bytes - 100);
  const std::string too_much(base::limits::document_bytes, 'a');
  EXPECT_EQ(documents().put(here_, {{"_id", "x"}, {"v", too_much}}).error().kind, base::ErrorKind::too_large);
  EXPECT_EQ(documents().insert(here_, {{"_id", "x"}, {"v", too_much}}).error().kind, base::ErrorKind::too_large);
  EXPECT_EQ(documents()
                .update(here_, "large", {.set = {{"w", boost::json::value(too_much)}}, .increment = {}, .unset = {}})
                .error()
                .kind,
            base::ErrorKind::too_large);
  EXPECT_FALSE(get("large")->contains("w"));
}

TEST_P(DocumentStoreSuite, UpdateGivesTheNewDocumentAndLeavesTheOldOnAnError) {
  put("x", {{"n", 1}, {"o", {{"p", "q"}}}});
  const auto updated =
      documents().update(here_, "x", {.set = {{"o.r", 2.5}}, .increment = {{"n", 4}, {"m", 1}}, .unset = {"o.p"}});
  ASSERT_TRUE(updated && *updated) << updated.error().message;
  EXPECT_EQ((*updated)->at("n"), boost::json::value(5));
  EXPECT_EQ(**updated, *get("x"));
  EXPECT_EQ(get("x")->at("o"), boost::json::value({{"r", 2.5}}));

  const auto before = *get("x");
  const auto refused = documents().update(here_, "x", {.set = {{"n", 9}}, .increment = {{"o", 1}}, .unset = {}});
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(*get("x"), before);
}

TEST_P(DocumentStoreSuite, RemoveSaysWhetherItWasThere) {
  put("x");
  EXPECT_TRUE(*documents().remove(here_, "x"));
  EXPECT_FALSE(*documents().remove(here_, "x"));
  EXPECT_FALSE(get("x"));
}

TEST_P(DocumentStoreSuite, ScansInOrderOfBytesAndPages) {
  for (const auto& id : {"b", "a", "é", "Z", "aa", "a/1", "ab", "~", ""}) put(id);
  const std::vector<std::string> ordered{"", "Z", "a", "a/1", "aa", "ab", "b", "~", "é"};
  EXPECT_EQ(scan(), ordered);
  for (const std::size_t limit : {1, 2, 4, 100}) {
    std::vector<std::string> paged;
    store::ScanOptions options{.id_prefix = "", .after = {}, .limit = limit};
    for (auto page = scan(options); !page.empty(); page = scan(options)) {
      EXPECT_LE(page.size(), limit);
      paged.insert(paged.end(), page.begin(), page.end());
      options.after = paged.back();
    }
    EXPECT_EQ(paged, ordered) << limit;
  }
  EXPECT_THAT(scan({.id_prefix = "", .after = {}, .limit = 0}), IsEmpty());
}

TEST_P(DocumentStoreSuite, ScansOnlyIdsWithThePrefix) {
  for (const auto& id : {"a", "a/1", "a/2", "a/\xef\xbf\xbf", "a0", "b", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbfz"})
    put(id);
  const auto with = [&](std::string prefix, std::optional<std::string> after) {
    return scan({.id_prefix = std::move(prefix), .after = std::move(after), .limit = 1000});
  };
  EXPECT_THAT(with("a/", {}), ElementsAre("a/1", "a/2", "a/\xef\xbf\xbf"));
  EXPECT_THAT(with("a/", "a/1"), ElementsAre("a/2", "a/\xef\xbf\xbf"));
  EXPECT_THAT(with("a/", "A"), ElementsAre("a/1", "a/2", "a/\xef\xbf\xbf"));
  EXPECT_THAT(with("a/", "b"), IsEmpty());
  EXPECT_THAT(with("\xf4\x8f\xbf\xbf", {}), ElementsAre("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbfz"));
  EXPECT_THAT(with("c", {}), IsEmpty());
}

TEST_P(DocumentStoreSuite, ScansWhatMatches) {
  for (int i = 0; i < 20; ++i) put(std::to_string(100 + i), {{"n", i}, {"tags", {"all", i % 2 == 0 ? "even" : "odd"}}});
  const document::Filter filter{{{"n", document::Compare::greater, 11.5}, {"tags", document::Compare::equal, "even"}}};
  EXPECT_THAT(scan({}, filter), ElementsAre("112", "114", "116", "118"));
  EXPECT_THAT(scan({.id_prefix = "", .after = "112", .limit = 2}, filter), ElementsAre("114", "116"));
}

TEST_P(DocumentStoreSuite, PutsManyAndCountsThoseThatWereThere) {
  put("b", {{"n", 1}});
  ASSERT_TRUE(documents().index(here_, "n"));
  const auto put_some = [&] {
    return documents().put_all(here_, {{{"_id", "a"}, {"n", 2}}, {{"_id", "b"}, {"n", 2}}, {{"_id", "c"}, {"n", 2}}});
  };
  EXPECT_EQ(*put_some(), 1u);
  EXPECT_EQ(*put_some(), 3u);
  EXPECT_EQ(*documents().put_all(here_, {{{"_id", "d"}}, {{"_id", "d"}}}), 1u) << "an id may come twice";
  EXPECT_EQ(*documents().put_all(here_, {}), 0u);
  EXPECT_THAT(scan(), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(find_by("n", 2), ElementsAre("a", "b", "c"));
  EXPECT_EQ(documents().put_all(here_, {{{"_id", "e"}}, {{"_id", 1}}}).error().kind, base::ErrorKind::invalid);
  EXPECT_FALSE(get("e"));
}

TEST_P(DocumentStoreSuite, AScanEndsBehindTheDocumentThatReachesItsBytes) {
  for (const auto& id : {"a", "b", "c"}) put(id, {{"v", std::string(1'000, 'x')}});
  const auto within = [&](std::size_t bytes) {
    return scan({.id_prefix = "", .after = {}, .limit = 10, .max_bytes = bytes});
  };
  EXPECT_THAT(within(1), ElementsAre("a"));
  EXPECT_THAT(within(1'500), ElementsAre("a", "b"));
  EXPECT_THAT(within(10'000), ElementsAre("a", "b", "c"));
}

TEST_P(DocumentStoreSuite, FindsDocumentsByTheValueOfAField) {
  put("a", {{"customer", 123}});
  put("b", {{"customer", "123"}});
  put("c", {{"customer", 123.0}, {"of", {{"city", "Köln"}}}});
  put("d", {{"customer", {"x", 123, 7}}});
  put("e", {{"customer", nullptr}});
  put("f");
  put("g", {{"customer", true}, {"of", {{{"city", "Köln"}}, {{"city", "Bonn"}}}}});
  EXPECT_THAT(find_by("customer", 123), ElementsAre("a", "c", "d"));
  EXPECT_THAT(find_by("customer", 123.0), ElementsAre("a", "c", "d"));
  EXPECT_THAT(find_by("customer", std::uint64_t{123}), ElementsAre("a", "c", "d"));
  EXPECT_THAT(find_by("customer", "123"), ElementsAre("b"));
  EXPECT_THAT(find_by("customer", 123, 2), ElementsAre("a", "c"));
  EXPECT_THAT(find_by("customer", 123, 0), IsEmpty());
  EXPECT_THAT(find_by("customer", 124), IsEmpty());
  EXPECT_THAT(find_by("customer", ""), IsEmpty());
  EXPECT_THAT(find_by("of.city", "Köln"), ElementsAre("c", "g"));
  EXPECT_THAT(find_by("of.city", "Bonn"), ElementsAre("g"));
  EXPECT_THAT(find_by("_id", "c"), ElementsAre("c"));
  EXPECT_THAT(find_by("_id", "z"), IsEmpty());
  EXPECT_THAT(find_by("_id", 1), IsEmpty());
  EXPECT_THAT(*documents().find_by({"no", "such"}, "customer", 123, 1), IsEmpty());
}

TEST_P(DocumentStoreSuite, FindsValuesThatAnIndexCouldConfuse) {
  const std::string text(100'000, 'x');
  put("even", {{"v", std::int64_t{1} << 53}});
  put("odd", {{"v", (std::int64_t{1} << 53) + 1}});
  put("unsigned", {{"v", UINT64_MAX}});
  put("zero", {{"v", -0.0}});
  put("tenth", {{"v", 0.1}});
  put("long", {{"v", text + "a"}});
  put("longer", {{"v", text + "b"}});
  put("n1", {{"v", "n1"}});
  put("nul", {{"v", std::string("a\0b", 3)}});
  EXPECT_THAT(find_by("v", std::int64_t{1} << 53), ElementsAre("even"));
  EXPECT_THAT(find_by("v", (std::int64_t{1} << 53) + 1), ElementsAre("odd"));
  EXPECT_THAT(find_by("v", UINT64_MAX), ElementsAre("unsigned"));
  EXPECT_THAT(find_by("v", UINT64_MAX - 1), IsEmpty());
  EXPECT_THAT(find_by("v", 0), ElementsAre("zero"));
  EXPECT_THAT(find_by("v", 0.1), ElementsAre("tenth"));
  EXPECT_THAT(find_by("v", boost::json::value(text + "b")), ElementsAre("longer"));
  EXPECT_THAT(find_by("v", 1), IsEmpty());
  EXPECT_THAT(find_by("v", boost::json::value(std::string("a\0b", 3))), ElementsAre("nul"));
  EXPECT_THAT(find_by("v", "a"), IsEmpty());
}

TEST_P(DocumentStoreSuite, WhatIsFoundByAFieldFollowsEveryWrite) {
  put("before", {{"n", 1}});
  ASSERT_TRUE(documents().index(here_, "n"));
  ASSERT_TRUE(documents().index(here_, "n")) << "twice is once";
  put("x", {{"n", 1}});
  ASSERT_TRUE(documents().insert(here_, {{"_id", "y"}, {"n", 1}}));
  EXPECT_FALSE(documents().insert(here_, {{"_id", "y"}, {"n", 5}}));
  EXPECT_THAT(find_by("n", 1), ElementsAre("before", "x", "y"));
  EXPECT_THAT(find_by("n", 5), IsEmpty());

  put("x", {{"n", 2}});
  ASSERT_TRUE(documents().update(here_, "y", {.set = {}, .increment = {{"n", 1}}, .unset = {}}));
  EXPECT_THAT(find_by("n", 1), ElementsAre("before"));
  EXPECT_THAT(find_by("n", 2), ElementsAre("x", "y"));

  put("x", {{"m", 2}});
  ASSERT_TRUE(*documents().remove(here_, "y"));
  EXPECT_THAT(find_by("n", 2), IsEmpty());

  std::vector<store::Write> batch;
  batch.push_back(store::Put{here_, {{"_id", "p/1"}, {"n", 3}}});
  batch.push_back(store::Put{here_, {{"_id", "p/2"}, {"n", 3}}});
  batch.push_back(store::Put{here_, {{"_id", "q"}, {"n", 3}}});
  batch.push_back(store::Put{{"database", "other"}, {{"_id", "o"}, {"n", 3}}});
  batch.push_back(store::Remove{here_, "p/2"});
  ASSERT_TRUE(documents().write(std::move(batch)));
  EXPECT_THAT(find_by("n", 3), ElementsAre("p/1", "q"));
  ASSERT_TRUE(documents().write({store::RemovePrefix{here_, "p/"}}));
  EXPECT_THAT(find_by("n", 3), ElementsAre("q"));
  ASSERT_TRUE(documents().write({store::RemovePrefix{here_, ""}}));
  EXPECT_THAT(find_by("n", 3), IsEmpty());
  put("new", {{"n", 3}});
  EXPECT_THAT(find_by("n", 3), ElementsAre("new"));
}

TEST_P(DocumentStoreSuite, AnIndexIsMadeWhileOthersWrite) {
  std::vector<store::Write> batch;
  for (int i = 0; i < 3'000; ++i) batch.push_back(store::Put{here_, {{"_id", std::to_string(i)}, {"n", i % 3}}});
  ASSERT_TRUE(documents().write(std::move(batch)));
  std::thread writer([&] {
    for (int i = 0; i < 3'000; i += 30) put(std::to_string(i), {{"n", 7}});
  });
  EXPECT_GE(find_by("n", 0, 5'000).size(), 900u);
  writer.join();
  EXPECT_EQ(find_by("n", 0, 5'000).size(), 900u);
  EXPECT_EQ(find_by("n", 1, 5'000).size(), 1'000u);
  EXPECT_EQ(find_by("n", 7, 5'000).size(), 100u);
}

TEST_P(DocumentStoreSuite, RefusesLookUpsThatItCannotAnswer) {
  for (const boost::json::value& value : {boost::json::value(nullptr), boost::json::value(true),
                                          boost::json::value(boost::json::array{}), boost::json::value(NAN)}) {
    EXPECT_EQ(documents().find_by(here_, "n", value, 1).error().kind, base::ErrorKind::invalid);
  }
  EXPECT_EQ(documents().find_by(here_, "", 1, 1).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(documents().index(here_, "\xff").error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(documents().index(here_, std::string(base::limits::indexed_path_bytes + 1, 'a')).error().kind,
            base::ErrorKind::invalid);
  for (std::size_t i = 0; i < base::limits::indexes_per_collection; ++i) {
    ASSERT_TRUE(documents().index(here_, "f" + std::to_string(i)));
  }
  EXPECT_EQ(documents().index(here_, "more").error().kind, base::ErrorKind::too_large);
  EXPECT_TRUE(documents().index(here_, "f0"));
  EXPECT_TRUE(documents().index({"database", "other"}, "more"));
}

TEST_P(DocumentStoreSuite, ABatchIsAppliedInOrder) {
  const store::Collection other{"database", "other"};
  for (const auto& id : {"p/1", "p/2", "q"}) put(id);
  std::vector<store::Write> batch;
  batch.push_back(store::Put{here_, {{"_id", "x"}, {"v", 1}}});
  batch.push_back(store::Put{other, {{"_id", "x"}, {"v", 2}}});
  batch.push_back(store::RemovePrefix{here_, "p/"});
  batch.push_back(store::Put{here_, {{"_id", "p/3"}}});
  batch.push_back(store::Remove{here_, "q"});
  batch.push_back(store::Remove{{"no", "other"}, "q"});
  batch.push_back(store::Put{here_, {{"_id", "x"}, {"v", 3}}});
  batch.push_back(store::Remove{{"no", "such"}, "q"});
  ASSERT_TRUE(documents().write(std::move(batch)));
  EXPECT_THAT(scan(), ElementsAre("p/3", "x"));
  EXPECT_EQ(get("x")->at("v"), boost::json::value(3));
  EXPECT_EQ((*documents().get(other, "x"))->at("v"), boost::json::value(2));
  EXPECT_THAT(*documents().collections(), testing::IsSupersetOf({here_, other}));

  ASSERT_TRUE(documents().write({store::RemovePrefix{here_, ""}}));
  EXPECT_THAT(scan(), IsEmpty());
  EXPECT_TRUE(*documents().get(other, "x"));
}

TEST_P(DocumentStoreSuite, ABatchWithABadDocumentChangesNothing) {
  std::vector<store::Write> batch;
  batch.push_back(store::Put{here_, {{"_id", "good"}}});
  batch.push_back(store::Put{here_, {{"_id", 1}}});
  EXPECT_EQ(documents().write(std::move(batch)).error().kind, base::ErrorKind::invalid);
  EXPECT_THAT(scan(), IsEmpty());
}

TEST_P(DocumentStoreSuite, AFailingStoreSaysUnavailableAndKeepsWhatItHad) {
  put("x", {{"v", 1}});
  harness_->fail_writes(true);
  const auto put_status = documents().put(here_, {{"_id", "x"}, {"v", 2}});
  const auto insert_status = documents().insert(here_, {{"_id", "y"}});
  const auto update_status = documents().update(here_, "x", {.set = {{"v", 3}}, .increment = {}, .unset = {}});
  const auto remove_status = documents().remove(here_, "x");
  std::vector<store::Write> batch;
  for (int i = 0; i < 100; ++i) batch.push_back(store::Put{here_, {{"_id", "b/" + std::to_string(i)}}});
  const auto write_status = documents().write(batch);
  const auto read = documents().get(here_, "x");
  harness_->fail_writes(false);
  ASSERT_FALSE(put_status || insert_status || update_status || remove_status || write_status);
  EXPECT_EQ(put_status.error().kind, base::ErrorKind::unavailable) << put_status.error().message;
  EXPECT_EQ(write_status.error().kind, base::ErrorKind::unavailable) << write_status.error().message;
  ASSERT_EQ(read.has_value(), harness_->reads_while_writes_fail());
  EXPECT_EQ((read ? **read : *get("x")).at("v"), boost::json::value(1));
  if (harness_->is_transactional()) {
    EXPECT_THAT(scan(), ElementsAre("x"));
  }
  EXPECT_TRUE(documents().write(batch)) << "works again as soon as the cause is gone";
  EXPECT_EQ(scan().size(), 101u);
}

TEST_P(DocumentStoreSuite, IncrementsOfManyThreadsAllCount) {
  put("counter", {{"n", 0}});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(documents().update(here_, "counter", {.set = {}, .increment = {{"n", 1}}, .unset = {}}));
        EXPECT_TRUE(get("counter"));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(get("counter")->at("n"), boost::json::value(200));
}

TEST_P(DocumentStoreSuite, OnlyOneOfManyInsertsWins) {
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const auto status = documents().insert(here_, {{"_id", std::to_string(i)}});
        ++(status ? won : lost);
        if (!status) {
          EXPECT_EQ(status.error().kind, base::ErrorKind::conflict);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 25);
  EXPECT_EQ(lost, 75);
}

TEST_P(DocumentStoreSuite, ReopeningConnectionsLosesNothing) {
  put("x", {{"v", 1}});
  ASSERT_TRUE(documents().reopen());
  EXPECT_TRUE(get("x"));
  put("x", {{"v", 2}});
  EXPECT_EQ(get("x")->at("v"), boost::json::value(2));
}

// Of stores that outlive the process.
class DurableDocumentStoreSuite : public DocumentStoreSuite {};

TEST_P(DurableDocumentStoreSuite, ReopeningTheStoreKeepsEverything) {
  put("x", {{"v", 0.1}});
  ASSERT_TRUE(harness_->reopen());
  EXPECT_EQ(get("x")->at("v"), boost::json::value(0.1));
  EXPECT_THAT(*documents().collections(), ElementsAre(here_));
}

TEST_P(DurableDocumentStoreSuite, AnIndexOutlivesTheStore) {
  put("x", {{"n", 1}});
  EXPECT_THAT(find_by("n", 1), ElementsAre("x"));
  ASSERT_TRUE(harness_->reopen());
  put("y", {{"n", 1}});
  EXPECT_THAT(find_by("n", 1), ElementsAre("x", "y"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DocumentStoreSuite);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DurableDocumentStoreSuite);

}  // namespace proffer::tests
