"""The stages of the dialogue, one a file. Forms are aiogram scenes; a position names a scene and little else."""

from functools import partial

from aiogram import Dispatcher, Router
from aiogram.fsm.scene import SceneRegistry

from bot.jobs import Jobs
from bot.privacy.erase import forget
from bot.scenes.brief import Brief
from bot.scenes.calculator import Calculator
from bot.scenes.objections import REMIND
from bot.scenes.privacy import FORGET
from bot.scenes.reminders import remind
from bot.services import Services

SCENES = (Calculator, Brief)


def setup(dispatcher: Dispatcher) -> None:
    """Make the scenes known; their routers stand where `bot.handlers.setup` puts them, behind commands and buttons."""
    SceneRegistry(dispatcher, register_on_add=False).add(*SCENES)


def include(router: Router) -> None:
    """Put the scenes' handlers into this router, in order."""
    for scene in SCENES:
        router.include_router(scene.as_router())


def register(jobs: Jobs, services: Services) -> None:
    """The background jobs of the client's side."""
    jobs.register(REMIND, partial(remind, services))
    jobs.register(FORGET, partial(forget, services))
