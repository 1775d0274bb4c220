"""The Bot API methods of the simulated Telegram; importing this package registers them all."""

from sandbox.telegram.methods import account, chats, editing, sending, topics

__all__ = ["account", "chats", "editing", "sending", "topics"]
