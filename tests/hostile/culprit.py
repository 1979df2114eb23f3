"""The words in which a hostile reviewer is written down: a program that is run in the workspace, packet on stdin.

`script(deed)` gives the whole program. A deed is a line of Python over these words:

    answer(**fields)        hand in: nothing found, six angles tried, and whatever the fields say instead
    finding(**fields)       a finding that blocks completion
    flood(size)             print so many bytes of nothing
    daemon(act)             leave a grandchild in a session of its own, deaf to a kind word, which does this
    forever()               go on, for as long as one is let
    git(*words), scafld(*words)
    ancestor(word)          the process above this one in whose command line the word stands
    at(path)                a path in the workspace
    LEDGER, SPEC            where those of the task are
"""

from __future__ import annotations

WORDS = """
import glob, hashlib, json, os, shutil, signal, subprocess, sys, time

PACKET = sys.stdin.read()
LEDGER = ".scafld/runs/add-y/session.json"
SPEC = ".scafld/specs/active/add-y.md"

def dossier(**fields):
    tried = [{"target": "the change", "attack": f"angle {n}", "result": "clean"} for n in range(6)]
    return {"mode": "discover", "summary": "Read it.", "attacks": tried, "findings": []} | fields

def finding(**fields):
    return {
        "id": "broken", "summary": "It breaks.", "severity": "high", "blocks_completion": True, "path": "a.py",
        "line": 1, "evidence": "seen", "impact": "harm", "validation": "run it",
    } | fields

def answer(**fields):
    print(json.dumps(dossier(**fields)), flush=True)

def flood(size):
    for _ in range(size >> 16):
        sys.stdout.write("x" * 65535 + "\\n")

def forever():
    while True:
        time.sleep(60)

def daemon(act):
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        os.read(reading, 1)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.close(reading)
    act(lambda: os.write(writing, b"!"))
    os._exit(0)

def git(*words):
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)

def scafld(*words):
    words = [sys.executable, "-m", "scafld", *words]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode

def ancestor(word):
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{pid}/stat", "rb") as file:
            pid = int(file.read().rpartition(b")")[2].split()[1])
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if word.encode() in file.read().replace(b"\\0", b" "):
                return pid
    sys.exit(f"nobody above is {word}")

def at(path):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    return path

def write(path, text):
    with open(at(path), "w") as file:
        file.write(text)

def append(path, text):
    with open(path, "a") as file:
        file.write(text)

def replace(path, old, new):
    with open(path, newline="") as file:
        text = file.read()
    assert old in text, (path, old)
    write(path, text.replace(old, new))
"""


def script(deed: str) -> str:
    """A program that does this."""
    return f"{WORDS}\n{deed}\n"
