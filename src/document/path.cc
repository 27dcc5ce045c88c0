#include "document/path.h"

#include <charconv>
#include <string>

namespace proffer::document {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Status;

// Takes the first component off a path.
std::string_view take_component(std::string_view& path) {
  const std::size_t dot = path.find('.');
  const std::string_view component = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  return component;
}

json::value* child(json::value& parent, std::string_view component) {
  if (auto* object = parent.if_object()) return object->if_contains(component);
  auto* array = parent.if_array();
  const auto index = array_index(component);
  return array != nullptr && index && *index < array->size() ? &(*array)[*index] : nullptr;
}

// Everything below works on the two parts of a path: the way to the parent, and the last component.
struct Split {
  std::string_view parents;  // empty: the document itself
  std::string_view last;
};

Split split(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return {{}, path};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

tl::unexpected<base::Error> cannot_hold(std::string_view path, std::string_view component, const char* why) {
  return base::fail(ErrorKind::invalid,
                    "cannot set " + std::string(path) + ": at \"" + std::string(component) + "\" there is " + why);
}

// The member, made when it is absent.
base::Result<json::value*> make_child(json::value& parent, std::string_view component, std::string_view path) {
  if (auto* object = parent.if_object()) return &(*object)[component];
  auto* array = parent.if_array();
  if (array == nullptr) return cannot_hold(path, component, "neither an object nor an array to hold it");
  const auto index = array_index(component);
  if (!index || *index > array->size()) return cannot_hold(path, component, "no such element in the array");
  if (*index == array->size()) array->push_back(nullptr);
  return &(*array)[*index];
}

// The place of a path, with everything missing on the way. `document` is moved into a value for the walk and back, so
// objects and arrays are walked alike.
template <class Change>
Status change_at(json::object& document, std::string_view path, Change change) {
  json::value root(std::move(document));
  Status status = [&]() -> Status {
    json::value* here = &root;
    for (std::string_view rest = path;;) {
      const std::string_view component = take_component(rest);
      const bool last = component.data() + component.size() == path.data() + path.size();
      const bool absent = child(*here, component) == nullptr;
      TRY(here, make_child(*here, component, path));
      if (last) return change(*here, absent);
      if (absent) here->emplace_object();
    }
  }();
  document = std::move(root.get_object());
  return status;
}

bool is_int64(const json::value& value) {
  return value.is_int64() || (value.is_uint64() && value.get_uint64() <= INT64_MAX);
}

base::Result<json::value> sum(const json::value& a, const json::value& b, std::string_view path) {
  if (!a.is_number() || !b.is_number()) {
    return base::fail(ErrorKind::invalid, "cannot increment " + std::string(path) + ": it takes two numbers");
  }
  if (a.is_double() || b.is_double()) return json::value(a.to_number<double>() + b.to_number<double>());
  std::int64_t total = 0;
  if (!is_int64(a) || !is_int64(b) ||
      __builtin_add_overflow(a.to_number<std::int64_t>(), b.to_number<std::int64_t>(), &total)) {
    return base::fail(ErrorKind::invalid, "cannot increment " + std::string(path) + ": the sum leaves 64 bits");
  }
  return json::value(total);
}

}  // namespace

std::optional<std::size_t> array_index(std::string_view component) {
  if (component.empty() || component.size() > 9 || (component.size() > 1 && component[0] == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(component.data(), component.data() + component.size(), index);
  if (error != std::errc{} || end != component.data() + component.size()) return std::nullopt;
  return index;
}

const json::value* find_path(const json::object& document, std::string_view path) {
  const json::value* here = document.if_contains(take_component(path));
  while (here != nullptr && !path.empty()) here = child(const_cast<json::value&>(*here), take_component(path));
  return here;
}

Status set_path(json::object& document, std::string_view path, json::value value) {
  return change_at(document, path, [&](json::value& here, bool) -> Status {
    here = std::move(value);
    return {};
  });
}

Status increment_path(json::object& document, std::string_view path, const json::value& by) {
  return change_at(document, path, [&](json::value& here, bool absent) -> Status {
    TRY(here, sum(absent ? json::value(0) : here, by, path));
    return {};
  });
}

void unset_path(json::object& document, std::string_view path) {
  const auto [parents, last] = split(path);
  if (parents.empty()) {
    document.erase(last);
    return;
  }
  auto* parent = const_cast<json::value*>(find_path(document, parents));
  if (parent == nullptr) return;
  if (auto* object = parent->if_object()) {
    object->erase(last);
  } else if (json::value* element = child(*parent, last)) {
    *element = nullptr;
  }
}

}  // namespace proffer::document
