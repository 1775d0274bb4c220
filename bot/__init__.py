"""The conversation and the sale."""

from infra import lazy_models

lazy_models.install()
