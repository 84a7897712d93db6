"""Reading for pilotage: places, the directory, people: metadata only."""
