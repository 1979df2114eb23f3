"""Diagnostics: silent until somebody listens, then one line an event."""

import io
import subprocess
import sys

from scafld.adapters import trace


def test_nothing_is_loaded_and_nothing_written_while_nobody_listens():
    """Telling an event costs no import of structlog and writes nothing."""
    program = "import sys; from scafld.adapters.trace import trace; trace('a', b=1); print('structlog' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_listener_gets_one_line_an_event():
    """Each event is one line with its name and its facts."""
    stream = io.StringIO()
    before = len(trace._LISTENERS)
    trace.listen(stream)

    trace.trace("ledger.append", task="add-cache", entries=3)
    trace.trace("policy.read")
    del trace._LISTENERS[before:]

    first, second = stream.getvalue().splitlines()
    assert "event='ledger.append'" in first and "task='add-cache'" in first and "entries=3" in first
    assert "event='policy.read'" in second
