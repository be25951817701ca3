"""Each row of docs/irc.md names tests, and they are there."""
import os
import re
import subprocess
import sys
import unittest

CTEST, BUILD = sys.argv.pop(1), sys.argv.pop(1)


def rows():
    with open(os.path.join(os.environ["TUBES_SOURCE_DIR"], "docs", "irc.md")) as page:
        lines = [line for line in page if line.startswith("|")]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines[2:]]


def plain(name):
    """As doctest_discover_tests writes it in a list: no space behind the room."""
    return re.sub(r"^([a-z.]+): ", r"\1:", name.replace("\\|", "|"))


def there():
    listed = subprocess.run([CTEST, "--test-dir", BUILD, "-N"], capture_output=True, text=True, check=True)
    return {plain(name) for name in re.findall(r"(?m)^ *Test +#\d+: (.*)$", listed.stdout)}


class IrcPage(unittest.TestCase):
    def test_each_row_names_tests_that_are_there(self):
        known = there()
        self.assertGreater(len(rows()), 10)
        for what, _, tests in rows():
            names = re.findall(r"`([^`]+)`", tests)
            self.assertTrue(names, what)
            for name in names:
                self.assertIn(plain(name), known, what)


if __name__ == "__main__":
    unittest.main()
