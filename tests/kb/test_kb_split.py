"""Chunks follow headings, stay within size, and never cut a sentence or a list item."""

from hypothesis import given
from hypothesis import strategies as st

from kb.parse import Block, Parsed, parse_markdown
from kb.split import LONGEST, MOST_WORDS, sentences, split


def test_sentences_survive_abbreviations_and_numbers() -> None:
    text = "Цена от 120 тыс. ₽, см. п. 3. Подробнее у А. С. Петрова и т. д. Звоните! «Быстро?» Да."
    assert sentences(text) == [
        "Цена от 120 тыс. ₽, см. п. 3.",
        "Подробнее у А. С. Петрова и т. д.",
        "Звоните!",
        "«Быстро?»",
        "Да.",
    ]


def test_each_section_is_a_chunk_with_its_path() -> None:
    chunks = split(
        parse_markdown("# Оплата\n\nВступление.\n\n## Сроки\n\nПять дней.\n\n### Акт\n\nДесять.\n\n## НДС\n\nПять.")
    )
    assert [(chunk.heading, chunk.text) for chunk in chunks] == [
        (("Оплата",), "Вступление."),
        (("Оплата", "Сроки"), "Пять дней."),
        (("Оплата", "Сроки", "Акт"), "Десять."),
        (("Оплата", "НДС"), "Пять."),
    ]


def test_a_list_stays_with_what_announces_it() -> None:
    long = " ".join(["слово"] * 190) + "."
    text = f"# Т\n\n{long}\n\nВходит:\n\n- " + " ".join(["пункт"] * 60) + "\n- второй\n"
    last = split(parse_markdown(text))[-1].text
    assert last.startswith("Входит:\n- пункт")
    assert last.endswith("- второй")


def test_a_long_section_is_parted_evenly() -> None:
    text = " ".join(f"Предложение номер {number} про оплату и сроки." for number in range(100))
    sizes = [len(chunk.text.split()) for chunk in split(Parsed("Т", (Block("paragraph", text),)))]
    assert sum(sizes) == 700
    assert max(sizes) <= MOST_WORDS
    assert min(sizes) >= 120


_SENTENCE = st.integers(1, 40).map(lambda count: "Слово " + "слово " * count + "конец.")
_BLOCK = st.one_of(
    st.builds(Block, st.just("heading"), st.sampled_from(["Сроки", "Оплата"]), st.integers(1, 3)),
    st.builds(Block, st.just("paragraph"), st.lists(_SENTENCE, min_size=1, max_size=9).map(" ".join)),
    st.builds(Block, st.just("item"), _SENTENCE),
)


@given(st.lists(_BLOCK, max_size=30))
def test_nothing_is_lost_cut_or_too_long(blocks: list[Block]) -> None:
    chunks = split(Parsed("Имя", tuple(blocks)))
    units = [
        unit
        for block in blocks
        if block.kind != "heading"
        for unit in (sentences(block.text) if block.kind == "paragraph" else [block.text])
    ]
    found = [unit for chunk in chunks for line in chunk.text.split("\n") for unit in sentences(line.removeprefix("- "))]
    assert [unit for unit in found if unit] == units
    assert all(len(chunk.text.replace("- ", "").split()) <= MOST_WORDS for chunk in chunks)


def test_a_text_without_sentences_is_cut_all_the_same() -> None:
    words = " ".join(f"слово{number}" for number in range(1000))
    chunks = split(Parsed("Т", (Block("paragraph", words), Block("item", "ъ" * 20_000))))
    assert all(len(chunk.text) <= LONGEST + 2 and len(chunk.text.split()) <= MOST_WORDS + 1 for chunk in chunks)
    text = "".join(chunk.text for chunk in chunks)
    assert all(f"слово{number}" in text for number in range(1000))
    assert text.count("ъ") == 20_000
