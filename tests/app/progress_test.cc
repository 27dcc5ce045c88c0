#include "app/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace proffer::tests {
namespace {

using app::Progress;
using app::ProgressForm;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ProgressLines : public testing::Test {
 protected:
  Progress make(ProgressForm form, app::Amount total = {}, const std::string& unit = "rows") {
    return Progress(out, form, {"shop.c", unit, total}, [this] { return now; });
  }
  // What was written since the last look.
  std::string said() {
    const auto text = out.str();
    out.str("");
    return text;
  }

  std::chrono::steady_clock::time_point now{};
  std::ostringstream out;
};

TEST_F(ProgressLines, ATerminalSeesShareAmountsRateAndWhatIsLeft) {
  Progress progress = make(ProgressForm::bar, {.bytes = 4'000'000});
  now += seconds{10};
  progress.add({.units = 5'000, .bytes = 1'000'000});
  EXPECT_EQ(said(), "\rshop.c [######------------------] 25 % 5000 rows, 1.0 MB, 500 rows/s, 30 s left");
}

TEST_F(ProgressLines, WithoutATotalThereIsNoShare) {
  Progress progress = make(ProgressForm::bar);
  now += seconds{1};
  progress.add({.units = 20, .bytes = 812});
  EXPECT_EQ(said(), "\rshop.c 20 rows, 812 B, 20 rows/s");
}

TEST_F(ProgressLines, ATerminalIsDrawnTenTimesASecondAndOnceAtTheEnd) {
  Progress progress = make(ProgressForm::bar);
  for (int i = 0; i < 100; ++i) {
    now += milliseconds{10};
    progress.add({.units = 1});
  }
  const auto text = said();
  EXPECT_EQ(std::ranges::count(text, '\r'), 10);
  EXPECT_EQ(std::ranges::count(text, '\n'), 0);
  progress.end();
  EXPECT_EQ(said(), "\rshop.c: 100 rows in 1.0 s, 100 rows/s\n");
}

TEST_F(ProgressLines, AShorterLineCoversALongerOne) {
  Progress progress = make(ProgressForm::bar, {.units = 2'000'000});
  now += seconds{600};
  progress.add({.units = 1'000'000, .bytes = 1'000'000'000});
  const auto longer = said();
  progress.end();
  EXPECT_EQ(said().size(), longer.size() + 1);
}

TEST_F(ProgressLines, AFileGetsALineEveryFiveSeconds) {
  Progress progress = make(ProgressForm::lines, {.units = 200});
  for (int i = 0; i < 100; ++i) {
    now += milliseconds{110};
    progress.add({.units = 1, .bytes = 1'000});
  }
  EXPECT_EQ(said(),
            "shop.c 23 % 46 rows, 46.0 kB, 9 rows/s, 17 s left\nshop.c 46 % 92 rows, 92.0 kB, 9 rows/s, 12 s left\n");
  progress.end();
  EXPECT_EQ(said(), "shop.c: 100 rows, 100.0 kB in 11.0 s, 9 rows/s\n");
}

TEST_F(ProgressLines, BytesAloneAreCountedWhereThereIsNoUnit) {
  Progress progress = make(ProgressForm::lines, {.bytes = 3'000'000'000}, "");
  now += seconds{10};
  progress.add({.bytes = 1'500'000'000});
  EXPECT_EQ(said(), "shop.c 50 % 1.50 GB, 150.0 MB/s, 10 s left\n");
}

TEST_F(ProgressLines, QuietSaysNothing) {
  Progress progress = make(ProgressForm::none);
  now += seconds{10};
  progress.add({.units = 1});
  progress.end();
  EXPECT_EQ(said(), "");
}

TEST_F(ProgressLines, ABrokenOffBarLeavesItsLine) {
  {
    Progress progress = make(ProgressForm::bar);
    now += seconds{1};
    progress.add({.units = 1});
    said();
  }
  EXPECT_EQ(said(), "\n");
}

}  // namespace
}  // namespace proffer::tests
