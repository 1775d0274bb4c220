"""The sale: prices, quotes and what follows from them. Nothing here knows the channel or aiogram."""
