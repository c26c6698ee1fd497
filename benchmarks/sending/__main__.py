"""The command: `make bench`, which passes ARGS on."""

import argparse
import signal
import sys

import django

from . import BenchmarkError, environment, results
from .report import ROWS, in_short, table
from .results import Round
from .sink import find_smtp_sink

NAMES = list(dict.fromkeys(row.measure for row in ROWS))


def main() -> None:
    # As Ctrl-C: workers, mail server and database are taken away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options()
    try:
        find_smtp_sink()
        with environment.prepared() as port:
            django.setup()
            print("\n" + "\n\n".join(_measure(options, port)))
    except BenchmarkError as error:
        sys.exit(f"benchmarks/sending: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _measure(options: argparse.Namespace, port: int) -> tuple[str, str]:
    """Give the machine and the table, after each figure was shown as it came."""
    # Models are there only now.
    from .database import own_database
    from .machine import describe
    from .measures import MEASURES
    from .workers import own_queue

    rounds = []
    with own_queue(), own_database():
        machine = describe()
        results.keep(machine=machine)
        on = "Measured on " + ", ".join(f"{name} {value}" for name, value in machine.items()) + "."
        print(on, flush=True)
        for name in options.only or NAMES:
            for number in range(1, options.rounds + 1):
                made = Round(name, number, MEASURES[name](options.recipients, port))
                rounds.append(made)
                results.keep_round(made)
                print(in_short(made), flush=True)
    return on, table(rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/sending",
        description="Measure how fast mails go out, and what that costs. See benchmarks/README.md.",
    )
    parser.add_argument(
        "--recipients",
        type=int,
        default=10_000,
        metavar="N",
        help="of a mailing; growth takes ten times as many too, planning a hundred times",
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of each measure")
    parser.add_argument("--only", action="append", choices=NAMES, help="leave out the others; may repeat")
    parser.add_argument(
        "--quick",
        action="store_const",
        const={"recipients": 1_000, "rounds": 1},
        help="1,000 recipients and one round: to see that it works, its figures say little",
    )
    options = parser.parse_args()
    vars(options).update(options.quick or {})
    if options.recipients < 1 or options.rounds < 1:
        parser.error("less than one is nothing to measure")
    return options


if __name__ == "__main__":
    main()
