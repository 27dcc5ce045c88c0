// A double-ended queue in one block of memory: cheap at both ends, at most a quarter of it unused while it grows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace proffer::bandit {

// T is a small plain type. Indexes count from the front.
template <class T>
class Ring {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t memory_bytes() const { return cells_.capacity() * sizeof(T); }

  T& operator[](std::size_t i) { return cells_[place(i)]; }
  const T& operator[](std::size_t i) const { return cells_[place(i)]; }

  void pop_front() {
    head_ = place(1);
    --size_;
    if (size_ * 4 < cells_.size()) move_to(size_ * 2);
  }

  // Puts `value` before the i-th (i == size(): behind the last). Moves what is on the shorter side of it.
  void insert(std::size_t i, const T& value) {
    if (size_ == cells_.size()) move_to(size_ + size_ / 4 + 4);
    if (i < size_ - i) {
      head_ = head_ == 0 ? cells_.size() - 1 : head_ - 1;
      ++size_;
      for (std::size_t j = 0; j < i; ++j) (*this)[j] = (*this)[j + 1];
    } else {
      ++size_;
      for (std::size_t j = size_ - 1; j > i; --j) (*this)[j] = (*this)[j - 1];
    }
    (*this)[i] = value;
  }

 private:
  std::size_t place(std::size_t i) const {
    const std::size_t cell = head_ + i;
    return cell < cells_.size() ? cell : cell - cells_.size();
  }

  void move_to(std::size_t capacity) {
    std::vector<T> cells(capacity);
    for (std::size_t i = 0; i < size_; ++i) cells[i] = (*this)[i];
    cells_ = std::move(cells);
    head_ = 0;
  }

  std::vector<T> cells_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace proffer::bandit
