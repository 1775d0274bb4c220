"""What a client tells about themselves reaches no vendor: neither a model nor the embedding service, in any channel."""

from tests.bot.assistant.test_dialogue import script
from tests.bot.assistant.test_planted import assert_nothing_left, planted_client
from tests.conftest import new_client
from tests.harness import Client, World


async def test_nothing_planted_leaves(assisted: World, asking: Client) -> None:
    """Two vendors, so that both see the whole talk; the answers call the client by the placeholder they were given."""
    for number, dialogue in enumerate(planted_client(seed=len(asking.channel), dialogues=4)):
        vendor, other = ("openai", "anthropic") if number % 2 else ("anthropic", "openai")
        await script(assisted, other, {"fault": "error"}, loop=True)
        await script(assisted, vendor, {"text": "Это подскажет человек, [NAME_1]."}, loop=True)
        client = await new_client(asking.channel, assisted)
        for said in dialogue.messages:
            await client.send(said)
            await client.send(f"Как вы работаете с магазинами? {said}")
        assert "[NAME_1]" not in client.text
        for name in ("openai", "anthropic"):
            seen = await assisted.get(f"{assisted.sandbox_url}/inspect/{name}")
            assert_nothing_left(seen["requests"], dialogue.planted)
        paths = {one["path"] for one in (await assisted.get(f"{assisted.sandbox_url}/inspect/openai"))["requests"]}
        assert any("embeddings" in path for path in paths)
        assert any("chat" in path for path in paths)
