"""base is production; dev is the demo; test is strict."""
