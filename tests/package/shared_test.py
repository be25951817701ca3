"""Shared libraries, of a build without redis and zeromq, installed and moved elsewhere."""

import re
import unittest

from workplace import PAGE, PROMISED, WORK, configure, empty, hello, run, runpaths

HOME = WORK / "shared/moved"
PREFIX = HOME / ".local"


class Shared(unittest.TestCase):
    def test_a_program_is_built_with_find_package_and_shared_libraries(self):
        folder = empty("shared-find_package")
        self.assertEqual(hello("With find_package", folder, HOME), PROMISED)
        needed = run(["readelf", "-d", folder / "build/hello"])
        self.assertRegex(needed, r"NEEDED.*libtubes_client\.so\.0\.\d+\]")

    def test_a_program_is_built_with_pkg_config_and_shared_libraries(self):
        rpath = re.search(r"`(-Wl,-rpath,[^`]*)`", PAGE)[1]
        printed = hello("With pkg-config", empty("shared-pkg-config"), HOME, rpath)
        self.assertEqual(printed, PROMISED)

    def test_shared_libraries_find_each_other_beside_themselves(self):
        found = dict(runpaths(PREFIX))
        self.assertGreaterEqual(len(found), 5)
        for file, paths in found.items():
            self.assertEqual(paths, ["$ORIGIN"], file)

    def test_shared_libraries_need_no_development_package_but_ours(self):
        status, output = configure("set(CMAKE_DISABLE_FIND_PACKAGE_Protobuf ON)\n"
                                   "find_package(tubes CONFIG REQUIRED COMPONENTS client)",
                                   empty("shared-alone"), PREFIX)
        self.assertEqual(status, 0, output)

    def test_a_transport_that_was_left_out_is_refused_by_its_name(self):
        status, output = configure("find_package(tubes CONFIG REQUIRED COMPONENTS zeromq)",
                                   empty("shared-zeromq"), PREFIX)
        self.assertNotEqual(status, 0)
        self.assertIn('has no component "zeromq"; it has: proto, bus, client, memory, transports.',
                      output)
        self.assertIn("-DTUBES_ZEROMQ=ON", output)


unittest.main()
