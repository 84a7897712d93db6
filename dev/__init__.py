"""What developers and the demo need and the product does not: launcher, demo world, benchmark."""
