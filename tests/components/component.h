// A real server for tests: a child process of script/components with a port and a data folder of its own.
//
// It ends with the test, however that ends. What cannot be started is a failed test that says why, never a skipped one.
// Call start() from the main thread: the server ends with the thread that started it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "temporary_directory.h"

namespace proffer::tests {

class Component {
 public:
  explicit Component(std::string name) : name_(std::move(name)) { start(); }
  ~Component() { end(SIGKILL); }
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  // As the server printed it: "mongodb://127.0.0.1:40309". Empty when it could not be started.
  const std::string& address() const { return address_; }

  const std::string& data() const { return data_.path(); }  // where it keeps them

  // On the same data, and the second time on the same port.
  void start() {
    ASSERT_EQ(process_, 0) << "it runs already";
    int out[2];
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    spawn(out[1]);
    close(out[1]);
    address_ = first_line(out[0]);
    close(out[0]);
    if (address_.empty()) {
      end(SIGKILL);
      FAIL() << "the test server '" << name_ << "' does not start: " << said();
    }
    port_ = address_.substr(address_.rfind(':') + 1);
  }

  void stop() { end(SIGTERM); }  // in order: what it acknowledged is kept
  void kill() { end(SIGKILL); }  // as a crash
  // Connections stay open, and nobody answers.
  void pause() { signal(SIGSTOP); }
  void resume() { signal(SIGCONT); }

 private:
  static constexpr std::chrono::seconds patience{120};  // of a slow machine that fetches it first

  void spawn(int out) {
    const std::string script = PROFFER_SOURCE_DIR "/script/components";
    const char* arguments[] = {script.c_str(), "run", name_.c_str(), data_.path().c_str(), port_.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int failed =
        posix_spawn(&process_, script.c_str(), &actions, nullptr, const_cast<char**>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    ASSERT_EQ(failed, 0) << script;
  }

  // Empty when the server ended or took too long.
  static std::string first_line(int in) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string line;
    for (char c = 0; std::chrono::steady_clock::now() < deadline;) {
      pollfd ready{in, POLLIN, 0};
      if (poll(&ready, 1, 100) == 0) continue;
      if (read(in, &c, 1) != 1) return {};
      if (c == '\n') return line;
      line += c;
    }
    return {};
  }

  void signal(int number) const {
    ASSERT_GT(process_, 0) << "it does not run";
    ASSERT_EQ(::kill(process_, number), 0);
  }

  void end(int number) {
    if (process_ == 0) return;
    ::kill(process_, number);
    ::kill(process_, SIGCONT);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (waitpid(process_, nullptr, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) ::kill(process_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    process_ = 0;
  }

  std::string log() const { return data_.file("messages"); }
  std::string said() const {
    std::ifstream in(log());
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string name_;
  TemporaryDirectory data_;
  std::string port_ = "0";
  std::string address_;
  pid_t process_ = 0;
};

}  // namespace proffer::tests
