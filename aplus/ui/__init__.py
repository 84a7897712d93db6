"""Page skeleton and DSFR components: no domain word."""
