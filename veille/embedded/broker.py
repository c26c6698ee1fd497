"""The broker in files, with messages that are there whole or not at all.

kombu's own makes the file of a message before it writes into it. A worker that looks in between takes an
empty message, and ends; so does the next one where the writer was killed there.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel of kombu's that writes beside the queue, and renames."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:  # type: ignore[override]
        # The first part orders messages; what ends in anything but `.msg` is in no queue.
        file = Path(self.data_folder_out, f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg")
        draft = file.with_suffix(".draft")
        try:
            draft.write_bytes(str_to_bytes(dumps(message)))
            os.replace(draft, file)
        except OSError as error:
            raise ChannelError(f"Cannot add file {str(file)!r} to directory") from error


class Transport(filesystem.Transport):
    """What `filesystem://` means here."""

    Channel = Channel


def use() -> None:
    """Have kombu take this broker for `filesystem://`."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
