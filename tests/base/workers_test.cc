#include "base/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace proffer::base {
namespace {

TEST(Workers, RunEveryTaskThatTheyTook) {
  std::atomic<int> done = 0;
  int taken = 0;
  {
    Workers workers(3, 50);
    for (int i = 0; i < 1000; ++i) taken += workers.run([&] { ++done; }) ? 1 : 0;
  }
  EXPECT_EQ(done, taken);
  EXPECT_GE(taken, 50);
}

TEST(Workers, RefuseATaskWhenTheQueueIsFull) {
  std::promise<void> release;
  std::promise<void> started;
  std::atomic<int> done = 0;
  {
    Workers workers(1, 2);
    ASSERT_TRUE(workers.run([&] {
      started.set_value();
      release.get_future().wait();
    }));
    started.get_future().wait();
    EXPECT_TRUE(workers.run([&] { ++done; }));
    EXPECT_TRUE(workers.run([&] { ++done; }));
    EXPECT_FALSE(workers.run([&] { ++done; }));
    release.set_value();
  }
  EXPECT_EQ(done, 2);
}

TEST(Workers, TasksMayAskForMoreTasks) {
  std::atomic<int> done = 0;
  {
    Workers workers(2, 10);
    std::promise<void> asked;
    workers.run([&] {
      EXPECT_TRUE(workers.run([&] { ++done; }));
      asked.set_value();
    });
    asked.get_future().wait();
  }
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace proffer::base
