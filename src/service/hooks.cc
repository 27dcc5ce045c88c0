#include "service/hooks.h"

namespace proffer::service {
namespace {

class BrokenProgram final : public HookProgram {
 public:
  explicit BrokenProgram(base::Error why) : why_(std::move(why)) { why_.kind = base::ErrorKind::hook_failed; }

  const std::vector<std::string>& functions() const override { return none_; }
  bool defines(std::string_view) const override { return true; }
  base::Result<std::unique_ptr<HookSession>> open(const HookLimits&, const HookFunctions*) const override {
    return tl::unexpected(why_);
  }

 private:
  base::Error why_;
  std::vector<std::string> none_;
};

}  // namespace

base::Result<HookProgramPtr> compile_hooks(HookEngine* engine, std::string_view source) {
  if (engine != nullptr) return engine->compile(source);
  return base::fail(base::ErrorKind::unsupported, "this program was built without Lua, and takes no hooks");
}

HookProgramPtr broken_program(base::Error why) { return std::make_shared<const BrokenProgram>(std::move(why)); }

}  // namespace proffer::service
