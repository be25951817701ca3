"""Tubes as a folder of somebody else's project."""

import unittest

from workplace import HERE, PROMISED, SOURCE, empty, hello, run


class Subdirectory(unittest.TestCase):
    def test_a_program_is_built_with_tubes_as_a_subdirectory_and_nothing_beside_it(self):
        folder = empty("subdirectory")
        (folder / "tubes").symlink_to(SOURCE)
        self.assertEqual(hello("As a subdirectory", folder), PROMISED)
        targets = run(["ninja", "-C", folder / "build", "-t", "targets", "all"])
        self.assertIn("libtubes_bus.a", targets)
        for absent in ("tubes-bridge", "tubes-greeter", "unit_", "conformance"):
            self.assertNotIn(absent, targets)
        self.assertNotIn("-Wall", (folder / "build/build.ninja").read_text(encoding="utf-8"))

    def test_as_a_subdirectory_it_leaves_the_settings_of_its_parent_alone(self):
        run(["cmake", "-S", HERE / "guest", "-B", empty("guest"), f"-DTUBES={SOURCE}"])


unittest.main()
