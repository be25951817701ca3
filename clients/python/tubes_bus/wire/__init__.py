"""The two wire formats. tubes_bus.codec is the way in."""
