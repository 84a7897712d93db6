"""Reading groupes, their people, and the own account."""
