"""The tables as ORM models, a noun a file. The hot path (inbox, turns, journal) speaks plain SQL instead."""
