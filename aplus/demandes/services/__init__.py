"""Acting on demandes: one transaction, one journal line, domain errors."""
