"""What every bus does alike, whatever its transport and its shell (threads, asyncio, inline)."""
