"""Bad input: one clear line that names the cause and the remedy, and a non-zero exit."""
import json
import socket
import subprocess
import unittest

from house import LOOPBACK, House, binary, free_port


class Errors(House):
    def refused(self, *command):
        """Runs a program that must fail; returns the one line it says."""
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=60)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        lines = [line for line in done.stderr.splitlines() if "[info]" not in line]
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def check_config(self, text):
        path = self.stage.write("bad.json", text)
        line = self.refused(binary("tubes-bridge"), "--check-config", "--config", path)
        self.assertIn("bad.json", line)
        return line

    def test_a_configuration_with_a_syntax_error_names_line_and_column(self):
        self.assertRegex(self.check_config('{\n  "bus": "zmq://127.0.0.1:5550",,\n}'), "line 2, column 33")

    def test_a_configuration_error_names_the_place_and_what_was_expected(self):
        line = self.check_config('{"bus": "memory://x", "networks": {"libera": {"server": '
                                 '"irc://localhost", "nick": 7, "channels": ["#a"]}}}')
        self.assertIn("networks.libera.nick", line)
        self.assertIn("string", line)

    def test_a_configuration_with_an_unknown_key_names_it(self):
        line = self.check_config('{"bus": "memory://x", "netwroks": {}}')
        self.assertIn("netwroks", line)

    def test_a_missing_configuration_is_named(self):
        line = self.refused(binary("tubes-bridge"), "--config", "/nonexistent/bridge.json")
        self.assertIn("/nonexistent/bridge.json", line)

    def test_an_unknown_scheme_lists_the_known_ones(self):
        for command in (("tubes", "pub", "in", "x"), ("tubes-greeter",)):
            line = self.refused(binary(command[0]), *command[1:], "--bus", "rdis://localhost")
            self.assertIn("rdis", line)
            self.assertIn("memory, redis, rediss, redis+unix, zmq, zmq+ipc", line)

    def test_an_unknown_parameter_lists_the_known_ones(self):
        line = self.refused(binary("tubes"), "pub", "in", "x", "--bus", "redis://h?prefx=a")
        self.assertIn("prefx", line)
        self.assertIn("prefix", line)

    def test_a_topic_outside_the_grammar_is_named(self):
        line = self.refused(binary("tubes"), "pub", "#in", "x", "--bus", f"zmq://{LOOPBACK}:1")
        self.assertIn("#in", line)

    def test_a_backend_that_is_not_there_is_named_with_cause_and_remedy(self):
        port = free_port(2)
        line = self.refused(binary("tubes"), "pub", "in", "x", "--bus", f"redis://{LOOPBACK}:{port}")
        self.assertIn(f"cannot reach redis at {LOOPBACK}:{port} (connection refused)", line)
        line = self.refused(binary("tubes"), "pub", "in", "x", "--bus", f"zmq://{LOOPBACK}:{port}")
        self.assertIn(f"tubes broker --bind zmq://{LOOPBACK}:{port}", line)

    def test_a_wrong_redis_password_is_named_and_not_shown(self):
        port, _ = self.stage.start_redis(password="sesame")
        line = self.refused(binary("tubes"), "pub", "in", "x", "--bus",
                            f"redis://:wrong-secret@{LOOPBACK}:{port}")
        self.assertIn("password", line)
        self.assertNotIn("wrong-secret", line)
        self.tubes("pub", "in", "x", "--bus", f"redis://:sesame@{LOOPBACK}:{port}")

    def test_a_port_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind((LOOPBACK, free_port(2)))
            taken.listen()
            url = f"zmq://{LOOPBACK}:{taken.getsockname()[1]}"
            self.assertIn("in use", self.refused(binary("tubes"), "broker", "--bind", url))
            config = self.config(url, free_port())
            path = self.stage.write("bridge.json", json.dumps(config))
            self.assertIn("in use", self.refused(binary("tubes-bridge"), "--config", path))

    def test_a_broker_beyond_loopback_needs_to_be_asked_for(self):
        line = self.refused(binary("tubes"), "broker", "--bind", "zmq://0.0.0.0:5550")
        self.assertIn("insecure", line)


if __name__ == "__main__":
    unittest.main()
