// A server of MongoDB's wire protocol that says what a test wants: for states that a real server cannot be brought to.
#pragma once

#include <arpa/inet.h>
#include <bson/bson.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace proffer::tests {

class ScriptedMongo {
 public:
  // The answer to a command as Extended JSON; nothing: the connection is dropped without one. Runs on the server's
  // threads, one call at a time. `command` is the whole command, its first member the name.
  using Script = std::function<std::optional<std::string>(const std::string& name, const std::string& command)>;

  // Answers `hello` itself: with `hello`'s members ("maxWireVersion": 8 if it has none), the rest by the script.
  explicit ScriptedMongo(std::string hello, Script script = {}) : hello_(std::move(hello)), script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedMongo() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int connection : connections_) close(connection);
  }
  ScriptedMongo(const ScriptedMongo&) = delete;
  ScriptedMongo& operator=(const ScriptedMongo&) = delete;

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  // The names of the commands that came, without hello, and each as canonical Extended JSON.
  std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    return names_;
  }
  std::vector<std::string> commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
  }

 private:
  static constexpr std::int32_t op_reply = 1, op_query = 2004, op_msg = 2013;

  void accept_all() {
    for (;;) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    while (answer_one(connection)) {
    }
    shutdown(connection, SHUT_RDWR);
  }

  static bool read_all(int connection, char* data, std::size_t bytes) {
    while (bytes > 0) {
      const auto got = read(connection, data, bytes);
      if (got <= 0) return false;
      data += got;
      bytes -= static_cast<std::size_t>(got);
    }
    return true;
  }

  static std::int32_t number_at(const std::string& bytes, std::size_t at) {
    std::int32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }
  static void append(std::string& out, std::int32_t value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  bool answer_one(int connection) {
    std::string message(16, '\0');
    if (!read_all(connection, message.data(), 16)) return false;
    const std::int32_t operation = number_at(message, 12);
    if (operation != op_query && operation != op_msg) return false;  // TLS, for one
    message.resize(static_cast<std::size_t>(number_at(message, 0)));
    if (!read_all(connection, message.data() + 16, message.size() - 16)) return false;
    const bool modern = operation == op_msg;
    const std::size_t body = modern ? 21 : 20 + std::strlen(message.data() + 20) + 1 + 8;  // where its document begins
    const auto answer = answer_to(message, body);
    return answer && send_answer(connection, number_at(message, 4), modern, *answer);
  }

  std::optional<std::string> answer_to(const std::string& message, std::size_t body) {
    bson_t command;
    const auto* data = reinterpret_cast<const std::uint8_t*>(message.data() + body);
    if (!bson_init_static(&command, data, static_cast<std::size_t>(number_at(message, body)))) return std::nullopt;
    bson_iter_t first;
    if (!bson_iter_init(&first, &command) || !bson_iter_next(&first)) return std::nullopt;
    const std::string name = bson_iter_key(&first);
    if (name == "hello" || name == "isMaster" || name == "ismaster") return hello_answer();
    char* text = bson_as_canonical_extended_json(&command, nullptr);
    const std::string as_text = text;
    bson_free(text);
    const std::lock_guard lock(mutex_);
    names_.push_back(name);
    commands_.push_back(as_text);
    return script_ ? script_(name, as_text) : std::optional<std::string>(R"({"ok": 1})");
  }

  std::string hello_answer() const {
    const std::string version = hello_.find("maxWireVersion") == std::string::npos ? R"("maxWireVersion": 8,)" : "";
    return R"({"helloOk": true, "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 1000,
               "minWireVersion": 0, )" +
           version + hello_ + (hello_.empty() ? "" : ",") + R"("ok": 1})";
  }

  static bool send_answer(int connection, std::int32_t request, bool modern, const std::string& json) {
    bson_error_t error;
    bson_t* document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()), -1, &error);
    if (document == nullptr) {
      ADD_FAILURE() << error.message << " in the script's answer " << json;
      return false;
    }
    std::string rest;
    if (modern) {
      rest.append(5, '\0');  // flags, and the kind of the section
    } else {
      rest.append(16, '\0');  // flags, cursor, first document
      append(rest, 1);
    }
    rest.append(reinterpret_cast<const char*>(bson_get_data(document)), document->len);
    bson_destroy(document);
    std::string out;
    append(out, static_cast<std::int32_t>(16 + rest.size()));
    append(out, 0);
    append(out, request);
    append(out, modern ? op_msg : op_reply);
    out += rest;
    return send(connection, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
  }

  std::string hello_;
  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  mutable std::mutex mutex_;  // guards what follows, and calls of the script
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::vector<std::string> names_;
  std::vector<std::string> commands_;
};

}  // namespace proffer::tests
