"""The managers' chat: a topic and a card for each conversation; people take, answer, note, close, and hand back."""

from functools import partial

from bot.desk import escalate, files, knowledge, publish
from bot.desk.members import upsert_managers
from bot.desk.router import setup
from bot.held import ALERT
from bot.jobs import Jobs
from bot.sales.leads import CARD, ESCALATE
from bot.services import Services
from bot.talk import FILE, RELAY

__all__ = ["register", "setup", "upsert_managers"]


def register(jobs: Jobs, services: Services) -> None:
    """The background work of the desk; each kind's payload holds ids only."""
    for kind, work in (
        (CARD, publish.publish_card),
        (RELAY, publish.relay),
        (FILE, files.pass_on),
        (ALERT, publish.alert),
        (knowledge.REPORT, knowledge.report),
        (publish.TALK, publish.freshen),
        (ESCALATE, escalate.escalate),
        (escalate.PUT_OFF, escalate.put_off),
        (escalate.RETURN_OFFER, escalate.offer_return),
    ):
        jobs.register(kind, partial(work, services))
