"""What the bare loop sends is what the engine sends, or the two could not be compared."""

from benchmarks.sending.loop import fill
from benchmarks.sending.message import content, with_marks
from benchmarks.sending.readers import MARKS, readers
from mailings.compose import freeze
from mailings.frozen import Recipient
from mailings.models import Mailing


def test_the_loop_sends_the_bytes_that_the_engine_composes():
    frozen = freeze(content()).eight_bit
    mailing = Mailing(message_8bit=bytes(frozen))
    *_others, reader = readers(3)
    composed = frozen.for_recipient(
        Recipient(reader.email, reader.name, reader.token, f"{reader.token}@veille.example")
    )
    assert fill(with_marks(mailing), [value.encode() for value in reader]) == composed
    assert not any(mark.encode() in composed for mark in MARKS)
