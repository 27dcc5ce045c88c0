// Backup and restore of a data directory.
#include "adapters/sqlite/backup.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/harness.h"
#include "adapters/sqlite/connection.h"
#include "conformance/sample_records.h"

namespace proffer::tests {
namespace {

namespace fs = std::filesystem;
using adapters::Connection;
using adapters::SqliteStores;
using testing::HasSubstr;

const base::SystemClock backup_clock;
const store::Collection here{"d", "c"};

std::unique_ptr<SqliteStores> open_at(const std::string& directory) {
  return open_stores({.directory = directory, .fsync = false, .clock = &backup_clock});
}

void append(store::DecisionLog& log) {
  const auto at = log.reserve();
  ASSERT_TRUE(at);
  log.append(*at, sample_decision(at->time), [](const base::Status& status) { EXPECT_TRUE(status); });
}

void execute_in(const std::string& path, const std::string& sql) {
  auto connection = Connection::open(path, Connection::Mode::create);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->execute(sql));
}

void scribble(const std::string& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << std::string(4'096, '\xa5');
}

class Backup : public testing::Test {
 protected:
  Backup() {
    auto stores = open_at(directory.path());
    for (int i = 0; i < 3'000; ++i) append(stores->log());
    std::vector<store::Document> documents;
    for (int i = 0; i < 2'000; ++i) documents.push_back({{"_id", std::to_string(i)}, {"text", std::string(500, 'x')}});
    EXPECT_TRUE(stores->documents().put_all(here, std::move(documents)));
    EXPECT_TRUE(stores->log().flush());
  }

  base::Result<adapters::Copied> back_up(const adapters::CopyOptions& options = {}) {
    return adapters::back_up(directory.path(), copy, options);
  }
  base::Result<adapters::Copied> restore(const adapters::CopyOptions& options = {}) {
    return adapters::restore(copy, target, options);
  }
  static void expect_content(const std::string& data, store::LogPosition records) {
    auto stores = open_at(data);
    ASSERT_TRUE(stores);
    std::size_t read = 0;
    EXPECT_TRUE(stores->log().read(0, records, [&](const store::LogEntry&) { return ++read > 0; }));
    EXPECT_EQ(read, records);
    EXPECT_EQ(stores->log().committed(), records);
    EXPECT_TRUE(*stores->documents().get(here, "1999"));
  }

  TemporaryDirectory directory;
  TemporaryDirectory elsewhere;
  const std::string copy = elsewhere.file("copy.db");
  const std::string target = elsewhere.file("target");
};

TEST_F(Backup, OfADirectoryThatNobodyUsesBecomesOne) {
  const auto made = back_up();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->bytes, fs::file_size(copy));
  EXPECT_EQ(made->format, 3);
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_FALSE(restored->put_aside);
  expect_content(target, 3'000);
}

TEST_F(Backup, IsOneFileAndNothingBesideIt) {
  ASSERT_TRUE(back_up());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(elsewhere.path())) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::ElementsAre("copy.db"));
}

// What is committed when it begins is there; what comes meanwhile is not, in the log as in the documents.
TEST_F(Backup, IsOfOneMomentWhileOthersWrite) {
  auto stores = open_at(directory.path());
  std::atomic<bool> ended = false;
  std::atomic<int> last = 0;
  std::thread writer([&] {
    for (int i = 1; !ended; ++i) {
      append(stores->log());
      ASSERT_TRUE(stores->log().flush());
      ASSERT_TRUE(stores->documents().put(here, {{"_id", "last"}, {"n", i}}));
      last = i;
    }
  });
  while (last < 50) std::this_thread::yield();
  const int before = last;
  int steps = 0;
  int during = 0;
  const auto made = back_up({.on_copied = [&](std::size_t done, std::size_t total) {
    EXPECT_LE(done, total);
    const int now = last;
    while (last < now + 20) std::this_thread::yield();  // so that pages change between the steps
    ++steps;
    during = last;
  }});
  ended = true;
  writer.join();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_GE(during, before + 20 * steps);
  ASSERT_TRUE(restore());
  auto restored = open_at(target);
  const auto n = (*restored->documents().get(here, "last"))->at("n").as_int64();
  EXPECT_GE(n, before);
  EXPECT_LT(n, during);
  const auto records = static_cast<std::int64_t>(restored->log().committed()) - 3'000;
  EXPECT_TRUE(records == n || records == n + 1) << records << " records, document " << n;
}

TEST_F(Backup, TakesNoPlaceUnlessTold) {
  std::ofstream(copy) << "precious";
  const auto made = back_up();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, copy + " is there already; --replace takes its place");
  EXPECT_EQ(fs::file_size(copy), 8u);
  EXPECT_TRUE(back_up({.replace = true}));
  EXPECT_GT(fs::file_size(copy), 8u);
}

TEST_F(Backup, OfADamagedDatabaseIsRefusedAndLeavesNoFile) {
  scribble(directory.file("proffer.db"), 40 * 4'096);
  const auto made = back_up();
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("damaged"));
  EXPECT_TRUE(fs::is_empty(elsewhere.path()));
}

TEST_F(Backup, OntoAFullDiskIsRefusedAndLeavesNoFile) {
  const auto made = adapters::back_up(directory.path(), "/proc/copy.db", {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::unavailable);
}

TEST_F(Backup, IsNotRestoredIntoADirectoryThatIsUsedOrHoldsSomething) {
  ASSERT_TRUE(back_up());
  {
    auto stores = open_at(target);
    const auto refused = restore({.replace = true});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("is in use by process"));
  }
  const auto refused = restore();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            target + " is not empty: it holds proffer.db; --replace takes the place of its database");
}

TEST_F(Backup, PutsAsideWhatItReplaces) {
  ASSERT_TRUE(back_up());
  {
    auto stores = open_at(target);
    append(stores->log());
  }
  const auto restored = restore({.replace = true});
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->put_aside, target + "/proffer.db.replaced");
  expect_content(target, 3'000);
  auto connection = Connection::open(*restored->put_aside, Connection::Mode::write);
  EXPECT_EQ(*(*connection)->integer("SELECT count(*) FROM log_segment"), 1);
}

// As after a kill: the newest of the old database stands in its write-ahead log, which must not meet the new file.
TEST_F(Backup, KeepsTheLogOfAKilledServerWithItsDatabase) {
  ASSERT_TRUE(back_up());
  fs::create_directory(target);
  {
    TemporaryDirectory live;
    auto stores = open_at(live.path());
    append(stores->log());
    ASSERT_TRUE(stores->log().flush());
    for (const auto* name : {"proffer.db", "proffer.db-wal"}) fs::copy(live.file(name), target + '/' + name);
  }
  ASSERT_TRUE(restore({.replace = true}));
  EXPECT_FALSE(fs::exists(target + "/proffer.db-wal"));
  expect_content(target, 3'000);
  auto connection = Connection::open(target + "/proffer.db.replaced", Connection::Mode::write);
  EXPECT_EQ(*(*connection)->integer("SELECT count(*) FROM log_segment"), 1);
}

TEST_F(Backup, ReplacesADatabaseThatIsDamaged) {
  ASSERT_TRUE(back_up());
  fs::create_directory(target);
  std::ofstream(target + "/proffer.db") << std::string(8'192, 'x');
  std::ofstream(target + "/proffer.db-wal") << "rubbish";
  const auto restored = restore({.replace = true});
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(fs::file_size(target + "/proffer.db.replaced"), 8'192u);
  expect_content(target, 3'000);
}

TEST_F(Backup, ThatIsForeignNewerOrDamagedChangesNothing) {
  ASSERT_TRUE(back_up());
  {
    auto stores = open_at(target);
    append(stores->log());
  }
  const auto refusal = [&] {
    const auto restored = restore({.replace = true});
    EXPECT_FALSE(restored);
    EXPECT_FALSE(fs::exists(target + "/proffer.db.replaced"));
    EXPECT_FALSE(fs::exists(target + "/proffer.db.restoring"));
    EXPECT_EQ(open_at(target)->log().committed(), 1u);
    return restored ? "" : restored.error().message;
  };
  execute_in(copy, "PRAGMA user_version = 9");
  EXPECT_EQ(refusal(), copy + " has format 9, made by a newer Proffer; this one reads up to format 3");
  execute_in(copy, "PRAGMA user_version = 3");
  scribble(copy, 40 * 4'096);
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
  std::ofstream(copy) << "this is a text and no database";
  EXPECT_THAT(refusal(), HasSubstr("is damaged: file is not a database"));
  fs::remove(copy);
  execute_in(copy, "CREATE TABLE theirs (x)");
  EXPECT_EQ(refusal(), copy + " is not a Proffer database");
  fs::remove(copy);
  EXPECT_EQ(refusal(), "there is no database " + copy);
}

TEST_F(Backup, CutShortIsDamaged) {
  ASSERT_TRUE(back_up());
  fs::resize_file(copy, fs::file_size(copy) / 2);
  const auto restored = restore();
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("damaged"));
}

TEST_F(Backup, ADirectoryThatNobodyUsesIsRestoredLikeAFile) {
  ASSERT_TRUE(adapters::restore(directory.path(), target, {}));
  expect_content(target, 3'000);
}

}  // namespace
}  // namespace proffer::tests
