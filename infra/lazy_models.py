"""Lets aiogram's 600 pydantic models build themselves on first use instead of all at import.

`import aiogram` spends three quarters of its time building validators that this program never uses. aiogram already
declares `defer_build=True`, but then calls `model_rebuild` on every type to resolve forward references; here the
names it passes are kept and each model is built when it is first needed. See docs/decisions/0001-lazy-models.md.
"""

import sys
from typing import Any

from pydantic import BaseModel


def install() -> None:
    """Patch pydantic before aiogram is first imported; a no-op when aiogram is already loaded or on a second call."""
    if "aiogram.types" in sys.modules or getattr(BaseModel.model_rebuild, "lazy_aiogram", False):
        return
    eager = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]  # a classmethod's own function
    names: dict[str, Any] = {}

    def model_rebuild(
        cls: type[BaseModel],
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: dict[str, Any] | None = None,
    ) -> bool | None:
        if not cls.__module__.startswith("aiogram."):
            result: bool | None = eager(
                cls,
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )
            return result
        if _types_namespace is not None:
            names.update(_types_namespace)
            return None
        built: bool | None = eager(cls, force=force, raise_errors=raise_errors, _types_namespace=names)
        return built

    model_rebuild.lazy_aiogram = True  # type: ignore[attr-defined]  # marks the patch for the check above
    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[method-assign,assignment]  # the patch itself
