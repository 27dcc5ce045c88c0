#!/usr/bin/env python3
"""The rules of the tree that a compiler does not check. Prints the include edges, the longest functions and files.

    tidy.py --build DIR     DIR: a configured build directory, whose include directories are tried
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = {".cc", ".h", ".py", ".sh", ".cmake"}
LONGEST_FILE = 600
LONGEST_README = 100
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
CLOCK_OR_CHANCE = re.compile(
    r"(system|steady|high_resolution|file|utc)_clock\s*::\s*now|\brandom_device\b|\bclock_gettime\b|\bgettimeofday\b"
    r"|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\bs?rand\s*\(|\bgetrandom\s*\(")
SOCKETS = ("src/http/", "src/adapters/cassandra/socket.cc")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def tracked_files():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:  # a copy without its history
        paths = [p for p in ROOT.rglob("*") if not {"build", ".git"} & set(p.relative_to(ROOT).parts)]
    return sorted(p for p in paths if p.is_file())


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def named(path):
    return str(path.relative_to(ROOT))


class Tree:
    """The text files of the repository, by their path from its root, and the modules of CMakeLists.txt."""

    def __init__(self):
        texts = ((named(path), text_of(path)) for path in tracked_files())
        self.texts = {name: text for name, text in texts if text is not None}
        self.modules = self.read_modules()

    def read_modules(self):
        """Folder below src/ -> the folders that it may include, in the order of CMakeLists.txt."""
        modules = {}
        for call in re.findall(r"proffer_module\(([^)]*)\)", self.texts["CMakeLists.txt"]):
            words = call.split()
            dependencies = re.search(r"\bDEPS\b(.*?)(\bLIBS\b|$)", call, re.DOTALL)
            modules[words[0]] = dependencies.group(1).split() if dependencies else []
        return modules

    def code(self, *folders):
        return {n: t for n, t in self.texts.items() if pathlib.Path(n).suffix in {".cc", ".h"} and n.startswith(folders)}

    def module_of(self, path_below_src):
        """The module that a file or an include belongs to; None for src/main.cc and for what is no module."""
        fitting = [m for m in self.modules if path_below_src.startswith(m + "/")]
        return max(fitting, key=len, default=None)

    def own_includes(self, text):
        return [path for quote, path in INCLUDE.findall(text) if quote == '"']

    def edges(self):
        """(module, included module) -> one file that includes it; outside of the modules, main.cc is 'main'."""
        edges = {}
        for name, text in self.code("src/").items():
            module = self.module_of(name.removeprefix("src/")) or "main"
            for include in self.own_includes(text):
                edges.setdefault((module, self.module_of(include)), f"{name} includes {include}")
        return edges


def lines_with(texts, pattern, allowed=()):
    """Where the pattern stands, outside of comments, apart from files below `allowed`."""
    for name, text in texts.items():
        if name.startswith(tuple(allowed)):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line.split("//")[0]):
                yield f"{name}:{number}: {line.strip()}"


def modules_only_use_those_above_them(tree):
    seen = set()
    for module, dependencies in tree.modules.items():
        yield from (f"CMakeLists.txt: {module} names {d}, which does not stand above it" for d in dependencies if d not in seen)
        seen.add(module)


def includes_follow_the_lists(tree):
    for (module, included), where in tree.edges().items():
        allowed = tree.modules.get(module, ["app", "base"]) + [module]
        if included not in allowed:
            yield f"{where}: {module} may include {', '.join(allowed)}"


def a_wrong_include_does_not_compile(tree, build):
    for module, dependencies in tree.modules.items():
        allowed = dependencies + [module]
        headers = {tree.module_of(n[4:]): n[4:] for n in tree.code("src/") if n.endswith(".h")}
        wrong = [header for owner, header in headers.items() if owner and owner not in allowed]
        if wrong and finds_header(build, allowed, wrong[-1]):
            yield f"{module} can include {wrong[-1]}"
        right = [header for owner, header in headers.items() if owner in allowed]
        if right and not finds_header(build, allowed, right[0]):
            yield f"{module} cannot include {right[0]}: are the include directories of {build} those of cmake/Modules.cmake?"


def finds_header(build, folders, header):
    with tempfile.NamedTemporaryFile("w", suffix=".cc") as source:
        source.write(f'#if !__has_include("{header}")\n#error "not found"\n#endif\n')
        source.flush()
        directories = [f"-I{build}/include/{folder}/root" for folder in folders]
        return subprocess.run(["c++", "-fsyntax-only", *directories, source.name], capture_output=True).returncode == 0


def files_are_short(tree):
    for name, text in tree.texts.items():
        is_code = pathlib.Path(name).suffix in CODE or name.startswith("script/")
        if is_code and text.count("\n") > LONGEST_FILE:
            yield f"{name} has {text.count(chr(10))} lines, at most {LONGEST_FILE}"


def time_and_chance_come_in_as_arguments(tree):
    """But in base/, which makes them, app/, which hands them out, and where sockets are: their deadlines and the Date
    header are the machine's own, and nothing there decides."""
    return lines_with(tree.code("src/"), CLOCK_OR_CHANCE, ("src/base/", "src/app/", *SOCKETS))


def only_http_and_cassandra_see_sockets(tree):
    return lines_with(tree.code("src/"), re.compile(r"#\s*include\s*<boost/(asio|beast)"), SOCKETS)


def only_the_sqlite_adapter_sees_sqlite(tree):
    allowed = ("src/adapters/sqlite/", "tests/")
    return lines_with(tree.code("src/", "bench/", "tests/"), re.compile(r"#\s*include\s*<sqlite3"), allowed)


def only_the_mongodb_adapter_sees_the_driver(tree):
    allowed = ("src/adapters/mongodb/", "tests/mongodb/", "tests/components/", "bench/")
    return lines_with(tree.code("src/", "bench/", "tests/"), re.compile(r"#\s*include\s*<(mongoc|bson)/"), allowed)


def only_the_lua_adapter_sees_lua(tree):
    allowed = ("src/adapters/lua/", "tests/lua/")
    return lines_with(tree.code("src/", "bench/", "tests/"), re.compile(r"#\s*include\s*<(lua|lauxlib|lualib)"), allowed)


def only_app_names_an_adapter(tree):
    allowed = ("src/app/", "src/adapters/")
    return lines_with(tree.code("src/"), re.compile(r"\badapters(/|::)"), allowed)


def nothing_is_unfinished(tree):
    for name, text in tree.texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{name}:{number}: {line.strip()}"


def the_readme_is_short(tree):
    lines = tree.texts.get("README.md", "").count("\n")
    if lines > LONGEST_README:
        yield f"README.md has {lines} lines, at most {LONGEST_README}"


def named_tests_exist(tree):
    """Each `Suite.Test`, `Suite.*` and `e2e/name` that the table of compatibility names."""
    known = {"e2e/" + pathlib.Path(name).stem for name in tree.texts if name.startswith("tests/e2e/")}
    for text in tree.code("tests/").values():
        for suite, test in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text):
            known |= {f"{suite}.{test}", f"{suite}.*"}
    page = tree.texts.get("docs/compatibility.md", "").partition("## Feature by feature")[2]
    for name in re.findall(r"`([A-Z]\w+\.[\w*]+|e2e/\w+)`", page):
        if name not in known:
            yield f"docs/compatibility.md: there is no test {name}"


def functions(tree):
    """(lines, where) of the functions that stand at the outermost level, as clang-format writes them."""
    for name, text in tree.code("src/").items():
        signature = start = None
        for number, line in enumerate(text.splitlines(), 1):
            if start is not None:
                if line == "}":
                    yield number - start + 1, f"{name}:{start}"
                    signature = start = None
                continue
            if re.match(r"[A-Za-z_]", line):
                signature = number if "(" in line and not line.startswith("#") else None
            if signature and line.endswith("{"):
                start = signature
            elif line.endswith((";", "}")):
                signature = None


def print_overview(tree):
    edges = collections.defaultdict(list)
    for module, included in tree.edges():
        if included != module:
            edges[module].append(str(included))
    for module in [*tree.modules, "main"]:
        print(f"{module} -> {' '.join(sorted(edges[module])) or '(nothing)'}")
    longest_files = sorted(((t.count("\n"), n) for n, t in tree.code("src/", "tests/", "bench/").items()), reverse=True)
    for what, longest in (("function", sorted(functions(tree), reverse=True)), ("file", longest_files)):
        print(*(f"longest {what}s: {where} ({lines} lines)" for lines, where in longest[:3]), sep="\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", required=True, help="a configured build directory")
    build = arguments.parse_args().build
    tree = Tree()
    print_overview(tree)
    checks = {
        "modules only use those above them": modules_only_use_those_above_them(tree),
        "includes follow the lists of CMakeLists.txt": includes_follow_the_lists(tree),
        "a wrong include does not compile": a_wrong_include_does_not_compile(tree, build),
        f"no file has over {LONGEST_FILE} lines": files_are_short(tree),
        "no clock and no chance below app/": time_and_chance_come_in_as_arguments(tree),
        "only http/ and adapters/cassandra see sockets": only_http_and_cassandra_see_sockets(tree),
        "only adapters/sqlite sees SQLite": only_the_sqlite_adapter_sees_sqlite(tree),
        "only adapters/mongodb sees MongoDB's driver": only_the_mongodb_adapter_sees_the_driver(tree),
        "only adapters/lua sees Lua": only_the_lua_adapter_sees_lua(tree),
        "only app/ names an adapter": only_app_names_an_adapter(tree),
        "nothing is left unfinished": nothing_is_unfinished(tree),
        "the README is short": the_readme_is_short(tree),
        "tests that documents name exist": named_tests_exist(tree),
    }
    violations = {name: list(found) for name, found in checks.items()}
    for name, found in violations.items():
        print(f"{'FAILED' if found else 'ok'}: {name}")
        print(*(f"  {one}" for one in found), sep="\n", end="\n" if found else "")
    failed = sum(1 for found in violations.values() if found)
    print(f"{len(violations) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
