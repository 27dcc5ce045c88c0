// BSON documents with an owner, put together member by member.
#pragma once

#include <bson/bson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace proffer::adapters {

class Bson {
 public:
  Bson() : bson_(bson_new()) {}
  explicit Bson(bson_t* owned) : bson_(owned) {}  // not null
  ~Bson() { bson_destroy(bson_); }                // null after a move
  Bson(Bson&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
  Bson& operator=(Bson&& other) noexcept {
    std::swap(bson_, other.bson_);
    return *this;
  }

  const bson_t* get() const { return bson_; }
  bson_t* get() { return bson_; }
  operator const bson_t*() const { return bson_; }  // for calls of the library
  std::size_t bytes() const { return bson_->len; }

  // Names and texts hold no NUL but where a length goes with them: a name never does, a text may.
  Bson& text(std::string_view name, std::string_view value) {
    bson_append_utf8(get(), name.data(), length(name), value.data(), length(value));
    return *this;
  }
  Bson& integer(std::string_view name, std::int64_t value) {
    bson_append_int64(get(), name.data(), length(name), value);
    return *this;
  }
  Bson& number(std::string_view name, std::int32_t value) {  // where the server wants a small one
    bson_append_int32(get(), name.data(), length(name), value);
    return *this;
  }
  Bson& flag(std::string_view name, bool value) {
    bson_append_bool(get(), name.data(), length(name), value);
    return *this;
  }
  Bson& date(std::string_view name, std::int64_t milliseconds) {
    bson_append_date_time(get(), name.data(), length(name), milliseconds);
    return *this;
  }
  Bson& document(std::string_view name, const Bson& value) {
    bson_append_document(get(), name.data(), length(name), value);
    return *this;
  }
  Bson& array(std::string_view name, const Bson& elements) {  // members "0", "1" …
    bson_append_array(get(), name.data(), length(name), elements);
    return *this;
  }

 private:
  static int length(std::string_view text) { return static_cast<int>(text.size()); }

  bson_t* bson_;  // no unique_ptr: the type's alignment is lost in a template's argument
};

// A document that something else owns; null: there is none.
struct BsonView {
  const bson_t* bson = nullptr;
};

}  // namespace proffer::adapters
