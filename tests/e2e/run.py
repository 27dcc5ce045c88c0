#!/usr/bin/env python3
"""Runs the tests of some files against the program that PROFFER_BINARY names, and counts them.

    PROFFER_BINARY=build/release/proffer tests/e2e/run.py crash life …
"""

import os
import pathlib
import sys
import unittest

here = pathlib.Path(__file__).resolve().parent


def main():
    program = os.environ.get("PROFFER_BINARY")
    if not program or not os.access(program, os.X_OK):
        sys.exit(f"run.py: PROFFER_BINARY must name the program to test, not '{program or ''}'")
    os.environ["PROFFER_BINARY"] = str(pathlib.Path(program).resolve())
    sys.path.insert(0, str(here))
    names = sys.argv[1:] or sorted(p.stem for p in here.glob("*.py") if p.stem not in ("run", "server"))
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromNames(names))
    broken = [test for test, _ in result.failures + result.errors] + result.unexpectedSuccesses
    failed = len({getattr(test, "test_case", test).id() for test in broken})  # a case with many failed subtests is one
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
