"""Settings, clock, database, embedded servers, encryption, logging: what all else stands on; knows none of it."""
