"""The verbs of the original ZenIRCBot API for asyncio: as tubes_bus.zenircbot."""

from __future__ import annotations

from .. import in_
from ..zenircbot import Commands, Targets, admin_message, answers, targets
from .client import Client


class ZenIRCBot:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def send_privmsg(self, to: Targets, message: str) -> None:
        for each in targets(to):
            await self.client.say(each, message)

    async def send_action(self, to: Targets, message: str) -> None:
        for each in targets(to):
            await self.client.action(each, message)

    async def send_admin_message(self, message: str) -> bool:
        bus = self.client.bus
        return await bus.drive(admin_message(bus.core, self.client.core, message))

    async def register_commands(self, service: str, commands: Commands) -> None:
        known = list(commands)

        async def answer(message: in_.DirectedPrivmsg) -> None:
            texts = answers(service, known, message.message)
            if texts:
                core = self.client.core
                await self.client.bus.drive(core.answer(message, message.sender, texts))

        await self.client.on(in_.DirectedPrivmsg, answer)
        await self.send_admin_message(f"{service} online!")
