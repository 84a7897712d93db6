"""The worlds at scale and the benchmark of docs/mesures.md: `./run bench`."""
