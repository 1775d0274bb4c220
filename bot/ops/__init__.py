"""The operator's commands: a person's rights under 152-ФЗ, rotation of keys, backup and restore."""
