#include "adapters/lua/engine.h"

#include "support.h"

namespace proffer::tests {
namespace {

TEST(HookEngine, CallsAFunctionWithJsonAndReturnsJson) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return a.x + b[2], {name = a.s}", {R"({"x": 2, "s": "ä"})", "[1, 40]"}),
            R"([42,{"name":"ä"}])");
}

TEST(HookEngine, IntegersStayIntegersAndFloatsStayFloats) {
  Hooks hooks;
  const auto returned = hooks.call("function f(a) return a[1], a[2], a[3], a[4] end",
                                   {"[9223372036854775807, -3, 2.0, 18446744073709551615]"});
  ASSERT_TRUE(returned) << returned.error().message;
  EXPECT_EQ(returned->values[0], json::value(std::int64_t{9223372036854775807}));
  EXPECT_EQ(returned->values[1], json::value(-3));
  EXPECT_TRUE(returned->values[2].is_double());
  EXPECT_EQ(returned->values[3], json::value(18446744073709551615.0));
}

TEST(HookEngine, EmptyArraysStayArraysAndEmptyTablesAreObjects) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return a.list, a.object, {}, array(), array({7}), {1, 2}", {R"({"list": [], "object": {}})"}),
            R"([[],{},{},[],[7],[1,2]])");
  EXPECT_EQ(hooks.body("table.remove(a, 1); return {a}", {"[5]"}), "[[[]]]");
}

TEST(HookEngine, NullIsAValueThatIsThere) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return a.x == null, a.y == nil, tostring(a.x), {z = null}, array{1, null}", {R"({"x": null})"}),
            R"([true,true,"null",{"z":null},[1,null]])");
}

TEST(HookEngine, WhatJsonCannotHoldIsToldWithItsPlace) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return {a = {1, 0/0}}"), "f: value.a[1]: -nan is no JSON number");
  EXPECT_EQ(hooks.body("return {a = 1/0}"), "f: value.a: inf is no JSON number");
  EXPECT_EQ(hooks.body("return {a = print, b = f}"), "f: value.b: a function is no JSON");
  EXPECT_EQ(hooks.body("return {1, 2, x = 3}"), "f: value: a table with both names and numbers as keys");
  EXPECT_EQ(hooks.body("return {[1] = 1, [3] = 3}"), "f: value: an array with holes; null fills them");
  EXPECT_EQ(hooks.body("return {[1.5] = 1}"), "f: value: a number as key");
  EXPECT_EQ(hooks.body("return {[true] = 1}"), "f: value: a boolean as key");
  EXPECT_EQ(hooks.body("return {x = '\\xff'}"), "f: value.x: text that is not UTF-8");
  EXPECT_EQ(hooks.body("return {['\\xff'] = 1}"), "f: value: text that is not UTF-8");
}

TEST(HookEngine, ATableWithinItselfIsTooDeep) {
  Hooks hooks;
  const auto said = hooks.body("local t = {}; t.t = t; return t");
  EXPECT_NE(said.find("nested deeper than 64 levels"), std::string::npos) << said;
}

TEST(HookEngine, ATableOfSharedTablesDoesNotGrowWithoutBound) {
  Hooks hooks;
  const auto said = hooks.body("local t = {1}; for i = 1, 60 do t = {t, t} end; return t");
  EXPECT_TRUE(said.find("more than 1000000 instructions") != std::string::npos ||
              said.find("too much JSON") != std::string::npos)
      << said;
  EXPECT_NE(hooks.body("local s = ('x'):rep(500000); local t = {}; for i = 1, 1000 do t[i] = s end; return t")
                .find("too much JSON"),
            std::string::npos);
}

TEST(HookEngine, MembersComeBackInOrderOfTheirNames) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return {zeta = 1, alpha = 2, mid = 3}"), R"([{"alpha":2,"mid":3,"zeta":1}])");
  EXPECT_EQ(hooks.body("a.new = 0; return {a = a}", {R"({"z": {"y": 1, "x": 2}, "b": 1})"}),
            R"([{"a":{"b":1,"new":0,"z":{"y":1,"x":2}}}])")
      << "what was not looked into is as it came";
}

TEST(HookEngine, ReturningNothingOrTheFirstArgumentUntouchedIsNoChange) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("", {"{}"}), "unchanged");
  EXPECT_EQ(hooks.body("return nil", {"{}"}), "unchanged");
  EXPECT_EQ(hooks.body("return a", {"{}"}), "unchanged");
  EXPECT_EQ(hooks.body("a.x = 1; return a", {"{}"}), R"([{"x":1}])");
  EXPECT_EQ(hooks.body("return b", {"{}", R"({"x":1})"}), R"([{"x":1}])");
  EXPECT_EQ(hooks.body("return nil, 'no'", {"{}"}), R"([null,"no"])");
}

TEST(HookEngine, AnArgumentIsMadeOnlyWhenTheCodeLooksIntoIt) {
  Hooks hooks;
  const auto program = hooks.program("function idle(a) return a end\nfunction look(a) return a.x end");
  int made = 0;
  const service::HookArgument argument[] = {[&] {
    ++made;
    return value_of(R"({"x": 1})");
  }};
  auto session = program->open({});
  ASSERT_TRUE((*session)->call("idle", argument));
  EXPECT_EQ(made, 0);
  ASSERT_TRUE((*session)->call("look", argument));
  EXPECT_EQ(made, 1);
}

// Every way to look at a table must see the members of one that was not looked into yet.
TEST(HookEngine, AnArgumentLooksLikeATableFromEverySide) {
  Hooks hooks;
  const std::string list = "[3, 1, 2]";
  const std::string object = R"({"b": 2, "a": 1})";
  EXPECT_EQ(hooks.body("return type(a), #a", {list}), R"(["table",3])");
  EXPECT_EQ(hooks.body("local s = '' for k, v in pairs(a) do s = s .. k .. v end return s", {object}), R"(["a1b2"])");
  EXPECT_EQ(hooks.body("local s = '' for k, v in ipairs(a) do s = s .. k .. v end return s", {list}), R"(["132132"])");
  EXPECT_EQ(hooks.body("return next(a)", {object}), R"(["a",1])");
  EXPECT_EQ(hooks.body("return next(a) == nil", {"{}"}), "[true]");
  EXPECT_EQ(hooks.body("return rawget(a, 'a')", {object}), "[1]");
  EXPECT_EQ(hooks.body("rawset(a, 'c', 3) return {a}", {object}), R"([[{"a":1,"b":2,"c":3}]])");
  EXPECT_EQ(hooks.body("return rawlen(a)", {list}), "[3]");
  EXPECT_EQ(hooks.body("return table.unpack(a)", {list}), "[3,1,2]");
  EXPECT_EQ(hooks.body("return table.concat(a, '-')", {list}), R"(["3-1-2"])");
  EXPECT_EQ(hooks.body("table.sort(a) return {a}", {list}), "[[[1,2,3]]]");
  EXPECT_EQ(hooks.body("table.insert(a, 9) return {a}", {list}), "[[[3,1,2,9]]]");
  EXPECT_EQ(hooks.body("table.insert(a, 1, 9) return {a}", {list}), "[[[9,3,1,2]]]");
  EXPECT_EQ(hooks.body("return table.remove(a), {a}", {list}), "[2,[[3,1]]]");
  EXPECT_EQ(hooks.body("return table.move(a, 1, 3, 2)", {list}), "[[3,3,1,2]]");
  EXPECT_EQ(hooks.body("return ('$a'):gsub('%$(%w)', a)", {object}), R"(["1",1])");
  EXPECT_EQ(hooks.body("return getmetatable(a) == nil, a.a", {object}), "[true,1]");
  EXPECT_EQ(hooks.body("return setmetatable(a, {__index = {z = 26}}).z, a.b", {object}), "[26,2]");
  EXPECT_EQ(hooks.body("local t = setmetatable({}, {__index = a}) return t.b", {object}), "[2]");
  EXPECT_EQ(hooks.body("array(a) return #a", {list}), "[3]");
}

TEST(HookEngine, ErrorsNameTheFunctionAndTheLine) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("\n\nlocal x = nil\nreturn x.y"), "f, line 5: attempt to index a nil value (local 'x')");
  EXPECT_EQ(hooks.body("error('no such tariff')"), "f, line 2: no such tariff");
  EXPECT_EQ(hooks.body("error({})"), "f: the error is no text");
  EXPECT_EQ(hooks.body("return ('x'):rep()"), "f, line 2: bad argument #1 to 'rep' (number expected, got no value)");
  const auto program = hooks.program("function f() end");
  EXPECT_EQ(Hooks::call_in(*program, "g").error().message, "g: there is no such function");
  EXPECT_EQ(Hooks::call_in(*program, "f.g").error().message, "f.g: there is no such function");
  EXPECT_EQ(Hooks::call_in(*program, "g").error().kind, base::ErrorKind::hook_failed);
}

TEST(HookEngine, ASourceThatDoesNotCompileIsRefusedWithItsLine) {
  Hooks hooks;
  const auto refused = hooks.engine.compile("function f()\n  return ==\nend");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(refused.error().message, "body: line 2: unexpected symbol near '=='");
  EXPECT_EQ(refused.error().fields.front().location, "body");
  EXPECT_EQ(hooks.engine.compile("\nerror('at once')").error().message, "body: line 2: at once");
  EXPECT_EQ(hooks.engine.compile("\x1bLuaS binary").error().kind, base::ErrorKind::invalid);
  EXPECT_TRUE(hooks.engine.compile(std::string(base::limits::hook_source_bytes, ' ')));
  EXPECT_EQ(hooks.engine.compile(std::string(base::limits::hook_source_bytes + 1, ' ')).error().kind,
            base::ErrorKind::too_large);
}

TEST(HookEngine, SaysWhichFunctionsASourceDefines) {
  Hooks hooks;
  const auto program = hooks.program(
      "function reward() end function pre_score() end function business.margin() end local function hidden() end "
      "x = 3 y = string.rep no = false yes = true");
  EXPECT_EQ(program->functions(), (std::vector<std::string>{"business.margin", "pre_score", "reward", "yes"}));
  EXPECT_TRUE(program->defines("business.margin"));
  EXPECT_FALSE(program->defines("post_score"));
  EXPECT_EQ(Hooks::call_in(*hooks.program("function business.two() return 2 end"), "business.two")->values,
            json::array{2});
}

TEST(HookEngine, NothingIsLeftFromOneSessionToTheNext) {
  Hooks hooks;
  const auto program = hooks.program(
      "local n = 0; total = 0\n"
      "function f() n = n + 1; total = total + 1; kept = (kept or 0) + 1; return n, total, kept end");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Hooks::call_in(*program, "f")->values, (json::array{1, 1, 1}));
}

TEST(HookEngine, CallsOfOneSessionShareItsVariables) {
  Hooks hooks;
  const auto program = hooks.program("n = 0 function f() n = n + 1 return n end");
  auto session = program->open({});
  for (int i = 1; i <= 3; ++i) EXPECT_EQ((*session)->call("f", {})->values, json::array{i});
}

TEST(HookEngine, ProgramsDoNotSeeEachOther) {
  Hooks hooks;
  const auto one = hooks.program("secret = 'x' function f() return secret end");
  const auto other = hooks.program("function f() return secret == nil and 'nothing' or secret end");
  EXPECT_EQ(Hooks::call_in(*one, "f")->values, json::array{"x"});
  EXPECT_EQ(Hooks::call_in(*other, "f")->values, json::array{"nothing"});
}

TEST(HookEngine, ManyProgramsShareFewStates) {
  Hooks hooks;
  std::vector<service::HookProgramPtr> programs;
  for (int i = 0; i < 200; ++i) programs.push_back(hooks.program("function f() return " + std::to_string(i) + " end"));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200; ++i) EXPECT_EQ(Hooks::call_in(*programs[i], "f")->values, json::array{i});
  }
}

TEST(HookEngine, FunctionsOfTheProgramAreCalledAndTheirErrorsAreErrorsOfTheCode) {
  Hooks hooks;
  const auto program = hooks.program(
      "function f(a) return invocations({customer = a.customer}) end\n"
      "function g() return pcall(invocations, 1) end");
  const service::HookFunctions extra{{"invocations", [](const json::value& value) -> base::Result<json::array> {
                                        if (!value.is_object()) return base::fail_field("table", "expected an object");
                                        return json::array{200, {{"got", value}}};
                                      }}};
  EXPECT_EQ(document::json_text(Hooks::call_in(*program, "f", {R"({"customer": "c"})"}, {}, &extra)->values),
            R"([200,{"got":{"customer":"c"}}])");
  EXPECT_EQ(document::json_text(Hooks::call_in(*program, "g", {}, {}, &extra)->values),
            R"([false,"table: expected an object"])");
  EXPECT_EQ(Hooks::call_in(*program, "f", {"{}"}).error().message,
            "f, line 1: attempt to call a nil value (global 'invocations')");
}

TEST(HookEngine, OfAProgramThatIsBrokenEveryFunctionFails) {
  const auto program = service::broken_program({base::ErrorKind::invalid, "body: line 2: old syntax", {}});
  EXPECT_TRUE(program->defines("pre_score"));
  EXPECT_EQ(Hooks::call_in(*program, "pre_score").error().message, "body: line 2: old syntax");
  EXPECT_EQ(Hooks::call_in(*program, "pre_score").error().kind, base::ErrorKind::hook_failed);
  EXPECT_EQ(service::compile_hooks(nullptr, "").error().kind, base::ErrorKind::unsupported);
}

TEST(HookEngine, TheOrderOfPairsIsThatOfTheKeys) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("local s = array() for k in pairs({b = 1, [10] = 1, a = 1, [2] = 1, [1.5] = 1, [false] = 1}) do "
                       "s[#s + 1] = k end return s"),
            R"([[false,1.5,2,10,"a","b"]])");
  EXPECT_EQ(
      hooks.body("local t, s = {c = 1, a = 1, b = 1}, '' for k in pairs(t) do s = s .. k; t.b = nil end return s"),
      R"(["ac"])");
  EXPECT_EQ(
      hooks.body("local t, s, k = {c = 1, a = 2, b = 3}, '' repeat k = next(t, k) s = s .. tostring(k) until k == nil "
                 "return s"),
      R"(["abcnil"])");
  EXPECT_EQ(hooks.body("for k in pairs({[{}] = 1}) do end"),
            "f, line 2: a table with a table as key has no order to go through it");
}

TEST(HookEngine, NoAddressIsEverTold) {
  Hooks hooks;
  EXPECT_EQ(hooks.body("return tostring({}), tostring(f), ('%s'):format({}), ('%d %5.2f %s'):format(3, 1.5, true)"),
            R"(["table","function","table","3  1.50 true"])");
  EXPECT_EQ(hooks.body("return ('%p'):format({})"), "f, line 2: invalid conversion '%p' to 'format'");
  EXPECT_EQ(hooks.body("return ('%-10p'):format({})"), "f, line 2: invalid conversion '%p' to 'format'");
  EXPECT_EQ(hooks.body("return tostring(setmetatable({}, {__tostring = function() return 'mine' end}))"),
            R"(["mine"])");
  EXPECT_EQ(hooks.body("return tostring(setmetatable({}, {__name = 'Account'}))"), R"(["table"])");
}

TEST(HookEngine, SortingIsStableAndSurvivesAnOrderThatContradictsItself) {
  Hooks hooks;
  EXPECT_EQ(
      hooks.body("local t = {{1,'a'},{0,'b'},{1,'c'},{0,'d'}} table.sort(t, function(x, y) return x[1] < y[1] end) "
                 "local s = '' for _, v in ipairs(t) do s = s .. v[2] end return s"),
      R"(["bdac"])");
  EXPECT_EQ(hooks.body("local t = {} for i = 1, 500 do t[i] = i * 7919 % 501 end table.sort(t) "
                       "for i = 2, 500 do assert(t[i - 1] <= t[i]) end return #t"),
            "[500]");
  EXPECT_EQ(
      hooks.body("local t = {} for i = 1, 500 do t[i] = i end table.sort(t, function() return true end) return #t"),
      "[500]");
  EXPECT_EQ(hooks.body("table.sort({1, 'x'})"), "f, line 2: attempt to compare string with number");
}

}  // namespace
}  // namespace proffer::tests
