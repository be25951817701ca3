"""A network that can be cut: what a client sees of a server that others still reach."""

import asyncio
import threading


class Proxy:
    """Forwards from each port to another one, until cut() and again from resume() on. While it is
    held, what clients send stays here."""

    def __init__(self, ports):
        self._ports, self._servers, self._writers = ports, [], []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._may_pass = self._call(open_gate())
        self.resume()

    def resume(self):
        self._call(self._listen())

    def cut(self):
        self._call(self._close())

    def hold(self):
        self._loop.call_soon_threadsafe(self._may_pass.clear)

    def release(self):
        self._loop.call_soon_threadsafe(self._may_pass.set)

    def stop(self):
        self.release()
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, step):
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(10)

    async def _listen(self):
        for port, target in self._ports.items():
            def forward(reader, writer, target=target):
                return self._forward(reader, writer, target)

            self._servers.append(await asyncio.start_server(forward, "127.0.0.1", port))

    async def _close(self):
        for server in self._servers:
            server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._servers, self._writers = [], []
        await asyncio.sleep(0)

    async def _forward(self, reader, writer, target):
        back, there = await asyncio.open_connection("127.0.0.1", target)
        self._writers += [writer, there]
        await asyncio.gather(self._pump(reader, there, self._may_pass), self._pump(back, writer))

    async def _pump(self, reader, writer, may_pass=None):
        try:
            while data := await reader.read(65_536):
                if may_pass is not None:
                    await may_pass.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()


async def open_gate():
    """Made in the loop that it is for."""
    gate = asyncio.Event()
    gate.set()
    return gate
