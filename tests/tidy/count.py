#!/usr/bin/env python3
"""Counts the cases of one ctest run, for script/test.

    count.py JUNIT DIR    JUNIT: what ctest --output-junit wrote; DIR: what GTEST_OUTPUT=xml:DIR/ wrote

Prints every case that failed or was skipped, then "N passed, N failed". A test that is no GoogleTest counts as one case,
or as what the last "N passed, N failed" of its output says; one that died before it could report counts as failed.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET


def googletest_cases(report):
    """(passed, failed names, skipped names) of one GoogleTest report."""
    passed, failed, skipped = 0, [], []
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            failed.append(name)
        elif case.get("status") == "notrun" or case.find("skipped") is not None or case.get("result") == "skipped":
            skipped.append(name)
        else:
            passed += 1
    return passed, failed, skipped


def counted_by_itself(test):
    """(passed, failed) of the last line of its output that says so."""
    counts = re.findall(r"^(\d+) passed, (\d+) failed$", test.findtext("system-out") or "", re.MULTILINE)
    return tuple(map(int, counts[-1])) if counts else None


def cases(test, directory):
    name = test.get("name")
    report = pathlib.Path(directory, f"test_{name.replace('/', '_')}.xml")
    passed, failed, skipped = 0, [], []
    if report.exists():
        passed, failed, skipped = googletest_cases(report)
    elif counts := counted_by_itself(test):
        passed, failed = counts[0], [f"{name}: {counts[1]} cases"] * counts[1]
    elif test.get("status") == "run":
        passed = 1
    if test.get("status") == "fail" and not failed:
        failed = [f"{name}: ended before it could report"]
    if test.get("status") == "notrun":
        failed = [f"{name}: was not built"]
    if test.get("status") == "disabled":
        skipped = [name]
    return passed, failed, skipped


def main():
    junit, directory = sys.argv[1:]
    total_passed = total_failed = 0
    for test in ET.parse(junit).iter("testcase"):
        passed, failed, skipped = cases(test, directory)
        for kind, names in (("failed", failed), ("skipped", skipped)):
            for name in dict.fromkeys(names):
                print(f"{kind}: {name}")
        total_passed += passed
        total_failed += len(failed)
    print(f"{total_passed} passed, {total_failed} failed")


if __name__ == "__main__":
    main()
