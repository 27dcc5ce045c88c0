// What is wrong with one input, collected so that a caller hears of everything at once.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace proffer::document {

// Where a value stands in its document. Made on the stack while reading, and turned into text only when something is
// wrong there: "body.offers[3].price".
class Place {
 public:
  explicit Place(std::string_view root) : name_(root) {}
  Place(const Place& parent, std::string_view member) : parent_(&parent), name_(member) {}
  Place(const Place& parent, std::size_t index) : parent_(&parent), index_(index) {}

  std::string text() const;

 private:
  const Place* parent_ = nullptr;
  std::string_view name_;  // without data() for an element of an array
  std::size_t index_ = 0;
};

// At most limits::validation_errors are kept; the rest is counted.
class Violations {
 public:
  // `value` is shown as json_excerpt.
  void add(std::string location, std::string message, const boost::json::value& value = nullptr);
  void add(const Place& place, std::string message, const boost::json::value& value = nullptr) {
    add(place.text(), std::move(message), value);
  }

  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  // Kind invalid, with all that was kept. Only when not empty().
  base::Error error() const;

 private:
  std::vector<base::FieldError> kept_;
  std::size_t count_ = 0;
};

}  // namespace proffer::document
