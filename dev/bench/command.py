"""`python -m dev.bench.command`: the benchmark, in the environment that `./run bench` gives."""

import django

if __name__ == "__main__":
    django.setup()
    from dev.bench.measuring import main  # its models need django.setup()

    raise SystemExit(main())
