// How far a long command has come, on standard error: one line drawn anew ten times a second where that is a terminal,
// a line every five seconds where it is not, and one at the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>

namespace proffer::app {

enum class ProgressForm { none, lines, bar };

// What suits the file descriptor.
ProgressForm progress_form(bool quiet, int file);

// Of what is worked through. 0 of a total: not known.
struct Amount {
  std::size_t units = 0;
  std::size_t bytes = 0;
};

class Progress {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  struct Work {
    std::string name;  // of what is worked through: "shop.customers"
    std::string unit;  // "documents"; empty: bytes alone count
    Amount total = {};
  };

  Progress(std::ostream& out, ProgressForm form, Work work, Now now = std::chrono::steady_clock::now);
  ~Progress();  // leaves no half of a line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(Amount total) { work_.total = total; }
  void add(Amount more);
  void end();  // says how much it was and how long it took

 private:
  double seconds() const;
  double share() const;
  std::string rate() const;
  std::string amount() const;
  std::string state() const;
  void draw(const std::string& text);

  std::ostream& out_;
  const ProgressForm form_;
  Work work_;
  const Now now_;
  const std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point told_;
  Amount done_;
  std::size_t drawn_ = 0;  // characters that stand in the terminal's line
};

// "812 B", "4.5 MB".
std::string bytes_text(double bytes);

}  // namespace proffer::app
