"""Look a lock up among the known vulnerabilities, by pip-audit: `python deploy/audit.py requirements.txt`.

Ends with 1 where there are any, or where the lock cannot be read. Where nobody answers, as on a closed
network, it says so in one line and ends with 0: a change is not to wait for that.
"""

import json
import subprocess
import sys

OPTIONS = [
    "--require-hashes",
    "--disable-pip",
    "--format",
    "json",
    "--progress-spinner",
    "off",
    "--timeout",
    "15",
]
# How pip-audit ends when the service cannot be reached, or cannot answer.
NOBODY_ANSWERS = ("requests.exceptions.", "ConnectionError", "ServiceError")


def main(lock: str) -> int:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pip_audit", "--requirement", lock, *OPTIONS],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except ValueError:
        if any(word in done.stderr for word in NOBODY_ANSWERS):
            print("Not audited: no service of vulnerabilities can be reached from here.")
            return 0
        sys.stderr.write(done.stderr)
        return 1
    looked_up = [library for library in libraries if "vulns" in library]
    found = [(library, vulnerability) for library in looked_up for vulnerability in library["vulns"]]
    for library, vulnerability in found:
        mended = ", ".join(vulnerability["fix_versions"]) or "none yet"
        print(f"{library['name']} {library['version']}: {vulnerability['id']}, mended in {mended}")
    if not looked_up:
        print("Not audited: no service of vulnerabilities that is reached from here knows these libraries.")
    else:
        print(f"{len(looked_up)} of {len(libraries)} libraries audited, {len(found)} vulnerabilities known.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
