// Writes one JSON object into a string, member by member, without building a tree first.
#pragma once

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
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(member(name), value); }
  void number(std::string_view name, double value) { base::append_number(member(name), value); }
  void integer(std::string_view name, std::int64_t value) { base::append_number(member(name), value); }
  void boolean(std::string_view name, bool value) { member(name) += value ? "true" : "false"; }
  void raw(std::string_view name, std::string_view json) { member(name) += json; }  // JSON text already

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace proffer::document
