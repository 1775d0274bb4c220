"""The number lock and its neighbours over a whole answer, and over the part of a stream that may already be shown."""

from collections.abc import Iterable, Mapping

from bot.assistant.guard import leaks, promises
from bot.assistant.guard.backing import unbacked
from bot.assistant.guard.canon import plain, sentences
from bot.assistant.guard.claims import sentence_claims
from bot.assistant.guard.leaks import Secrets
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.topics import OPTION, Services
from bot.assistant.guard.violation import Violation
from bot.understand.words import fold

__all__ = ["MAX_ANSWER", "Guard", "Violation"]

MAX_ANSWER = 8_000
"""Characters of an answer; a longer one is no answer for a messenger and is refused."""

_KINDS = {
    "bare": "number",
    "unclear": "number",
    "ordinal": "number",
    "code": "number",
    "month": "date",
    "year": "date",
    "relative": "date",
    "weekday": "date",
    "always": "clock",
    "fraction": "times",
}


class Guard:
    """Built once with what must never come out; checks answers in Russian and English. Pure: no state but caches."""

    def __init__(
        self,
        *,
        secrets: Iterable[str] = (),
        prompts: Iterable[str] = (),
        internal: Iterable[str] = (),
        services: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """`prompts`: pieces of the system prompt; `internal`: names of tools, settings; `services`: id → names."""
        self._secrets = Secrets(secrets=secrets, prompts=prompts, internal=internal)
        self._services = Services(services or {})

    def check(self, text: str, sources: Sources) -> list[Violation]:
        """Everything in a whole answer that may not be said; empty when it may go out as it is."""
        if len(text) > MAX_ANSWER:
            return [Violation("length", text[:80], f"an answer has at most {MAX_ANSWER} characters")]
        found = self._whole(text, sources)
        clean = plain(text)
        # An answer that names a service speaks of that one; one that names none speaks of what was asked.
        alone = not any(not one.startswith(OPTION) for one in self._services.named(fold(clean)))
        for at, (sentence, heading) in enumerate(_with_headings(clean)):
            found += self._sentence(sentence, heading, sources, alone=alone)
            if at == 0 and (violation := promises.affirms(sentence, sources, self._services)):
                found.append(violation)
        return list(dict.fromkeys(found))

    def whole_sentences(self, text: str, sources: Sources) -> str:
        """The longest beginning of a streamed answer that is whole sentences and passed; never cuts a number."""
        shown = ""
        pieces = sentences(text[:MAX_ANSWER])
        for piece in pieces[:-1]:
            if not self._passes(shown + piece, piece, sources):
                break
            shown += piece
        return shown.rstrip()

    def _passes(self, so_far: str, piece: str, sources: Sources) -> bool:
        known = sources.passed.get(so_far)
        if known is None:
            known = not self.check(so_far, sources)
            sources.passed[so_far] = known
        return known

    def _whole(self, text: str, sources: Sources) -> list[Violation]:
        return leaks.find(text, sources, self._secrets)

    def _sentence(self, sentence: str, heading: str, sources: Sources, *, alone: bool) -> list[Violation]:
        key = (sentence, heading, alone)
        known = sources.judged.get(key)
        if known is None:
            known = sources.judged[key] = self._judge(sentence, heading, sources, alone=alone)
        return known

    def _judge(self, sentence: str, heading: str, sources: Sources, *, alone: bool) -> list[Violation]:
        found = []
        for claim in sentence_claims(sentence, heading):
            reason = unbacked(claim, sources, self._services, alone=alone)
            if reason:
                found.append(Violation(_KINDS.get(claim.kind, claim.kind), claim.said, reason))
        percents = [one.kind for one in sentence_claims(sentence, heading) if one.kind == "percent"]
        return found + promises.find(sentence, sources, counted=bool(percents) and not found)


def _with_headings(clean: str) -> Iterable[tuple[str, str]]:
    heading = ""
    for sentence in sentences(clean):
        stripped = sentence.strip()
        if stripped:
            yield stripped, heading
        if stripped.startswith("#") or stripped.endswith(":"):
            heading = fold(stripped)
