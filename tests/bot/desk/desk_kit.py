"""One client and the managers' group, as a test of the desk sees them."""

from dataclasses import dataclass
from typing import Any

from tests.harness import ADMIN_CHAT, ANNA, TOKEN, Client, Desk, World, plain

BOT = int(TOKEN.split(":")[0])


@dataclass
class Stage:
    world: World
    desk: Desk
    client: Client

    async def ask_for_person(self) -> None:
        await self.client.send("Позовите менеджера")
        await self.world.jobs_done()

    async def thread(self) -> int:
        return await self.desk.thread_of(self.client)

    async def name(self) -> str:
        """What the topic is called in the group's list."""
        await self.world.jobs_done()
        found = await self.world.get(f"{self.world.sandbox_url}/inspect/telegram/topics?chat={ADMIN_CHAT}")
        thread = await self.thread()
        return plain(next(one["name"] for one in found if one["thread"] == thread))

    async def topic(self) -> list[dict[str, Any]]:
        return await self.desk.topic(self.client)

    async def texts(self) -> str:
        """Everything the bot wrote in the topic."""
        return plain("\n".join(one["text"] or "" for one in await self.topic() if one["from_bot"]))

    async def cards(self) -> list[dict[str, Any]]:
        """Messages of the bot with the buttons of a card, oldest first."""
        return [one for one in await self.topic() if one["from_bot"] and "Заметка" in labels(one)]

    async def card(self) -> str:
        return plain((await self.cards())[-1]["text"])

    async def buttons(self) -> list[str]:
        return labels((await self.cards())[-1])

    async def click(self, label: str, user: int = ANNA) -> None:
        """Press a button of the newest message that has it."""
        for one in reversed(await self.topic()):
            for button in (button for row in one["buttons"] or [] for button in row):
                if plain(label) == plain(button["text"]):
                    await self.desk.act(user, message=one["message"], data=button["data"])
                    return
        raise AssertionError(f"no button {label!r} in {[labels(one) for one in await self.topic()]}")

    async def press(self, act: str, user: int = ANNA) -> str:
        """Press what a manager's stale card may still show; the update's number."""
        card = (await self.cards())[-1]
        data = f"d:{act}:{await self.number()}:"
        body = {"chat": ADMIN_CHAT, "user": user, "message": card["message"], "data": data}
        answer = await self.world.post(self.world.sandbox_url + "/play/telegram", body)
        return str(answer["update_id"])

    async def click_old(self, act: str, user: int = ANNA) -> None:
        await self.world.handled(BOT, await self.press(act, user))
        await self.world.jobs_done()

    async def click_together(self, act: str, *users: int) -> None:
        """Several managers press before anybody sees the other."""
        for number in [await self.press(act, user) for user in users]:
            await self.world.handled(BOT, number)
        await self.world.jobs_done()

    async def write(self, text: str, user: int = ANNA, **more: Any) -> int:
        """A manager writes in the topic; the number of the message."""
        body = {"chat": ADMIN_CHAT, "user": user, "text": text, "thread": await self.thread(), **more}
        answer = await self.world.post(self.world.sandbox_url + "/play/telegram", body)
        await self.world.handled(BOT, str(answer["update_id"]))
        await self.world.jobs_done()
        return int(answer["message"])

    async def toast(self) -> tuple[str, bool]:
        """What the last press was answered with."""
        press = (await self.world.get(self.world.sandbox_url + "/inspect/telegram/presses"))[-1]
        return plain(press["text"] or ""), bool(press["alert"])

    async def heard(self) -> list[tuple[str, str]]:
        """(author, text) of what the client has received since their last act."""
        return [(one.author, plain(one.text)) for one in await self.client.refresh()]

    async def row(self, sql: str) -> Any:
        """One row about this conversation; $1 is its number."""
        number = await self.number()
        return await self.world.app.db.pool.fetchrow(sql, number)

    async def number(self) -> int:
        chat = await self.desk._chat(self.client)
        found = await self.world.app.db.pool.fetchval(
            "SELECT id FROM conversation WHERE account_id = $1 AND chat_id = $2", *chat
        )
        return int(found)

    async def transcript(self) -> list[tuple[str, str]]:
        """(author, text) as stored under the client's own key, oldest first."""
        pool, number = self.world.app.db.pool, await self.number()
        key = await self.world.app.keys.get(
            await pool.fetchval("SELECT key_id FROM conversation WHERE id = $1", number)
        )
        rows = await pool.fetch("SELECT * FROM transcript WHERE conversation_id = $1 ORDER BY created_at, n", number)
        return [
            (row["author"], key.open_text(row["body"], f"transcript|{number}|{row['origin']}|{row['n']}|body"))
            for row in rows
        ]


def labels(message: dict[str, Any]) -> list[str]:
    return [plain(button["text"]) for row in message["buttons"] or [] for button in row]
