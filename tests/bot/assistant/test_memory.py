"""What is remembered of a talk, over a real PostgreSQL: the window, the summary, notes, erasure and export."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from bot.assistant.memory import SUMMARISE, Line, Recall, Remembered
from bot.jobs import Jobs
from bot.journal import Journal
from bot.keys import Keys
from bot.ops.export import Exporter, as_json
from bot.ops.forget import forget_person
from bot.ops.rotate import rewrap_all
from bot.turn import Lease, Member, Position, Turn
from infra.clock import Clock
from infra.crypto import DataKey, Keyring
from infra.database import Database
from tests.bot.ops.ops_kit import MASTER, People


class Talk:
    """A conversation that the test writes line by line."""

    def __init__(self, db: Database, keys: Keys, number: int) -> None:
        self.db, self.keys, self.number = db, keys, number
        self.written = 0

    @classmethod
    async def open(cls, people: People, word: str = "Анна") -> "Talk":
        return cls(people.db, people.keys, await people.arrive(word))

    async def say(self, author: str, text: str, *, days_ago: float = 0, deleted: bool = False) -> None:
        self.written += 1
        origin = f"t{self.written:05}"
        key = await self.key()
        await self.db.pool.execute(
            """INSERT INTO transcript (conversation_id, origin, n, author, body, created_at, deleted_at)
               VALUES ($1, $2, 0, $3, $4, clock_timestamp() - make_interval(secs => $5),
                       CASE WHEN $6 THEN clock_timestamp() END)""",
            self.number,
            origin,
            author,
            key.seal_text(text, f"transcript|{self.number}|{origin}|0|body"),
            days_ago * 86_400,
            deleted,
        )

    async def key(self) -> DataKey:
        return await self.keys.get(
            await self.db.pool.fetchval("SELECT key_id FROM conversation WHERE id = $1", self.number)
        )

    async def turn(self) -> Turn:
        now = await self.db.pool.fetchval("SELECT clock_timestamp()")
        return Turn(
            id=1,
            conversation_id=self.number,
            account_id=2,
            chat_id=1,
            thread_id=0,
            key=await self.key(),
            lease=Lease(uuid4(), 1),
            members=[Member(1, "1", {}, "trace", now)],
            attempts=1,
            position=Position(),
            client=None,
            silent=False,
            in_form=False,
        )


class Scribe:
    """Summarises by counting, and keeps what it was given."""

    def __init__(self, answer: str | None = "") -> None:
        self.answer = answer
        self.calls: list[tuple[Sequence[Line], str | None]] = []

    async def __call__(self, conversation_id: int, lines: Sequence[Line], previous: str | None) -> str | None:
        self.calls.append((lines, previous))
        if self.answer is None:
            return None
        return self.answer or f"{previous + ' + ' if previous else ''}{lines[0].text}…{lines[-1].text}"


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([("first", MASTER)])


@pytest.fixture
async def people(db: Database, keys: Keys) -> People:
    people = People(db, keys)
    await people.accounts()
    return people


@pytest.fixture
def recall(db: Database, keys: Keys) -> Recall:
    return Recall(db, keys, Clock())


def texts(remembered: Remembered) -> list[str]:
    return [line.text for line in remembered.lines]


async def test_the_model_is_told_what_was_said_by_whom(people: People, recall: Recall) -> None:
    talk = await Talk.open(people)
    await talk.say("client", "Сколько стоит <бот>?")
    await talk.say("bot", "От <b>120&nbsp;000&nbsp;₽</b>.<br>Посчитать?")
    await talk.say("note", "Жадный, скидку не давать")
    await talk.say("manager", "Добрый день, это Анна")
    await talk.say("client", "Передумал", deleted=True)

    remembered = await recall.load(await talk.turn())
    assert remembered == Remembered(
        "",
        (
            Line("client", "Сколько стоит <бот>?"),
            Line("bot", "От 120\u00a0000\u00a0₽.\nПосчитать?"),
            Line("manager", "Добрый день, это Анна"),
        ),
        0,
    )
    assert not recall.due(remembered)


async def test_a_new_talk_has_nothing_to_remember(people: People, recall: Recall) -> None:
    talk = await Talk.open(people)
    assert await recall.load(await talk.turn()) == Remembered()


async def test_only_thirty_days_and_only_this_talk_count(people: People, recall: Recall) -> None:
    talk, other = await Talk.open(people), await Talk.open(people, "Борис")
    await talk.say("client", "давно", days_ago=30.01)
    await talk.say("client", "недавно", days_ago=29.9)
    await other.say("client", "чужое")
    assert texts(await recall.load(await talk.turn())) == ["недавно"]


async def test_the_window_is_the_newest_lines_that_fit(people: People, recall: Recall) -> None:
    talk = await Talk.open(people)
    for number in range(40):
        await talk.say("client", f"строка {number}")
    remembered = await recall.load(await talk.turn())
    assert texts(remembered) == [f"строка {number}" for number in range(16, 40)]
    assert remembered.older > 0

    await talk.say("client", "длинно " * 1_000)
    for _ in range(4):
        await talk.say("bot", "ответ " * 240)
    shown = texts(await recall.load(await talk.turn()))
    assert len(shown) == 4
    assert all(text.startswith("ответ") for text in shown)

    await talk.say("client", "Ж" * 20_000)
    newest = texts(await recall.load(await talk.turn()))[-1]
    assert len(newest) == 1_500
    assert newest.endswith("Ж…")


async def test_a_long_talk_is_summed_up_and_the_summary_goes_on(people: People, recall: Recall) -> None:
    talk, scribe = await Talk.open(people), Scribe()
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    await talk.say("note", "только для своих")
    remembered = await recall.load(await talk.turn())
    assert recall.due(remembered)

    assert await recall.summarise(talk.number, scribe)
    lines, previous = scribe.calls[0]
    assert previous is None
    assert [line.text.split()[1] for line in lines] == [str(number) for number in range(36)]
    assert "только для своих" not in str(scribe.calls)

    remembered = await recall.load(await talk.turn())
    assert remembered.summary.startswith("строка 0 ")
    assert [text.split()[1] for text in texts(remembered)] == [str(number) for number in range(36, 60)]
    assert remembered.older == 0
    assert not recall.due(remembered)
    assert not await recall.summarise(talk.number, scribe), "nothing fell out of sight since"

    for number in range(60, 100):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    assert recall.due(await recall.load(await talk.turn()))
    assert await recall.summarise(talk.number, scribe)
    lines, previous = scribe.calls[1]
    assert previous is not None
    assert previous.startswith("строка 0 ")
    assert [line.text.split()[1] for line in lines] == [str(number) for number in range(36, 76)]
    assert (await recall.load(await talk.turn())).older == 0


async def test_a_very_long_talk_is_summed_up_in_steps(people: People, recall: Recall) -> None:
    talk, scribe = await Talk.open(people), Scribe()
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 200)
    while recall.due(await recall.load(await talk.turn())):
        assert await recall.summarise(talk.number, scribe)
    assert len(scribe.calls) > 1
    given = [line.text.split()[1] for lines, _ in scribe.calls for line in lines]
    assert given == [str(number) for number in range(len(given))], "each line once, in order"
    assert all(sum(len(line.text) for line in lines) <= 16_000 for lines, _ in scribe.calls)


async def test_a_summary_is_sealed_and_short(people: People, recall: Recall, db: Database) -> None:
    talk = await Talk.open(people)
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    assert await recall.summarise(talk.number, Scribe("Анне нужен бот. " * 1_000))
    body = await db.pool.fetchval("SELECT body FROM talk_summary")
    assert "Анне".encode() not in body
    assert len((await recall.load(await talk.turn())).summary) <= 3_000


async def test_no_summary_is_no_harm(people: People, recall: Recall, db: Database) -> None:
    talk = await Talk.open(people)
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    for scribe in (Scribe(None), Scribe("  ")):
        assert not await recall.summarise(talk.number, scribe)
        assert len(scribe.calls) == 1
    assert await db.pool.fetchval("SELECT count(*) FROM talk_summary") == 0
    assert recall.due(await recall.load(await talk.turn())), "it is asked for again"
    assert not await recall.summarise(999_999, Scribe())


async def test_what_is_older_than_thirty_days_is_not_told_by_the_summary_either(
    people: People, recall: Recall, db: Database
) -> None:
    talk, scribe = await Talk.open(people), Scribe()
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    await recall.summarise(talk.number, scribe)
    await db.pool.execute("UPDATE transcript SET created_at = created_at - interval '31 days'")
    await db.pool.execute("UPDATE talk_summary SET up_to = up_to - interval '31 days'")
    assert await recall.load(await talk.turn()) == Remembered()

    for number in range(60, 120):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    assert await recall.summarise(talk.number, scribe)
    lines, previous = scribe.calls[1]
    assert previous is None
    assert lines[0].text.startswith("строка 60 ")


async def test_the_job_writes_what_a_turn_asked_for(people: People, recall: Recall, db: Database) -> None:
    talk, scribe = await Talk.open(people), Scribe()
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    turn = await talk.turn()
    recall.ask(turn)
    recall.ask(turn)
    async with db.session() as session, session.begin():
        for effect in turn.effects:
            await effect(session)
    row = await db.pool.fetchrow("SELECT kind, payload FROM job")
    assert row is not None
    assert tuple(row) == (SUMMARISE, {"conversation_id": talk.number})
    assert await db.pool.fetchval("SELECT count(*) FROM job") == 1

    jobs = Jobs(db, Clock(), Journal(db, transactional=frozenset(), secret=b"s" * 32))
    recall.serve(jobs, scribe)
    jobs.start()
    async with asyncio.timeout(20):
        while await db.pool.fetchval("SELECT count(*) FROM job"):
            await asyncio.sleep(0.02)
    await jobs.stop()
    assert (await recall.load(await talk.turn())).summary.startswith("строка 0 ")


async def test_a_summary_is_exported_and_goes_with_the_person(
    people: People, recall: Recall, db: Database, keys: Keys, tmp_path: Path
) -> None:
    talk = await Talk.open(people)
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    await recall.summarise(talk.number, Scribe("Нужен бот для клиники"))
    client = await db.pool.fetchval("SELECT client_id FROM conversation WHERE id = $1", talk.number)
    exported = json.loads(as_json(await Exporter(db, keys).person(client)))
    assert exported["conversations"][0]["summary"] == "Нужен бот для клиники"

    await forget_person(db, keys, tmp_path, client)
    assert await db.pool.fetchval("SELECT count(*) FROM talk_summary") == 0
    assert not await recall.summarise(talk.number, Scribe())


async def test_a_person_forgotten_while_the_model_thinks_gets_no_summary(
    people: People, recall: Recall, db: Database, keys: Keys, tmp_path: Path
) -> None:
    talk = await Talk.open(people)
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    client = await db.pool.fetchval("SELECT client_id FROM conversation WHERE id = $1", talk.number)

    async def slow(conversation_id: int, lines: Sequence[Line], previous: str | None) -> str:
        await forget_person(db, keys, tmp_path, client)
        return "Нужен бот"

    assert not await recall.summarise(talk.number, slow)
    assert await db.pool.fetchval("SELECT count(*) FROM talk_summary") == 0


async def test_a_summary_outlives_a_change_of_the_master_key(people: People, recall: Recall, db: Database) -> None:
    talk = await Talk.open(people)
    for number in range(60):
        await talk.say("client", f"строка {number} " + "слово " * 20)
    await recall.summarise(talk.number, Scribe("Нужен бот"))
    ring = Keyring([("second", b"2" * 32), ("first", MASTER)])
    assert await rewrap_all(db, ring) == 0
    fresh = Keys(db, Keyring([("second", b"2" * 32)]))
    await fresh.start()
    talk.keys = fresh
    assert (await Recall(db, fresh, Clock()).load(await talk.turn())).summary == "Нужен бот"


async def test_lines_of_a_merged_record_are_read_under_their_own_key(
    people: People, recall: Recall, db: Database
) -> None:
    talk, other = await Talk.open(people), await Talk.open(people, "Борис")
    await talk.say("client", "под своим ключом")
    await db.pool.execute("UPDATE conversation SET key_id = o.key_id FROM conversation o WHERE o.id = $1", other.number)
    await talk.say("client", "под новым")
    turn = await talk.turn()
    assert texts(await recall.load(turn)) == ["под своим ключом", "под новым"]

    await db.pool.execute("UPDATE data_key SET wrapped = NULL WHERE id <> $1", turn.key.id)
    fresh = Recall(db, Keys(db, people.keys.ring), Clock())
    assert texts(await fresh.load(turn)) == ["под новым"]
