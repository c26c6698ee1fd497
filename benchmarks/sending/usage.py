"""What a process took of the machine."""

import re
from pathlib import Path

import psutil


def cpu_seconds(processes: list[psutil.Popen]) -> float:
    """Give the CPU time, user and system, that the processes have used since they began."""
    times = [process.cpu_times() for process in processes]
    return sum(time.user + time.system for time in times)


def peak_bytes(pid: int | str = "self") -> int:
    """Give the most memory (RSS) that a process ever held, as Linux remembers it: no sample misses it.

    Not `ru_maxrss`, which a child inherits from the process that started it.
    """
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if match is None:
        raise ProcessLookupError(f"process {pid} is no more")
    return int(match[1]) * 1024
