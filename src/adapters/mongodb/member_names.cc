#include "adapters/mongodb/member_names.h"

#include <optional>

namespace proffer::adapters {
namespace {

struct Code {
  char character;
  std::string_view text;
};
constexpr Code codes[] = {{'.', "%2E"}, {'$', "%24"}, {'\0', "%00"}, {'%', "%25"}};

// The character whose code `text` begins with.
std::optional<char> coded(std::string_view text) {
  for (const auto& code : codes) {
    if (text.starts_with(code.text)) return code.character;
  }
  return std::nullopt;
}

std::string_view code_of(char character) {
  for (const auto& code : codes) {
    if (code.character == character) return code.text;
  }
  return {};
}

bool needs_code(std::string_view name, std::size_t at) {
  switch (name[at]) {
    case '.':
    case '\0':
      return true;
    case '$':
      return at == 0;
    case '%':
      return coded(name.substr(at)).has_value();
    default:
      return false;
  }
}

}  // namespace

std::string escape_name(std::string_view name) {
  if (name.empty()) return "%";
  if (name == "%") return "%25";
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (needs_code(name, i)) {
      out += code_of(name[i]);
    } else {
      out += name[i];
    }
  }
  return out;
}

std::string unescape_name(std::string_view escaped) {
  if (escaped == "%") return "";
  std::string out;
  out.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size();) {
    const auto character = escaped[i] == '%' ? coded(escaped.substr(i)) : std::nullopt;
    out += character.value_or(escaped[i]);
    i += character ? 3 : 1;
  }
  return out;
}

std::string escape_path(std::string_view path) {
  std::string out;
  for (;;) {
    const std::size_t dot = path.find('.');
    out += escape_name(path.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    out += '.';
    path.remove_prefix(dot + 1);
  }
}

}  // namespace proffer::adapters
