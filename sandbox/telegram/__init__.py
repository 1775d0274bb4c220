"""The simulated Telegram: the Bot API server, the people in its chats, and what they see."""
