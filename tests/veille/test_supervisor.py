"""Children that live and die together, with real processes."""

import random
import socket
import subprocess
import sys
import time

import psutil
import pytest

from veille.embedded.ports import listen, port_of
from veille.embedded.supervisor import ChildStopped, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def house(tmp_path):
    house = Supervisor(tmp_path, cwd=tmp_path, env={})
    yield house
    house.stop()


def pids(parent=None):
    return {child.pid for child in (parent or psutil.Process()).children(recursive=True)}


def test_it_ends_all_children(house):
    before = pids()
    house.start("one", SLEEP)
    house.start("two", SLEEP)
    ours = pids() - before
    house.stop()
    assert len(ours) == 2
    assert not any(psutil.pid_exists(pid) for pid in ours)


def test_it_ends_grandchildren_whose_parent_was_killed(house, tmp_path):
    script = f"import subprocess, sys; print(subprocess.Popen({SLEEP!r}).pid, flush=True); {SLEEP[2]}"
    house.start("parent", [sys.executable, "-c", script])
    log = tmp_path / "log" / "parent.log"
    house.wait_until(lambda: log.read_text().endswith("\n"))
    grandchild = psutil.Process(int(log.read_text()))
    grandchild.parent().kill()
    house.stop()
    _gone, alive = psutil.wait_procs([grandchild], timeout=5)
    # A container's first process may leave the dead unburied.
    assert [process.status() for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_it_tells_which_child_ended_and_what_it_said_last(house):
    house.start("calm", SLEEP)
    house.start("rash", [sys.executable, "-c", "print('out of coffee'); raise SystemExit(3)"])
    with pytest.raises(ChildStopped) as stopped:
        house.watch()
    assert (stopped.value.name, stopped.value.code) == ("rash", 3)
    assert stopped.value.last_lines() == "out of coffee"


def test_it_waits_no_longer_than_it_was_told(house):
    house.start("calm", SLEEP)
    with pytest.raises(TimeoutError):
        house.wait_until(lambda: False, seconds=0.2)


def test_a_later_one_ends_what_a_killed_one_left(house, tmp_path):
    house.start("orphan", SLEEP)
    later = Supervisor(tmp_path, cwd=tmp_path, env={})
    assert later.end_leftovers() == ["orphan"]
    with pytest.raises(ChildStopped):
        house.watch()


def test_a_stranger_with_the_number_of_a_former_child_is_left_alone(house, tmp_path):
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    (tmp_path / "children.json").write_text(f'{{"worker": [{stranger.pid}, {time.time() - 3600}]}}')
    assert house.end_leftovers() == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("text", ["", "{", "nonsense"])
def test_a_broken_list_of_children_hurts_nobody(house, tmp_path, text):
    (tmp_path / "children.json").write_text(text)
    assert house.end_leftovers() == []


def test_a_busy_port_is_passed_over():
    with listen(random.randrange(43_000, 60_000)) as first, listen(port_of(first)) as second:
        assert port_of(second) > port_of(first)


def test_the_first_free_port_of_those_wanted_is_taken():
    with listen(random.randrange(43_000, 60_000)) as taken:
        free = port_of(taken)
    with listen(free, 1) as listener:
        assert port_of(listener) == free


def test_a_child_serves_the_socket_it_was_given(house):
    with listen(random.randrange(43_000, 60_000)) as listener:
        script = (
            f"import socket; socket.socket(fileno={listener.fileno()}).accept()[0].send(b'hello'); {SLEEP[2]}"
        )
        house.start("server", [sys.executable, "-c", script], listener=listener)
        with socket.create_connection(listener.getsockname(), timeout=10) as connection:
            assert connection.recv(5) == b"hello"
