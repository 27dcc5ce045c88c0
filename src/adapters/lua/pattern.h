// Lua's patterns (reference manual 5.4, section 6.4.1) with every step counted: the library's own matcher can take
// exponential time within one instruction.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

struct lua_State;

namespace proffer::adapters::lua {

class Pattern {
 public:
  static constexpr std::size_t most_captures = 32;

  // Steps are charged to the session of `lua`; a malformed pattern is raised there, when that part of it is reached.
  Pattern(lua_State* lua, std::string_view text, std::string_view pattern)
      : lua_(lua), text_(text), pattern_(pattern) {}

  // The end of a match that begins exactly at `begin`.
  std::optional<std::size_t> match_at(std::size_t begin);

  std::size_t captures() const { return level_; }  // of the last match

  // Pushes the captures of the last match, the whole match where there are none; returns their number. A position is an
  // integer.
  int push_captures(std::size_t begin, std::size_t end) const;
  // Pushes one: 0 is the whole match.
  void push_capture(std::size_t index, std::size_t begin, std::size_t end) const;

 private:
  struct Capture {
    enum class Kind { open, closed, position };
    std::size_t begin = 0;
    std::size_t size = 0;
    Kind kind = Kind::open;
  };
  using End = std::optional<std::size_t>;

  End match(std::size_t s, std::size_t p);
  End match_item(std::size_t& s, std::size_t& p, bool& go_on);
  End match_escape(std::size_t& s, std::size_t& p, bool& go_on);
  End match_repeated(std::size_t& s, std::size_t& p, bool& go_on);
  End match_most(std::size_t s, std::size_t p, std::size_t after_item);
  End match_fewest(std::size_t s, std::size_t p, std::size_t after_item);
  End open_capture(std::size_t s, std::size_t p);
  End close_capture(std::size_t s, std::size_t p);
  End match_balanced(std::size_t s, std::size_t p) const;
  End match_back_reference(std::size_t s, char digit) const;
  bool at_frontier(std::size_t s, std::size_t set_begin, std::size_t set_end) const;
  bool matches_one(std::size_t s, std::size_t p, std::size_t after_item) const;
  bool in_set(unsigned char c, std::size_t begin, std::size_t last) const;
  std::size_t end_of_item(std::size_t p) const;
  std::size_t end_of_set(std::size_t p) const;
  void step() const;
  [[noreturn]] void refuse(const char* why) const;

  lua_State* lua_;
  std::string_view text_;
  std::string_view pattern_;
  std::array<Capture, most_captures> captures_;
  std::size_t level_ = 0;  // captures begun
  int depth_ = 0;
};

}  // namespace proffer::adapters::lua
