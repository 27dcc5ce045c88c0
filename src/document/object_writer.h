// Writes one JSON object into a string, member by member, without building a tree first.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/number_text.h"
#include "document/json.h"

namespace proffer::document {

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectWriter() { out_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // `name` needs no escaping. Returns where the value is to be appended.
  std::string& member(std::string_view name) {
    raw(name, {});
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(member(name), value); }
  void number(std::string_view name, double value) { base::append_number(member(name), value); }
  void integer(std::string_view name, std::int64_t value) { base::append_number(member(name), value); }
  void boolean(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }

  // `json` is JSON text already. Name and value go in with one growth of the string: answers have a hundred members.
  void raw(std::string_view name, std::string_view json) {
    const std::size_t at = out_.size();
    out_.resize(at + name.size() + json.size() + (first_ ? 3 : 4));
    char* to = out_.data() + at;
    if (!first_) *to++ = ',';
    first_ = false;
    *to++ = '"';
    to = std::copy(name.begin(), name.end(), to);
    *to++ = '"';
    *to++ = ':';
    std::copy(json.begin(), json.end(), to);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace proffer::document
