"""This build, installed and moved elsewhere, as its users see it."""

import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from workplace import (BUILD, HERE, PROMISED, SOURCE, WORK, attempt, configure, empty, hello, run,
                       runpaths)

HOME = WORK / "installed/moved"
PREFIX = HOME / ".local"
INCLUDE = PREFIX / "include"
MODULES = sorted(file.stem for file in (PREFIX / "lib/pkgconfig").glob("*.pc"))
# Beside all headers of proto/ and bus/ themselves.
PUBLIC = {"transports/open.hpp", "transports/memory/memory.hpp", "transports/redis/redis.hpp",
          "transports/zeromq/broker.hpp", "transports/zeromq/zeromq.hpp",
          "conformance/place.hpp", "conformance/suite.hpp"}


def headers():
    return sorted(file.relative_to(INCLUDE).as_posix() for file in INCLUDE.rglob("*.hpp"))


def compiled_alone(header):
    return attempt(f"echo '#include <{header}>' | {os.environ['CXX']} -std=c++20 -fsyntax-only"
                   f" -Wall -Wextra -Wpedantic -Werror -I{INCLUDE} -xc++ -")


class Users(unittest.TestCase):
    def test_a_program_is_built_with_find_package(self):
        self.assertEqual(hello("With find_package", empty("find_package"), HOME), PROMISED)

    def test_a_program_is_built_with_pkg_config_and_the_compiler_alone(self):
        self.assertEqual(hello("With pkg-config", empty("pkg-config"), HOME), PROMISED)

    def test_every_component_links_with_find_package(self):
        build = empty("every_component")
        run(["cmake", "-S", HERE / "every_component", "-B", build,
             f"-DCMAKE_PREFIX_PATH={PREFIX}"])
        run(["cmake", "--build", build])
        self.assertIn("every component works", run([build / "every_component"]))

    def test_every_module_links_with_pkg_config(self):
        folder = empty("every_module")
        self.assertIn("tubes-conformance", MODULES)
        run(f"export PKG_CONFIG_PATH={PREFIX}/lib/pkgconfig\n"
            f"{os.environ['CXX']} -std=c++20 {HERE}/every_component/main.cpp -o program"
            f" $(pkg-config --cflags --libs {' '.join(MODULES)})", folder)
        self.assertIn("every component works", run([folder / "program"]))


class Refusals(unittest.TestCase):
    def test_an_unknown_component_is_refused_with_the_names_of_those_there_are(self):
        status, output = configure("find_package(tubes CONFIG REQUIRED COMPONENTS bus teapot)",
                                   empty("teapot"), PREFIX)
        self.assertNotEqual(status, 0)
        self.assertIn('has no component "teapot"; it has: proto, bus, client, memory, redis, '
                      'zeromq, transports, conformance.', output)

    def test_an_optional_component_may_be_missing(self):
        status, output = configure(
            "find_package(tubes CONFIG REQUIRED COMPONENTS bus OPTIONAL_COMPONENTS teapot)\n"
            "message(\"bus ${tubes_bus_FOUND}, teapot ${tubes_teapot_FOUND}\")",
            empty("optional"), PREFIX)
        self.assertEqual(status, 0, output)
        self.assertIn("bus TRUE, teapot FALSE", output)

    def test_another_minor_version_is_refused(self):
        status, output = configure("find_package(tubes 0.0 CONFIG REQUIRED)", empty("old"), PREFIX)
        self.assertNotEqual(status, 0)
        self.assertIn('compatible with requested version "0.0"', output)

    def test_what_is_not_asked_for_is_not_looked_for(self):
        status, output = configure(
            "set(CMAKE_DISABLE_FIND_PACKAGE_PkgConfig ON)\n"
            "set(CMAKE_DISABLE_FIND_PACKAGE_Protobuf ON)\n"
            "find_package(tubes CONFIG REQUIRED COMPONENTS memory)\n"
            "if(TARGET tubes::redis)\n  message(FATAL_ERROR redis)\nendif()",
            empty("memory"), PREFIX)
        self.assertEqual(status, 0, output)


class Tree(unittest.TestCase):
    def test_the_public_headers_are_installed_and_no_others(self):
        rooms = {f"{room}/{file.name}" for room in ("proto", "bus")
                 for file in (SOURCE / room).glob("*.hpp")}
        self.assertEqual({f"tubes/{file}" for file in rooms | PUBLIC}, set(headers()),
                         "a new header of bus/ or proto/ is named in its CMakeLists.txt")

    def test_every_header_compiles_alone(self):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for header, (status, output) in zip(headers(), pool.map(compiled_alone, headers())):
                self.assertEqual(status, 0, f"{header}: {output}")

    def test_no_package_names_a_folder_of_this_machine(self):
        files = [*PREFIX.rglob("*.cmake"), *PREFIX.rglob("*.pc")]
        self.assertGreater(len(files), len(MODULES))
        for file in files:
            text = file.read_text(encoding="utf-8")
            for folder in (SOURCE, BUILD):
                self.assertNotIn(f"{folder}/", text, file)
            if "-targets" in file.name:
                self.assertEqual(re.findall(r'^ .*[";]/.*$', text, re.M), [], file)

    def test_programs_and_libraries_look_for_others_beside_themselves_only(self):
        found = dict(runpaths(PREFIX))
        self.assertIn(PREFIX / "bin/tubes", found)
        for file, paths in found.items():
            for path in paths:
                self.assertRegex(path, r"^\$ORIGIN", file)

    def test_the_programs_run(self):
        for program in ("tubes", "tubes-bridge", "tubes-service"):
            self.assertRegex(run([PREFIX / "bin" / program, "--version"]), r"\d+\.\d+\.\d+")

    def test_the_schemas_are_where_the_packages_say(self):
        status, output = configure("find_package(tubes CONFIG REQUIRED COMPONENTS bus)\n"
                                   "message(\"[${tubes_SCHEMA_DIR}]\")", empty("schema"), PREFIX)
        self.assertEqual(status, 0, output)
        folder = re.search(r"\[(.*?)\]", output)[1]
        told = run(f"PKG_CONFIG_PATH={PREFIX}/lib/pkgconfig "
                   "pkg-config --variable=schemadir tubes-proto").strip()
        self.assertEqual(os.path.realpath(told), os.path.realpath(folder))
        run(["protoc", "-I", told, f"--python_out={WORK / 'schema'}", "tubes/v1/envelope.proto"])
        self.assertTrue(os.path.exists(f"{told}/tubes/v1/envelope.schema.json"))

    def test_what_runs_and_what_one_builds_with_can_be_installed_apart(self):
        folder = empty("apart")
        for component in ("runtime", "devel"):
            run(["cmake", "--install", BUILD, "--prefix", folder / component,
                 "--component", component])
        self.assertEqual({file.name for file in (folder / "runtime/bin").iterdir()},
                         {"tubes", "tubes-bridge", "tubes-service"})
        self.assertTrue((folder / "runtime/share/doc/tubes/LICENSE").exists())
        self.assertFalse((folder / "runtime/include").exists())
        self.assertTrue((folder / "devel/include/tubes/bus/bus.hpp").exists())
        self.assertFalse((folder / "devel/bin").exists())


unittest.main()
