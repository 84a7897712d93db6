"""Files: recognise, convert, encrypt, store, serve."""
