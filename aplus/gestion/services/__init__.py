"""Acting on groupes and their people."""
