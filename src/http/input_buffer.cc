#include "http/input_buffer.h"

#include <algorithm>

namespace proffer::http {

std::span<char> InputBuffer::space(std::size_t most) {
  const std::size_t held = end_ - begin_;
  if (end_ == capacity_ && begin_ > 0) {
    std::memmove(data_.get(), data_.get() + begin_, held);
    begin_ = 0;
    end_ = held;
  }
  if (held == capacity_ && capacity_ < most) reserve(std::min(most, std::max(small, 4 * capacity_)));
  return {data_.get() + end_, capacity_ - end_};
}

void InputBuffer::consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::shrink() {
  if (!empty() || capacity_ <= small) return;
  data_.reset();
  capacity_ = 0;
}

void InputBuffer::reserve(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  const std::size_t held = end_ - begin_;
  if (held > 0) std::memcpy(larger.get(), data_.get() + begin_, held);
  data_ = std::move(larger);
  capacity_ = capacity;
  begin_ = 0;
  end_ = held;
}

}  // namespace proffer::http
