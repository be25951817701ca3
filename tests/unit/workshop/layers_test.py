"""Plants includes in a tree of its own, and sees what scripts/layers (argument 1) says of them."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LAYERS = sys.argv.pop(1)


def check(path, include):
    """Exit status and output for a tree whose one file has the include on line 2."""
    with tempfile.TemporaryDirectory() as root:
        file = Path(root, path)
        file.parent.mkdir(parents=True)
        file.write_text(f"#pragma once\n#include {include}\n")
        done = subprocess.run([sys.executable, LAYERS, root], capture_output=True, text=True)
        return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def assert_breach(self, path, include):
        status, output = check(path, include)
        self.assertEqual(status, 1, f"{path} may include {include}")
        self.assertIn(f"{path}:2: ", output)

    def assert_allowed(self, path, include):
        status, output = check(path, include)
        self.assertEqual(status, 0, output)

    def test_proto_knows_no_bus(self):
        self.assert_breach("proto/message.hpp", "<tubes/bus/bus.hpp>")
        self.assert_breach("proto/json/message.hpp", '"../../bus/bus.hpp"')
        self.assert_allowed("proto/json/message.hpp", "<tubes/proto/codec.hpp>")
        self.assert_allowed("proto/protobuf/encode.cpp", "<tubes/v1/envelope.pb.h>")

    def test_only_the_typed_client_of_the_bus_knows_proto(self):
        self.assert_breach("bus/engine/core.cpp", "<tubes/proto/codec.hpp>")
        self.assert_breach("bus/bus.hpp", "<tubes/v1/envelope.pb.h>")
        self.assert_allowed("bus/client.hpp", "<tubes/proto/codec.hpp>")
        self.assert_allowed("bus/client.cpp", "<tubes/proto/codec.hpp>")
        self.assert_allowed("bus/receipts.hpp", "<tubes/proto/message.hpp>")

    def test_the_bus_knows_no_transport(self):
        self.assert_breach("bus/engine/core.cpp", "<tubes/transports/open.hpp>")
        self.assert_breach("bus/client.cpp", "<tubes/transports/memory/memory.hpp>")

    def test_a_transport_knows_no_other(self):
        self.assert_breach("transports/redis/a.cpp", "<tubes/transports/memory/memory.hpp>")
        self.assert_breach("transports/redis/a.cpp", '"../zeromq/zeromq.hpp"')
        self.assert_breach("transports/redis/a.cpp", "<tubes/transports/open.hpp>")
        self.assert_allowed("transports/redis/a.cpp", "<tubes/transports/redis/redis.hpp>")
        self.assert_allowed("transports/redis/a.cpp", "<tubes/bus/driver.hpp>")
        self.assert_allowed("transports/open.cpp", "<tubes/transports/redis/redis.hpp>")

    def test_transports_share_net_which_knows_none_of_them(self):
        self.assert_allowed("transports/redis/a.cpp", "<tubes/transports/net/resolver.hpp>")
        self.assert_breach("transports/net/a.cpp", "<tubes/transports/redis/redis.hpp>")

    def test_bridge_and_clients_know_no_transport_but_a_main_opens_a_bus(self):
        self.assert_breach("bridge/bridge.cpp", "<tubes/transports/open.hpp>")
        self.assert_breach("bridge/main.cpp", "<tubes/transports/redis/redis.hpp>")
        self.assert_breach("clients/bots/hello.cpp", "<tubes/transports/open.hpp>")
        self.assert_allowed("bridge/main.cpp", "<tubes/transports/open.hpp>")
        self.assert_allowed("clients/in_process/main.cpp", "<tubes/bridge/bridge.hpp>")
        self.assert_breach("clients/greeter/greeter.hpp", "<tubes/bridge/bridge.hpp>")
        self.assert_allowed("clients/bots/hello/main.cpp", "<tubes/transports/open.hpp>")
        self.assert_allowed("clients/tubes/say.cpp", "<tubes/transports/open.hpp>")

    def test_neighbours_on_one_floor_do_not_know_each_other(self):
        self.assert_breach("bridge/main.cpp", "<tubes/clients/tubes/say.hpp>")
        self.assert_breach("clients/tubes/say.cpp", "<tubes/bridge/config.hpp>")
        self.assert_allowed("clients/tubes/config.cpp", "<tubes/bridge/bot_json.hpp>")
        self.assert_breach("clients/greeter/main.cpp", "<tubes/bridge/bot_json.hpp>")

    def test_nobody_knows_what_stands_beside_the_house(self):
        self.assert_breach("bus/topic.cpp", "<tubes/tests/support/recording_sink.hpp>")

    def test_an_include_may_be_written_in_any_way(self):
        self.assert_breach("bus/topic.cpp", "  <tubes/bridge/config.hpp> // why not")
        with self.subTest("directories that lead elsewhere"):
            self.assert_breach("bus/topic.cpp", "<tubes/bus/../bridge/config.hpp>")

    def test_libraries_are_not_our_business(self):
        self.assert_allowed("proto/message.hpp", "<vector>")
        self.assert_allowed("transports/redis/link.hpp", "<asio.hpp>")

    def test_a_tree_without_sources_is_no_success(self):
        with tempfile.TemporaryDirectory() as root:
            done = subprocess.run([sys.executable, LAYERS, root], capture_output=True)
            self.assertEqual(done.returncode, 1)


unittest.main()
