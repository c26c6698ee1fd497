"""The broker in files: what is read was written whole."""

import os
from queue import Empty
from threading import Thread

import pytest
from kombu import Connection

from veille.embedded import broker


@pytest.fixture
def channel(tmp_path):
    for name in ("queue", "processed", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "processed_folder": str(tmp_path / "processed"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        assert isinstance(connection.default_channel, broker.Channel)
        yield connection.default_channel


def test_what_is_put_is_got_once(channel):
    for number in range(3):
        channel._put("essais", {"n": number})
    found = sorted(channel._get("essais")["n"] for _time in range(3))
    assert found == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("essais")


def test_a_message_that_is_being_written_is_in_no_queue(channel, monkeypatch):
    def look_and_rename(draft, file):
        with pytest.raises(Empty):
            channel._get("essais")
        looked.append(draft)
        rename(draft, file)

    rename, looked = os.replace, []
    monkeypatch.setattr(broker.os, "replace", look_and_rename)
    channel._put("essais", {"n": 1})
    assert channel._get("essais") == {"n": 1}
    assert len(looked) == 1


def test_who_is_killed_while_writing_leaves_nothing_that_is_read(channel, monkeypatch):
    def die(draft, file):
        raise SystemExit

    monkeypatch.setattr(broker.os, "replace", die)
    with pytest.raises(SystemExit):
        channel._put("essais", {"n": 1})
    with pytest.raises(Empty):
        channel._get("essais")
    assert channel._size("essais") == 0


def test_read_and_written_at_once_each_message_is_whole(channel):
    def write():
        for number in range(200):
            channel._put("essais", {"n": number, "text": "x" * 5000})

    writers = [Thread(target=write) for _writer in range(2)]
    for writer in writers:
        writer.start()
    found = []
    while len(found) < 400:
        try:
            found.append(channel._get("essais")["n"])
        except Empty:
            # They may still write.
            continue
    for writer in writers:
        writer.join()
    assert sorted(found) == sorted([*range(200), *range(200)])
