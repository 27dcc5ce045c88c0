#include "app/password.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace proffer::app {
namespace {

// Typed characters are not shown while this lives.
class HiddenTyping {
 public:
  HiddenTyping() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenTyping() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_{};
};

base::Result<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return base::fail(base::ErrorKind::not_found, "no password came");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

base::Result<std::string> ask(std::ostream& prompt, const char* question) {
  const HiddenTyping hidden;
  prompt << question << std::flush;
  auto line = read_line();
  prompt << '\n';
  return line;
}

}  // namespace

base::Result<std::string> read_password(std::ostream& prompt) {
  if (::isatty(STDIN_FILENO) == 0) return read_line();
  TRY(auto first, ask(prompt, "Password: "));
  TRY(const auto second, ask(prompt, "Again: "));
  if (first != second) return base::fail(base::ErrorKind::invalid, "the two passwords differ");
  return first;
}

}  // namespace proffer::app
