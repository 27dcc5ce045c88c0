#include "document/violations.h"

#include <fmt/format.h>

#include <cassert>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::document {

std::string Place::text() const {
  if (parent_ == nullptr) return std::string(name_);
  std::string text = parent_->text();
  if (name_.data() == nullptr) return text + fmt::format("[{}]", index_);
  return text.append(".").append(name_);
}

void Violations::add(std::string location, std::string message, const boost::json::value& value) {
  ++count_;
  if (kept_.size() >= base::limits::validation_errors) return;
  kept_.push_back({std::move(location), std::move(message), json_excerpt(value)});
}

base::Error Violations::error() const {
  assert(!empty());
  std::string message = fmt::format("{}: {}", kept_[0].location, kept_[0].message);
  if (count_ > 1) message += fmt::format(" (and {} more)", count_ - 1);
  if (count_ > kept_.size()) message += fmt::format("; the first {} are listed", kept_.size());
  return {base::ErrorKind::invalid, std::move(message), kept_};
}

}  // namespace proffer::document
