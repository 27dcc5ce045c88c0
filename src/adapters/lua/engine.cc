#include "adapters/lua/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "adapters/lua/sandbox.h"

namespace proffer::adapters {
namespace lua {

// Sandboxes that nobody uses at the moment. One is made where none is free, so there are as many as sessions were ever
// open at once, up to a number that is kept.
class SandboxPool {
 public:
  explicit SandboxPool(const base::Clock& clock) : clock_(clock) {}

  std::unique_ptr<Sandbox> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto sandbox = std::move(free_.back());
        free_.pop_back();
        return sandbox;
      }
    }
    return std::make_unique<Sandbox>(clock_);
  }

  void give_back(std::unique_ptr<Sandbox> sandbox) {
    sandbox->end();
    if (sandbox->worn_out()) return;
    const std::lock_guard lock(mutex_);
    if (free_.size() < most_kept) free_.push_back(std::move(sandbox));
  }

  std::uint64_t next_number() { return number_.fetch_add(1, std::memory_order_relaxed); }

 private:
  static constexpr std::size_t most_kept = 64;

  const base::Clock& clock_;
  std::atomic<std::uint64_t> number_{1};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Sandbox>> free_;
};

namespace {

class Session final : public service::HookSession {
 public:
  Session(SandboxPool& pool, std::unique_ptr<Sandbox> sandbox) : pool_(pool), sandbox_(std::move(sandbox)) {}
  ~Session() override { pool_.give_back(std::move(sandbox_)); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  base::Result<service::HookReturned> call(std::string_view function,
                                           std::span<const service::HookArgument> arguments) override {
    return sandbox_->call(function, arguments);
  }

 private:
  SandboxPool& pool_;
  std::unique_ptr<Sandbox> sandbox_;
};

class Program final : public service::HookProgram {
 public:
  Program(std::shared_ptr<SandboxPool> pool, Chunk chunk, std::vector<std::string> functions)
      : pool_(std::move(pool)), chunk_(std::move(chunk)), functions_(std::move(functions)) {}

  const std::vector<std::string>& functions() const override { return functions_; }
  bool defines(std::string_view function) const override {
    return std::ranges::binary_search(functions_, function, std::less<>());
  }

  base::Result<std::unique_ptr<service::HookSession>> open(const service::HookLimits& limits,
                                                           const service::HookFunctions* extra) const override {
    auto sandbox = pool_->take();
    const auto begun = sandbox->begin(chunk_, limits, extra);
    auto session = std::make_unique<Session>(*pool_, std::move(sandbox));
    if (!begun) return tl::unexpected(begun.error());
    return session;
  }

 private:
  std::shared_ptr<SandboxPool> pool_;
  Chunk chunk_;
  std::vector<std::string> functions_;
};

// At compiling the code speaks to whoever saves it, so an error is told of the body.
base::Error of_body(base::Error error) {
  error.kind = base::ErrorKind::invalid;
  error.fields = {{"body", error.message, "null"}};
  error.message = "body: " + error.message;
  return error;
}

class Engine final : public service::HookEngine {
 public:
  explicit Engine(const base::Clock& clock) : pool_(std::make_shared<SandboxPool>(clock)) {}

  base::Result<service::HookProgramPtr> compile(std::string_view source) override;

 private:
  std::shared_ptr<SandboxPool> pool_;
};

base::Result<service::HookProgramPtr> Engine::compile(std::string_view source) {
  if (source.size() > base::limits::hook_source_bytes) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("the source is longer than {} bytes", base::limits::hook_source_bytes));
  }
  const service::HookLimits limits{base::limits::custom_instructions, base::limits::custom_memory_bytes,
                                   base::limits::custom_time};
  auto sandbox = pool_->take();
  Chunk chunk{pool_->next_number(), {}};
  auto code = sandbox->compile(source, limits);
  base::Status begun = {};
  std::vector<std::string> functions;
  if (code) {
    chunk.code = std::move(*code);
    begun = sandbox->begin(chunk, {}, nullptr);
    if (begun) functions = sandbox->functions();
  }
  pool_->give_back(std::move(sandbox));
  if (!code) return tl::unexpected(of_body(std::move(code.error())));
  if (!begun) return tl::unexpected(of_body(begun.error()));
  return std::make_shared<const Program>(pool_, std::move(chunk), std::move(functions));
}

}  // namespace
}  // namespace lua

std::unique_ptr<service::HookEngine> make_lua_engine(const base::Clock& clock) {
  return std::make_unique<lua::Engine>(clock);
}

}  // namespace proffer::adapters
