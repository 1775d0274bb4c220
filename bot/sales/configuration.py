"""What a client wants priced: read from anything, checked against the price list, every mistake told at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.sales.price_model import Choice, Option, Package, PriceList, Ref, Value
from infra.errors import AppError

MAX_FIELDS = 50
MAX_NAME = 64
MAX_MISTAKES = 20

_WHOLE = "Нужно целое число."
_UNKNOWN_PACKAGE = "Такой услуги нет в прайсе."
_NO_PACKAGE = "Выберите услугу."


@dataclass(frozen=True, slots=True)
class Configuration:
    """A package with quantities of its options and values of the choices, by id. What is omitted is default."""

    package: str
    options: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


class QuoteError(AppError):
    """The configuration cannot be priced. `fields`: `package`, `options.crm`, `choices.volume` → Russian text."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(
            f"configuration refused: {', '.join(sorted(self.fields))}",
            public=" ".join(dict.fromkeys(self.fields.values())),
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A checked configuration: options with a quantity above zero, and a value for every choice."""

    package: Package
    options: tuple[tuple[Option, int], ...]
    choices: tuple[tuple[Choice, Value], ...]

    @property
    def configuration(self) -> Configuration:
        return Configuration(
            self.package.id,
            {option.id: quantity for option, quantity in self.options},
            {choice.id: value.id for choice, value in self.choices},
        )

    def has(self, ref: Ref) -> bool:
        if ref.kind == "choice":
            return any(choice.id == ref.owner and value.id == ref.id for choice, value in self.choices)
        if ref.owner and ref.owner != self.package.id:
            return False
        return any(option.id == ref.id for option, _ in self.options)

    def title(self, price_list: PriceList, ref: Ref) -> str:
        """How a part that a rule names is called for the client."""
        if ref.kind == "choice":
            choice = price_list.choice(ref.owner)
            value = choice.value(ref.id) if choice else None
            return f"«{choice.line}: {value.title}»" if choice and value else f"«{ref}»"
        owner = price_list.package(ref.owner) if ref.owner else self.package
        option = owner.option(ref.id) if owner else None
        return f"«{option.title}»" if option else f"«{ref.id}»"


def parse_configuration(obj: object) -> Configuration:
    """A configuration from parsed JSON of any shape; strict on types and sizes; raises QuoteError and nothing else."""
    if not isinstance(obj, dict):
        raise QuoteError({"package": _NO_PACKAGE})
    mistakes: dict[str, str] = {}
    for key in list(obj)[:MAX_FIELDS]:
        if key not in ("package", "options", "choices"):
            mistakes[_name(key)] = "Такого поля нет."
    package = obj.get("package")
    if package is None or package == "":
        mistakes["package"] = _NO_PACKAGE
    elif not isinstance(package, str) or len(package) > MAX_NAME:
        mistakes["package"] = _UNKNOWN_PACKAGE
    options = _mapping(obj.get("options", {}), "options", _quantity_mistake, mistakes)
    choices = _mapping(obj.get("choices", {}), "choices", _value_mistake, mistakes)
    if mistakes or not isinstance(package, str):
        raise QuoteError(dict(list(mistakes.items())[:MAX_MISTAKES]))
    return Configuration(
        package,
        {key: quantity for key, quantity in options.items() if isinstance(quantity, int)},
        {key: value for key, value in choices.items() if isinstance(value, str)},
    )


def check(price_list: PriceList, configuration: Configuration) -> Selection:
    """The configuration with everything looked up; raises QuoteError with every mistake in it."""
    package = price_list.package(configuration.package)
    if package is None:
        raise QuoteError({"package": _UNKNOWN_PACKAGE if configuration.package else _NO_PACKAGE})
    mistakes: dict[str, str] = {}
    for key, quantity in configuration.options.items():
        mistake = _option_mistake(package, key, quantity)
        if mistake:
            mistakes[f"options.{_name(key)}"] = mistake
    values: list[tuple[Choice, Value]] = []
    for choice in price_list.choices:
        value = choice.value(configuration.choices.get(choice.id, choice.values[0].id))
        if value is None:
            mistakes[f"choices.{choice.id}"] = f"Такого значения нет, есть: {_titles(choice)}."
        else:
            values.append((choice, value))
    for key in configuration.choices:
        if price_list.choice(key) is None:
            mistakes[f"choices.{_name(key)}"] = "Такого параметра нет."
    quantities = [
        (option, configuration.options[option.id])
        for option in package.options
        if f"options.{option.id}" not in mistakes and configuration.options.get(option.id)
    ]
    selection = Selection(package, tuple(quantities), tuple(values))
    _check_rules(price_list, selection, mistakes)
    if mistakes:
        raise QuoteError(dict(list(mistakes.items())[:MAX_MISTAKES]))
    return selection


def _check_rules(price_list: PriceList, selection: Selection, mistakes: dict[str, str]) -> None:
    for refs in price_list.excludes:
        if all(selection.has(ref) for ref in refs):
            titles = " и ".join(selection.title(price_list, ref) for ref in refs)
            for ref in refs:
                mistakes.setdefault(ref.field, f"Вместе не делаем: {titles}.")
    for rule in price_list.requires:
        absent = [ref for ref in rule.needs if not selection.has(ref)]
        if selection.has(rule.what) and absent:
            titles = " и ".join(selection.title(price_list, ref) for ref in absent)
            what = selection.title(price_list, rule.what)
            mistakes.setdefault(rule.what.field, f"К {what} нужно добавить: {titles}.")


def _option_mistake(package: Package, key: str, quantity: object) -> str | None:
    option = package.option(key)
    if option is None:
        return "У этой услуги нет такой опции."
    mistake = _quantity_mistake(quantity)
    if mistake is None and isinstance(quantity, int) and quantity > option.max:
        return f"Можно не больше {option.max}."
    return mistake


def _quantity_mistake(quantity: object) -> str | None:
    if isinstance(quantity, bool) or not isinstance(quantity, int):
        return _WHOLE
    return "Количество не может быть меньше нуля." if quantity < 0 else None


def _value_mistake(value: object) -> str | None:
    return None if isinstance(value, str) and 0 < len(value) <= MAX_NAME else "Такого значения нет."


def _mapping(
    obj: object, name: str, mistake_in: Callable[[object], str | None], mistakes: dict[str, str]
) -> dict[str, object]:
    if not isinstance(obj, dict):
        mistakes[name] = "Здесь нужен набор пар «имя: значение»."
        return {}
    if len(obj) > MAX_FIELDS:
        mistakes[name] = f"Не больше {MAX_FIELDS} строк."
        return {}
    for key, value in obj.items():
        mistake = mistake_in(value)
        if not isinstance(key, str) or len(key) > MAX_NAME:
            mistake = "Такого имени нет."
        if mistake:
            mistakes[f"{name}.{_name(key)}"] = mistake
    return obj


def _titles(choice: Choice) -> str:
    return ", ".join(f"«{value.title}»" for value in choice.values)


def _name(key: object) -> str:
    """A name from outside, fit to be shown back: short, printable, and valid in UTF-8."""
    shown = "".join(c if c.isprintable() else "?" for c in str(key)[:MAX_NAME])
    return shown or "?"
