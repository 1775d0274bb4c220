"""Mail over real SMTP: whole letters arrive, every failure says whether the letter may have left."""

import asyncio
import ssl
from typing import Any

import pytest
from vendors_kit import Outer, outer_world

from adapters.mail import Attachment, Mailer, Message, Server
from infra.errors import ConfigError, OutcomeUnknown, VendorDown, VendorRefused

ICS = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Встреча\nEND:VEVENT\nEND:VCALENDAR\n"


async def port(outer: Outer) -> int:
    return int((await outer.get("/health"))["smtp_port"])


async def mailer(outer: Outer, seconds: float = 10.0, **server: Any) -> Mailer:
    return Mailer(
        Server("localhost", await port(outer), **server), "Студия «Рост» <bot@studio.example>", seconds=seconds
    )


def letter(number: int = 1, **more: Any) -> Message:
    given = {"to": ("anna@example.ru",), "subject": "Счёт № 12", "text": "Здравствуйте, Анна."} | more
    return Message(message_id=f"letter-{number}@studio.example", **given)


async def box(outer: Outer) -> list[dict[str, Any]]:
    return list((await outer.get("/inspect/mail"))["state"]["messages"])


async def test_a_letter_arrives_whole(outer: Outer) -> None:
    document = Attachment("Счёт № 12.pdf", b"%PDF-1.7 " + bytes(range(256)) * 400)
    html = "<p>Здравствуйте, <b>Анна</b>.</p>"
    sender = await mailer(outer)
    delivery = await sender.send(
        letter(html=html, attachments=(document,), calendar=ICS, calendar_method="REQUEST", reply_to="help@studio.ru")
    )
    assert delivery.accepted == ("anna@example.ru",)
    [seen] = await box(outer)
    assert (seen["subject"], seen["to"], seen["from"]) == ("Счёт № 12", ["anna@example.ru"], "bot@studio.example")
    assert seen["message_id"] == "<letter-1@studio.example>"
    assert seen["headers"]["From"] == "Студия «Рост» <bot@studio.example>"
    assert seen["headers"]["Reply-To"] == "help@studio.ru"
    assert seen["text"].strip() == "Здравствуйте, Анна."
    assert seen["html"].strip() == html
    assert "SUMMARY:Встреча" in seen["calendar"]
    assert [one["filename"] for one in seen["attachments"]] == ["invite.ics", "Счёт № 12.pdf"]
    async with outer.http.get(f"{outer.base}/inspect/mail/attachment?message=1&index=1") as answer:
        assert await answer.read() == document.body
    async with outer.http.get(f"{outer.base}/inspect/mail/raw?message=1") as answer:
        assert (await answer.read()).isascii()


async def test_encrypted_and_logged_in() -> None:
    async with outer_world(smtp_auth="bot:secret") as outer:
        async with outer.http.get(f"{outer.base}/inspect/mail/certificate") as answer:
            trust = ssl.create_default_context(cadata=await answer.text())
        right = Server("localhost", await port(outer), user="bot", password="secret", starttls=True)
        sender = Mailer(right, "bot@studio.example", context=trust)
        await sender.ping()
        await sender.send(letter())
        [seen] = await box(outer)
        assert (seen["tls"], seen["user"]) == (True, "bot")
        wrong = Server("localhost", await port(outer), user="bot", password="wrong", starttls=True)
        with pytest.raises(VendorRefused, match="535") as refused:
            await Mailer(wrong, "bot@studio.example", context=trust).send(letter(2))
        assert "wrong" not in str(refused.value)
        nobody = Server("localhost", await port(outer))
        with pytest.raises(VendorRefused, match="530"):
            await Mailer(nobody, "bot@studio.example").send(letter(3))
        with pytest.raises(VendorDown):  # a certificate that nobody vouches for
            await Mailer(right, "bot@studio.example").send(letter(4))
        assert len(await box(outer)) == 1


@pytest.mark.parametrize(
    ("mode", "error"), [("error", VendorDown), ("down", VendorDown), ("garbage", VendorDown), ("refuse", VendorRefused)]
)
async def test_what_was_not_sent_is_told_from_what_will_never_be(
    outer: Outer, mode: str, error: type[Exception]
) -> None:
    await outer.fault("mail", mode)
    sender = await mailer(outer)
    with pytest.raises(error):
        await sender.send(letter())
    assert await box(outer) == []
    await sender.send(letter())
    assert len(await box(outer)) == 1


@pytest.mark.parametrize("mode", ["cut", "slow"])
async def test_a_lost_answer_leaves_the_outcome_unknown(outer: Outer, mode: str) -> None:
    await outer.fault("mail", mode, seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        await (await mailer(outer, seconds=0.3)).send(letter())
    assert [one["message_id"] for one in await box(outer)] == ["<letter-1@studio.example>"]


async def test_one_wrong_address_does_not_keep_the_others_from_their_letter(outer: Outer) -> None:
    await outer.post("/play/mail", {"refuse": "gone@example.ru"})
    await outer.post("/play/mail", {"refuse": "busy@example.ru", "code": 450})
    sender = await mailer(outer)
    delivery = await sender.send(letter(to=("gone@example.ru", "anna@example.ru", "busy@example.ru")))
    assert (delivery.accepted, delivery.refused, delivery.later) == (
        ("anna@example.ru",),
        ("gone@example.ru",),
        ("busy@example.ru",),
    )
    with pytest.raises(VendorRefused, match="550"):
        await sender.send(letter(2, to=("gone@example.ru",)))
    with pytest.raises(VendorDown, match="450"):
        await sender.send(letter(3, to=("gone@example.ru", "busy@example.ru")))
    assert [one["to"] for one in await box(outer)] == [["anna@example.ru"]]


async def test_no_input_breaks_out_of_the_head_of_a_letter(outer: Outer) -> None:
    sender = await mailer(outer)
    await sender.send(letter(subject="Счёт\r\nBcc: thief@example.org", attachments=(Attachment('a"/\r\nb.pdf', b"x"),)))
    [seen] = await box(outer)
    assert seen["subject"] == "Счёт Bcc: thief@example.org"
    assert "Bcc" not in seen["headers"]
    for address in ("a@b.ru\r\nRCPT TO:<c@d.ru>", "a@b.ru, c@d.ru", "<a@b.ru>", "", "a b@c.ru", "имя@example.ru"):
        with pytest.raises(VendorRefused):
            await sender.send(letter(2, to=(address,)))
    with pytest.raises(VendorRefused):
        await sender.send(Message("evil>\r\nX: y@z.ru", ("a@b.ru",), "s", "t"))
    with pytest.raises(VendorRefused):
        await sender.send(letter(to=()))
    assert len(await box(outer)) == 1


async def test_a_russian_domain_is_written_to(outer: Outer) -> None:
    await (await mailer(outer)).send(letter(to=("ivan@почта.рф",)))
    assert (await box(outer))[0]["to"] == ["ivan@xn--80a1acny.xn--p1ai"]


async def test_a_letter_that_is_too_large_is_not_tried(outer: Outer) -> None:
    huge = Attachment("huge.bin", bytes(16 * 1024 * 1024))
    with pytest.raises(VendorRefused, match="too large"):
        await (await mailer(outer)).send(letter(attachments=(huge,)))
    assert (await outer.get("/inspect/mail"))["requests"] == []


async def test_nobody_listens() -> None:
    with pytest.raises(VendorDown):
        await Mailer(Server("127.0.0.1", 9), "bot@studio.example", seconds=2).send(letter())


async def test_many_at_once(outer: Outer) -> None:
    sender = await mailer(outer)
    await asyncio.gather(*(sender.send(letter(number)) for number in range(20)))
    assert {one["message_id"] for one in await box(outer)} == {f"<letter-{n}@studio.example>" for n in range(20)}


def test_the_address_of_a_server_is_read_and_never_repeated() -> None:
    assert Server.parse("smtp://u%40x:p%3Aq@mail.example:2525?starttls=1") == Server(
        "mail.example", 2525, "u@x", "p:q", starttls=True
    )
    assert Server.parse("smtps://mail.example").port == 465
    assert Server.parse("smtp://mail.example?starttls=1").port == 587
    for wrong in (
        "http://secret@mail.example",
        "smtp://",
        "smtp://u:secret@mail.example:25",
        "smtp://mail.example?secret=1",
        "smtp://mail.example:secret",
        "smtps://mail.example?starttls=1",
        "smtp://mail.example?starttls=secret",
    ):
        with pytest.raises(ConfigError) as refused:
            Server.parse(wrong)
        assert "secret" not in str(refused.value)
