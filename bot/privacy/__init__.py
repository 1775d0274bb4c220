"""What belongs to the person: erasure by destroying their key."""
