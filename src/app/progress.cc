#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace proffer::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_bars{100};
constexpr milliseconds between_lines{5'000};
constexpr std::size_t bar_width = 24;

std::string bar_text(double share) {
  const auto full = static_cast<std::size_t>(share * bar_width);
  return '[' + std::string(full, '#') + std::string(bar_width - full, '-') + "] ";
}

std::string left_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s left", seconds);
  return fmt::format("{:.0f} min left", seconds / 60);
}

}  // namespace

std::string bytes_text(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

ProgressForm progress_form(bool quiet, int file) {
  if (quiet) return ProgressForm::none;
  return ::isatty(file) == 1 ? ProgressForm::bar : ProgressForm::lines;
}

Progress::Progress(std::ostream& out, ProgressForm form, Work work, Now now)
    : out_(out), form_(form), work_(std::move(work)), now_(std::move(now)), begin_(now_()), told_(begin_) {}

Progress::~Progress() {
  if (drawn_ > 0) out_ << '\n';
}

void Progress::add(Amount more) {
  done_.units += more.units;
  done_.bytes += more.bytes;
  if (form_ == ProgressForm::none) return;
  const auto now = now_();
  if (now - told_ < (form_ == ProgressForm::bar ? between_bars : between_lines)) return;
  told_ = now;
  if (form_ == ProgressForm::bar) {
    draw(state());
  } else {
    out_ << state() << std::endl;
  }
}

void Progress::end() {
  if (form_ == ProgressForm::none) return;
  std::string text = work_.name + ": ";
  text += fmt::format("{} in {:.1f} s{}", amount(), seconds(), rate());
  draw(text);
  out_ << std::endl;
  drawn_ = 0;
}

// Over what stands there, with blanks up to its end.
void Progress::draw(const std::string& text) {
  if (form_ == ProgressForm::bar) out_ << '\r';
  out_ << text << std::string(drawn_ > text.size() ? drawn_ - text.size() : 0, ' ') << std::flush;
  drawn_ = form_ == ProgressForm::bar ? text.size() : 0;
}

std::string Progress::state() const {
  std::string text = work_.name + ' ';
  if (const double part = share(); part >= 0) {
    if (form_ == ProgressForm::bar) text += bar_text(part);
    text += fmt::format("{:.0f} % ", 100 * part);
  }
  text += amount() + rate();
  if (const double part = share(); part > 0) text += ", " + left_text(seconds() * (1 - part) / part);
  return text;
}

// Bytes alone where there is no unit, and none where they are not counted.
std::string Progress::amount() const {
  auto bytes = bytes_text(static_cast<double>(done_.bytes));
  if (work_.unit.empty()) return bytes;
  return fmt::format("{} {}{}", done_.units, work_.unit, done_.bytes == 0 ? "" : ", " + bytes);
}

double Progress::seconds() const { return std::chrono::duration<double>(now_() - begin_).count(); }

// Of bytes where their total is known, else of units; below 0 when neither is.
double Progress::share() const {
  const auto part = [](std::size_t done, std::size_t total) {
    return std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  };
  if (work_.total.bytes > 0) return part(done_.bytes, work_.total.bytes);
  if (work_.total.units > 0) return part(done_.units, work_.total.units);
  return -1;
}

// Too early, a rate says nothing.
std::string Progress::rate() const {
  const double taken = seconds();
  if (taken < 0.1) return "";
  if (work_.unit.empty()) return fmt::format(", {}/s", bytes_text(static_cast<double>(done_.bytes) / taken));
  return fmt::format(", {:.0f} {}/s", static_cast<double>(done_.units) / taken, work_.unit);
}

}  // namespace proffer::app
