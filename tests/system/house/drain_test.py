"""A bridge that is told to stop while something waits to be said."""
import signal
import time
import unittest

from house import CHANNEL, House, envelope, wait_until


class Drain(House):
    def start_talking(self, lines, drain=None, **flood):
        """The bridge has `lines` lines to say."""
        port, _ = self.stage.start_ngircd()
        self.bus = self.start_backend("redis")
        self.user = self.join(port)
        config = self.config(self.bus, port, flood=flood)
        if drain is not None:
            config["drain_seconds"] = drain
        self.bridge = self.start_bridge(config)
        self.user.wait_for_nick("tubes", CHANNEL)
        self.tubes("pub", "--bus", self.bus, "out", envelope(
            "privmsg", to=CHANNEL, message="\n".join(f"line {i}." for i in range(lines))))
        self.user.wait_for(f" PRIVMSG {CHANNEL} :line 0.")

    def said(self):
        return sum(f" PRIVMSG {CHANNEL} :line " in line for line in self.user.lines)

    def test_what_waits_is_said_before_the_bridge_quits(self):
        self.start_talking(12, burst=1, per_second=4)
        self.settle(self.bridge)
        self.user.wait_for(":tubes!", " QUIT ")
        self.assertEqual(self.said(), 12)
        self.assertNotIn("not sent", self.bridge.output())

    def test_what_takes_too_long_is_counted_and_left(self):
        self.start_talking(100, drain=1, burst=1, per_second=2)
        began = time.monotonic()
        self.settle(self.bridge)
        self.assertLess(time.monotonic() - began, 4)
        self.user.wait_for(":tubes!", " QUIT ")
        self.assertIn(f"not sent: tubes-bridge stops after {self.said()} of 100 lines of a message",
                      self.bridge.output())

    def test_a_second_signal_ends_it_at_once(self):
        self.start_talking(100, drain=60, burst=1, per_second=1)
        self.bridge.process.terminate()
        self.bridge.wait_for("stopping on signal")
        self.assertIsNone(self.bridge.process.poll())
        began = time.monotonic()
        self.bridge.process.terminate()
        wait_until(lambda: self.bridge.process.poll() is not None, 10, self.bridge.output)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(self.bridge.process.poll(), -signal.SIGTERM)  # 143 to a shell

    def test_a_bridge_that_has_nothing_to_say_stops_at_once(self):
        self.start_talking(1)
        began = time.monotonic()
        self.settle(self.bridge)
        self.assertLess(time.monotonic() - began, 2)


if __name__ == "__main__":
    unittest.main()
