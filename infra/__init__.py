"""What everything stands on: settings, clock, database, servers, encryption, logging. Knows none of the other packages."""
