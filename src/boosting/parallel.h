// The threads of one training. What comes out must not depend on which thread does which part: every part writes its
// own place, and sums are added up in the order of the parts.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace proffer::boosting {

class Parallel {
 public:
  explicit Parallel(unsigned threads);  // the caller's own is one of them
  ~Parallel();

  // Calls part(i) once for each i < n, and returns when all have returned. Not to be called from within a part.
  void for_each(std::size_t n, const std::function<void(std::size_t)>& part);

 private:
  void serve();
  void work();

  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  std::uint64_t round_ = 0;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::size_t parts_ = 0;
  const std::function<void(std::size_t)>* part_ = nullptr;
  std::atomic<std::size_t> next_{0};
  std::vector<std::thread> threads_;
};

// Rows are worked on in blocks of this many, whatever the number of threads.
inline constexpr std::size_t block_rows = 4'096;

struct Block {
  std::size_t begin, end;
};

inline std::size_t blocks_of(std::size_t rows) { return (rows + block_rows - 1) / block_rows; }
inline Block block_at(std::size_t i, std::size_t rows) {
  return {i * block_rows, std::min((i + 1) * block_rows, rows)};
}

}  // namespace proffer::boosting
