// Bytes received and not yet read by the parser: one contiguous, bounded block.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace proffer::http {

// Starts without memory; grows in steps; gives the memory of a large request back when it is emptied.
class InputBuffer {
 public:
  static constexpr std::size_t small = 4 << 10;

  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  // Free space behind the bytes, making room up to `most` bytes in all; empty when that many are held already.
  std::span<char> space(std::size_t most);
  void received(std::size_t n) { end_ += n; }
  void consume(std::size_t n);
  // To be called between requests.
  void shrink();

 private:
  void reserve(std::size_t capacity);

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace proffer::http
