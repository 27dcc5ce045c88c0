#include "app/collection_files.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

namespace proffer::tests {
namespace {

namespace fs = std::filesystem;
using app::CollectionName;
using app::WholeFile;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  Files() {
    char made[] = "/tmp/proffer-files-XXXXXX";
    directory = ::mkdtemp(made);
  }
  ~Files() override { fs::remove_all(directory); }

  std::string path(const std::string& name) const { return directory + '/' + name; }
  void make(const std::string& name, const std::string& text = "") const { std::ofstream(path(name)) << text; }
  std::vector<std::string> found(const std::string& database = "") const {
    std::vector<std::string> names;
    const auto files = app::collection_files(directory, database);
    for (const auto& file : *files) names.push_back(file.collection.text());
    return names;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string directory;
};

TEST(CollectionName, PartsAtTheFirstDotOrSlash) {
  for (const auto* text : {"shop.trans.actions", "shop/trans.actions"}) {
    const auto name = CollectionName::read(text, "here");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->text(), "shop.trans.actions");
    EXPECT_EQ(name->path(), "/api/v1/collections/shop/trans.actions");
  }
  for (const auto* text : {"", "shop", ".a", "shop.", "/a"}) {
    const auto name = CollectionName::read(text, "here");
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().message, "here: expected DATABASE.NAME, not '" + std::string(text) + "'");
  }
}

TEST_F(Files, OfCollectionsAreFoundByTheirEndings) {
  for (const auto* name : {"b.z.ndjson", "b.a.b.csv", "a.x.jsonl", "c.c.json", "README.txt", "b.q.ndjson.partial"}) {
    make(name);
  }
  EXPECT_THAT(found(), testing::ElementsAre("a.x", "b.a.b", "b.z", "c.c"));
  EXPECT_THAT(found("b"), testing::ElementsAre("b.a.b", "b.z"));
}

TEST_F(Files, ThatCannotBeToldApartAreRefused) {
  make("a.x.ndjson");
  make("nodot.csv");
  EXPECT_THAT(app::collection_files(directory, "").error().message, HasSubstr("nodot.csv: expected DATABASE.NAME"));
  fs::remove(path("nodot.csv"));
  make("a.x.csv");
  EXPECT_THAT(app::collection_files(directory, "").error().message, HasSubstr("are of one collection"));
  EXPECT_THAT(app::collection_files(path("no"), "").error().message, HasSubstr("cannot read"));
}

TEST_F(Files, BearTheirNameOnlyOnceTheyAreWhole) {
  make("f", "old");
  {
    auto file = WholeFile::open(path("f"));
    ASSERT_TRUE(file);
    file->out() << "new";
    file->out().flush();
    EXPECT_EQ(read("f.partial"), "new");
  }
  EXPECT_EQ(read("f"), "old") << "broken off";
  EXPECT_FALSE(fs::exists(path("f.partial")));
  auto file = WholeFile::open(path("f"));
  ASSERT_TRUE(file);
  file->out() << "new";
  ASSERT_TRUE(file->close());
  EXPECT_EQ(read("f"), "new");
  EXPECT_FALSE(fs::exists(path("f.partial")));
}

TEST_F(Files, ThatAreDevicesAreWrittenAsTheyAre) {
  auto file = WholeFile::open("/dev/null");
  ASSERT_TRUE(file);
  file->out() << "x";
  EXPECT_TRUE(file->close());
  EXPECT_FALSE(fs::exists("/dev/null.partial"));
}

TEST_F(Files, OnAFullDiskAreToldAndTakenAway) {
  auto file = WholeFile::open("/dev/full");
  ASSERT_TRUE(file);
  file->out() << std::string(100'000, 'x');
  EXPECT_EQ(file->close().error().message, "writing /dev/full failed");
}

}  // namespace
}  // namespace proffer::tests
