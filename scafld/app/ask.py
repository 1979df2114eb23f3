"""The act of putting a question to a model: one answer, read with suspicion, mended once, and told as it was observed.

A harness adds a model of its own with a `Provider` whose `ask` takes a Question and gives a Reply:

    def ask(question, watch):
        return Reply(answer=my_model(question.prompt))

    provider = Provider(name="mine", vendor="acme", authorises=True, ask=ask)
"""

from __future__ import annotations

from collections.abc import Callable

from scafld.core.contract.problems import Problem
from scafld.core.evidence.dossier import Dossier
from scafld.core.evidence.hearing import Failure, Hearing, Usage
from scafld.core.evidence.terms import Answer, Terms
from scafld.core.moments import seconds_between
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Cancelled, Unavailable
from scafld.core.value import changed, value


@value
class Question:
    """What a provider is sent: `prompt` is all of it. `terms`: what the answer is held to, and the name of the tool to
    hand it in with. Times in milliseconds; `idle_ms` 0 sets no bound on silence."""

    task: TaskId
    attempt: str
    prompt: str
    terms: Terms
    limit_ms: int
    idle_ms: int = 0


@value
class Reply:
    """What came back. `answer`: the text that was handed in, unread; "" when nothing was, then `problem` and `failure`
    say why. The rest is as observed, empty or None when not: see `Hearing`."""

    answer: str = ""
    problem: str = ""
    failure: Failure | None = None
    model: str = ""
    version: str = ""
    binary: Digest | None = None
    session: str = ""
    usage: Usage = Usage()
    denied: tuple[str, ...] = ()
    output: Digest | None = None


@value
class Pulse:
    """A sign of life from a model at work. `last`: the last thing it was seen to do, `tokens`: so far, as it tells."""

    provider: str
    elapsed_ms: int
    output_bytes: int
    last: str = ""
    tokens: int | None = None


Watcher = Callable[[Pulse], None]
"""Who is told while a model works: a terminal, or nobody. With several models it is called from several threads."""


@value
class Provider:
    """Port: one model to ask. `vendor` is whose it is, "" when nobody can tell. `authorises` is False where its verdict
    opens no gate. `ask` never raises for what the model does; Cancelled when somebody stops it."""

    name: str
    authorises: bool
    ask: Callable[[Question, Watcher], Reply]
    vendor: str = ""
    seat: str = ""


@value
class Wanted:
    """Whom the caller names; what is empty, the configuration answers. `binary`: a path, `command`: a shell text,
    `seat`: the name of this one among several."""

    provider: str = ""
    model: str = ""
    binary: str = ""
    command: str = ""
    seat: str = ""

    @property
    def nobody(self) -> bool:
        return not (self.provider or self.model or self.binary or self.command)


@value
class Bench:
    """Who is asked: one model, or a panel of several. `quorum`: how many of a panel must pass, 0 for all. `warnings`:
    what the caller should know of the choice."""

    providers: tuple[Provider, ...]
    quorum: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.providers[0].name if len(self.providers) == 1 else "panel"

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of a panel; a single reviewer has none."""
        return tuple(each.seat or each.name for each in self.providers) if len(self.providers) > 1 else ()


@value
class Accepted:
    """An answer that holds, or every problem that keeps it from being one."""

    answer: Answer | None
    problems: tuple[Problem, ...] = ()


Accept = Callable[[str, Terms], Accepted]
"""Port: read an answer's text, and hold it to its terms."""

LEAST_FOR_REPAIR_MS = 5_000
"""With less time left, nobody is asked to mend an answer."""


@value
class Heard:
    """What came of a question: the hearing as it is put on record, and the answer itself when there is one."""

    hearing: Hearing
    answer: Answer | None = None


@value
class Inquiry:
    """`check`: what is wrong with an answer beside its terms; a harden dossier cites what must be there."""

    accept: Accept
    now: Callable[[], Moment]
    watch: Watcher

    def __call__(self, provider: Provider, question: Question, check: Callable[[Answer], tuple[Problem, ...]]) -> Heard:
        """Ask, and ask once more for a mended answer when the first is not acceptable. Cancelled when stopped."""
        begun = self.now()
        reply = self._reply(provider, question)
        read = self._read(reply, question.terms, check)
        left = question.limit_ms - round(seconds_between(begun, self.now()) * 1000)
        if reply.answer and read.answer is None and left >= LEAST_FOR_REPAIR_MS:
            again = changed(question, prompt=mending(question.prompt, reply.answer, read.problems), limit_ms=left)
            second = self._reply(provider, again)
            second = changed(second, usage=reply.usage.and_more(second.usage), denied=(*reply.denied, *second.denied))
            if second.answer:
                read = self._read(second, question.terms, check)
                return Heard(hearing=_hearing(provider, second, read, repaired=True), answer=read.answer)
            reply = changed(reply, usage=second.usage, denied=second.denied)
        return Heard(hearing=_hearing(provider, reply, read, repaired=False), answer=read.answer)

    def _reply(self, provider: Provider, question: Question) -> Reply:
        try:
            return provider.ask(question, self.watch)
        except Cancelled:
            raise
        except Unavailable as error:
            return Reply(problem=str(error), failure=Failure.CRASHED)

    def _read(self, reply: Reply, terms: Terms, check: Callable[[Answer], tuple[Problem, ...]]) -> Accepted:
        if not reply.answer:
            return Accepted(answer=None)
        read = self.accept(reply.answer, terms)
        if read.answer is None:
            return read
        problems = check(read.answer)
        return Accepted(answer=None, problems=problems) if problems else read


def as_long_as(wanted: Callable[[], None], watch: Watcher) -> Watcher:
    """The same watcher, which also asks at each sign of life whether the answer is still wanted: `wanted` raises when
    it is not, which ends the model."""

    def told(pulse: Pulse) -> None:
        watch(pulse)
        wanted()

    return told


def nothing_more(_answer: Answer) -> tuple[Problem, ...]:
    """The check of an answer that is held to its terms and to nothing else."""
    return ()


def mending(prompt: str, answer: str, problems: tuple[Problem, ...]) -> str:
    """The same question, with the answer that was not accepted, and everything that is wrong with it."""
    told = [f"- {' '.join(_words(problem).split())}" for problem in problems[:_MOST_TOLD]]
    more = len(problems) - _MOST_TOLD
    wrong = "\n".join(told + ([f"- and {more} more"] if more > 0 else []))
    shown = answer if len(answer) <= _LONGEST_SHOWN else f"{answer[:_LONGEST_SHOWN]}\n[{len(answer)} characters in all]"
    quoted = "\n".join(f"    {line}" for line in shown.splitlines())
    return (
        f"{prompt.rstrip()}\n\n# Your answer was not accepted\n\nMend what is listed here, and hand in the whole "
        f"answer again, as asked above. Change nothing else.\n\n{wrong}\n\nThis is what you handed in:\n\n{quoted}\n"
    )


# Private.

_LONGEST_SHOWN = 40_000
_MOST_TOLD = 40


def _words(problem: Problem) -> str:
    return f"{problem.message} ({problem.suggestion})" if problem.suggestion else problem.message


def _hearing(provider: Provider, reply: Reply, read: Accepted, *, repaired: bool) -> Hearing:
    problem, failure = reply.problem, reply.failure
    if reply.answer and read.answer is None:
        words = "; ".join(each.message for each in read.problems[:_MOST_WORDS])
        more = len(read.problems) - _MOST_WORDS
        problem = f"the dossier was not accepted: {words}" + (f" (and {more} more)" if more > 0 else "")
        failure = Failure.INVALID
    elif read.answer is None and failure is None:
        problem, failure = problem or "nothing was handed in", Failure.NO_SUBMISSION
    return Hearing(
        seat=provider.seat or provider.name,
        provider=provider.name,
        dossier=read.answer if isinstance(read.answer, Dossier) else None,
        problem="" if read.answer else problem,
        failure="" if read.answer or failure is None else str(failure),
        authorises=provider.authorises,
        vendor=provider.vendor,
        model=reply.model,
        version=reply.version,
        binary=reply.binary,
        session=reply.session,
        usage=reply.usage,
        denied=reply.denied[:_MOST_DENIED],
        repaired=repaired,
        output=reply.output,
    )


_MOST_WORDS = 4
_MOST_DENIED = 20
