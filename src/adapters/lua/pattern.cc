#include "adapters/lua/pattern.h"

#include <lauxlib.h>
#include <lua.h>

#include <cstdlib>

#include "adapters/lua/budget.h"

namespace proffer::adapters::lua {
namespace {

constexpr int deepest = 200;  // levels of matching within matching

bool is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
bool is_alpha(unsigned char c) { return is_lower(c) || is_upper(c); }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_graphic(unsigned char c) { return c > 0x20 && c < 0x7f; }
bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }
bool is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_hexadecimal(unsigned char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// Classes are those of ASCII, whatever the locale.
bool is_of_class(unsigned char c, char name) {
  const bool complement = is_upper(static_cast<unsigned char>(name));
  switch (name | 0x20) {
    case 'a':
      return is_alpha(c) != complement;
    case 'c':
      return is_control(c) != complement;
    case 'd':
      return is_digit(c) != complement;
    case 'g':
      return is_graphic(c) != complement;
    case 'l':
      return is_lower(c) != complement;
    case 'p':
      return (is_graphic(c) && !is_alpha(c) && !is_digit(c)) != complement;
    case 's':
      return is_space(c) != complement;
    case 'u':
      return is_upper(c) != complement;
    case 'w':
      return (is_alpha(c) || is_digit(c)) != complement;
    case 'x':
      return is_hexadecimal(c) != complement;
    default:
      return c == static_cast<unsigned char>(name);
  }
}

}  // namespace

void Pattern::refuse(const char* why) const {
  luaL_error(lua_, "%s", why);
  std::abort();  // luaL_error does not return
}

void Pattern::step() const { charge(lua_, 1); }

std::optional<std::size_t> Pattern::match_at(std::size_t begin) {
  level_ = 0;
  depth_ = 0;
  return match(begin, 0);
}

Pattern::End Pattern::match(std::size_t s, std::size_t p) {
  if (++depth_ > deepest) refuse("the pattern is too complex");
  bool go_on = true;
  End end;
  while (go_on) {
    step();
    if (p == pattern_.size()) {
      end = s;
      break;
    }
    end = match_item(s, p, go_on);
  }
  --depth_;
  return end;
}

// Matches what stands at p. Either that decides the rest as well, or s and p have moved on and `go_on` stays true.
Pattern::End Pattern::match_item(std::size_t& s, std::size_t& p, bool& go_on) {
  go_on = false;
  const char c = pattern_[p];
  if (c == '(') return open_capture(s, p + 1);
  if (c == ')') return close_capture(s, p + 1);
  if (c == '$' && p + 1 == pattern_.size()) return s == text_.size() ? End(s) : std::nullopt;
  const char next = c == '%' && p + 1 < pattern_.size() ? pattern_[p + 1] : '\0';
  if (next == 'b' || next == 'f' || is_digit(static_cast<unsigned char>(next))) return match_escape(s, p, go_on);
  return match_repeated(s, p, go_on);
}

// %bxy, %f[set] and %1.
Pattern::End Pattern::match_escape(std::size_t& s, std::size_t& p, bool& go_on) {
  const char kind = pattern_[p + 1];
  auto after = p + 2;
  End end = s;
  if (kind == 'b') {
    end = match_balanced(s, p + 2);
    after = p + 4;
  } else if (kind == 'f') {
    if (after >= pattern_.size() || pattern_[after] != '[') refuse("missing '[' after '%f' in pattern");
    after = end_of_set(after);
    if (!at_frontier(s, p + 2, after - 1)) end = std::nullopt;
  } else {
    end = match_back_reference(s, kind);
  }
  if (!end) return end;
  s = *end;
  p = after;
  go_on = true;
  return end;
}

// One character's worth of pattern and how often it may stand there.
Pattern::End Pattern::match_repeated(std::size_t& s, std::size_t& p, bool& go_on) {
  const auto after = end_of_item(p);
  const char suffix = after < pattern_.size() ? pattern_[after] : '\0';
  if (suffix == '*') return match_most(s, p, after);
  if (suffix == '-') return match_fewest(s, p, after);
  const bool one = matches_one(s, p, after);
  if (suffix == '+') return one ? match_most(s + 1, p, after) : std::nullopt;
  if (suffix == '?' && one) {
    if (const auto end = match(s + 1, after + 1)) return end;
  }
  if (suffix != '?' && !one) return std::nullopt;
  s += suffix == '?' ? 0 : 1;
  p = suffix == '?' ? after + 1 : after;
  go_on = true;
  return s;
}

Pattern::End Pattern::match_most(std::size_t s, std::size_t p, std::size_t after_item) {
  std::size_t count = 0;
  while (matches_one(s + count, p, after_item)) {
    step();
    ++count;
  }
  while (true) {
    if (const auto end = match(s + count, after_item + 1)) return end;
    if (count == 0) return std::nullopt;
    --count;
  }
}

Pattern::End Pattern::match_fewest(std::size_t s, std::size_t p, std::size_t after_item) {
  while (true) {
    if (const auto end = match(s, after_item + 1)) return end;
    if (!matches_one(s, p, after_item)) return std::nullopt;
    ++s;
  }
}

Pattern::End Pattern::open_capture(std::size_t s, std::size_t p) {
  if (level_ >= most_captures) refuse("too many captures");
  const bool is_position = p < pattern_.size() && pattern_[p] == ')';
  captures_[level_] = {s, 0, is_position ? Capture::Kind::position : Capture::Kind::open};
  ++level_;
  const auto end = match(s, is_position ? p + 1 : p);
  if (!end) --level_;
  return end;
}

Pattern::End Pattern::close_capture(std::size_t s, std::size_t p) {
  auto index = level_;
  while (index > 0 && captures_[index - 1].kind != Capture::Kind::open) --index;
  if (index == 0) refuse("invalid pattern capture");
  auto& capture = captures_[index - 1];
  capture.size = s - capture.begin;
  capture.kind = Capture::Kind::closed;
  const auto end = match(s, p);
  if (!end) capture.kind = Capture::Kind::open;
  return end;
}

Pattern::End Pattern::match_balanced(std::size_t s, std::size_t p) const {
  if (p + 1 >= pattern_.size()) refuse("malformed pattern (missing arguments to '%b')");
  if (s >= text_.size() || text_[s] != pattern_[p]) return std::nullopt;
  std::size_t open = 1;
  for (auto at = s + 1; at < text_.size(); ++at) {
    step();
    if (text_[at] == pattern_[p + 1]) {
      if (--open == 0) return at + 1;
    } else if (text_[at] == pattern_[p]) {
      ++open;
    }
  }
  return std::nullopt;
}

Pattern::End Pattern::match_back_reference(std::size_t s, char digit) const {
  const auto index = static_cast<std::size_t>(digit - '1');  // %0 wraps to a large one
  if (index >= level_ || captures_[index].kind == Capture::Kind::open) refuse("invalid capture index in pattern");
  const auto& capture = captures_[index];
  if (capture.kind == Capture::Kind::position) return std::nullopt;  // is no text
  charge(lua_, 1 + capture.size / 16);
  const auto wanted = text_.substr(capture.begin, capture.size);
  return text_.substr(s).starts_with(wanted) ? End(s + capture.size) : std::nullopt;
}

bool Pattern::at_frontier(std::size_t s, std::size_t set_begin, std::size_t set_end) const {
  const auto before = s == 0 ? '\0' : text_[s - 1];
  const auto here = s < text_.size() ? text_[s] : '\0';
  return !in_set(static_cast<unsigned char>(before), set_begin, set_end) &&
         in_set(static_cast<unsigned char>(here), set_begin, set_end);
}

bool Pattern::matches_one(std::size_t s, std::size_t p, std::size_t after_item) const {
  if (s >= text_.size()) return false;
  const auto c = static_cast<unsigned char>(text_[s]);
  switch (pattern_[p]) {
    case '.':
      return true;
    case '%':
      return is_of_class(c, pattern_[p + 1]);
    case '[':
      return in_set(c, p, after_item - 1);
    default:
      return static_cast<unsigned char>(pattern_[p]) == c;
  }
}

// The set from '[' at `begin` to ']' at `last`.
bool Pattern::in_set(unsigned char c, std::size_t begin, std::size_t last) const {
  charge(lua_, 1 + (last - begin) / 4);
  const bool complement = pattern_[begin + 1] == '^';
  for (auto p = begin + (complement ? 2 : 1); p < last; ++p) {
    if (pattern_[p] == '%') {
      ++p;
      if (is_of_class(c, pattern_[p])) return !complement;
    } else if (p + 2 < last && pattern_[p + 1] == '-') {
      const auto low = static_cast<unsigned char>(pattern_[p]);
      const auto high = static_cast<unsigned char>(pattern_[p + 2]);
      if (low <= c && c <= high) return !complement;
      p += 2;
    } else if (static_cast<unsigned char>(pattern_[p]) == c) {
      return !complement;
    }
  }
  return complement;
}

std::size_t Pattern::end_of_item(std::size_t p) const {
  if (pattern_[p] == '[') return end_of_set(p);
  if (pattern_[p] != '%') return p + 1;
  if (p + 1 >= pattern_.size()) refuse("malformed pattern (ends with '%')");
  return p + 2;
}

// A ']' that comes first stands for itself.
std::size_t Pattern::end_of_set(std::size_t p) const {
  const auto begin = p++;
  if (p < pattern_.size() && pattern_[p] == '^') ++p;
  bool first = true;
  while (first || p >= pattern_.size() || pattern_[p] != ']') {
    if (p >= pattern_.size()) refuse("malformed pattern (missing ']')");
    p += pattern_[p] == '%' ? 2 : 1;
    first = false;
  }
  charge(lua_, 1 + (p - begin) / 4);
  return p + 1;
}

void Pattern::push_capture(std::size_t index, std::size_t begin, std::size_t end) const {
  if (index == 0 || (index == 1 && level_ == 0)) {
    lua_pushlstring(lua_, text_.data() + begin, end - begin);
    return;
  }
  if (index > level_) luaL_error(lua_, "invalid capture index %%%d", static_cast<int>(index));
  const auto& capture = captures_[index - 1];
  if (capture.kind == Capture::Kind::open) refuse("unfinished capture");
  if (capture.kind == Capture::Kind::position) {
    lua_pushinteger(lua_, static_cast<lua_Integer>(capture.begin + 1));
  } else {
    lua_pushlstring(lua_, text_.data() + capture.begin, capture.size);
  }
}

int Pattern::push_captures(std::size_t begin, std::size_t end) const {
  const auto count = level_ == 0 ? 1 : level_;
  luaL_checkstack(lua_, static_cast<int>(count), "too many captures");
  for (std::size_t i = 1; i <= count; ++i) push_capture(i, begin, end);
  return static_cast<int>(count);
}

}  // namespace proffer::adapters::lua
