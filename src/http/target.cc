#include "http/target.h"

#include <algorithm>
#include <cstdint>

namespace proffer::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The byte that the three characters at `text[i]` escape, or -1.
int escaped_byte(std::string_view text, std::size_t i) {
  if (i + 2 >= text.size()) return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool decode_path(std::string_view raw, std::string& out) {
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      out += raw[i];
      continue;
    }
    const int byte = escaped_byte(raw, i);
    if (byte <= 0) return false;
    out += static_cast<char>(byte);
    i += 2;
  }
  return true;
}

std::string decode_query(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const int byte = raw[i] == '%' ? escaped_byte(raw, i) : -1;
    if (byte >= 0) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += raw[i] == '+' ? ' ' : raw[i];
    }
  }
  return out;
}

void split_query(std::string_view raw, std::vector<std::pair<std::string, std::string>>& out) {
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    out.emplace_back(decode_query(pair.substr(0, equals)),
                     decode_query(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char l, char t) {
           return l == t || l == (t >= 'A' && t <= 'Z' ? t | 0x20 : t);
         });
}

// Cuts scheme and authority off an absolute-form; false when it is none.
bool strip_authority(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_ignoring_case(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    target.remove_prefix(end);
    return end > 0;
  }
  return false;
}

}  // namespace

bool read_target(std::string_view method, std::string_view target, Target& out) {
  if (target.empty() || !is_visible_ascii(target)) return false;
  if (target == "*") {
    out.path.assign(1, '*');
    return method == "OPTIONS";
  }
  target = target.substr(0, target.find('#'));
  const bool origin_form = target.starts_with('/');
  if (!origin_form && !strip_authority(target)) return false;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  split_query(target.substr(std::min(mark + 1, target.size())), out.query);
  return decode_path(path.empty() ? "/" : path, out.path);
}

}  // namespace proffer::http
