"""The demo as a newcomer runs it, on what is built already."""
import os
import signal
import subprocess
import unittest

from house import PYTHON, House, source, wait_until


class Demo(House):
    def command(self, *options):
        return [PYTHON, source("scripts", "demo.py"), "--bin", os.environ["TUBES_BIN_DIR"],
                "--once", *options]

    def plays(self, bus, wire):
        done = subprocess.run(self.command("--bus", bus, "--wire", wire), capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=90)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"<-- :tubes!\S+ PRIVMSG #tubes :Hello wraithan, greetings")
        self.assertIn(f'"bus": "{bus}://', done.stdout)

    def test_the_greeting_comes_back_over_redis_in_json(self):
        self.plays("redis", "json")

    def test_the_greeting_comes_back_over_redis_in_protobuf(self):
        self.plays("redis", "protobuf")

    def test_the_greeting_comes_back_over_zmq_in_json(self):
        self.plays("zmq", "json")

    def test_the_greeting_comes_back_over_zmq_in_protobuf(self):
        self.plays("zmq", "protobuf")

    def test_the_greeting_comes_back_over_memory_in_json(self):
        self.plays("memory", "json")

    def test_the_greeting_comes_back_over_memory_in_protobuf(self):
        self.plays("memory", "protobuf")

    def test_killed_in_the_middle_it_leaves_no_process(self):
        for end in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            with self.subTest(signal=end):
                self.leaves_nothing(end)

    def leaves_nothing(self, end):
        demo = subprocess.Popen(self.command(), stdout=subprocess.PIPE, text=True,
                                stdin=subprocess.DEVNULL)
        with demo.stdout:
            for line in demo.stdout:
                if "JOIN :#tubes" in line:  # the IRC server, the broker and the bots are starting
                    break
            children = self.descendants(demo.pid)
            demo.send_signal(end)
            demo.stdout.read()  # ends when the last process that may write there has ended
        demo.wait(30)
        self.assertTrue(children)
        self.stage_empty(children)

    def descendants(self, pid):
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]

    def stage_empty(self, children):
        for child in children:
            wait_until(lambda: self.has_ended(child), 20, lambda: f"process {child} is still there")

    def has_ended(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True


if __name__ == "__main__":
    unittest.main()
