"""One run of a vendor's program, from its argv to the reply: listened to, told of at every beat."""

from __future__ import annotations

import os
from collections.abc import Callable

from scafld.adapters.process.environment import provider_environment
from scafld.adapters.process.program import Bounds, Program
from scafld.adapters.providers.binary import digest_at, packaged_version, version_of
from scafld.adapters.providers.brand import Brand, search_path, secrets_in
from scafld.adapters.providers.diagnosis import diagnose, sentence
from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.streams import Event, JsonLines
from scafld.adapters.providers.told import Told
from scafld.app.ask import Provider, Pulse, Question, Reply, Watcher
from scafld.app.check import Beat
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.hearing import Failure
from scafld.core.names import Digest
from scafld.core.refusal import Cancelled
from scafld.core.value import value

Hear = Callable[[Event, Told], None]
"""Who understands an event of one program, and writes down what is learnt from it."""

FROM_A_MESSAGE = "the answer stood in the last message; it was not handed in with the tool"


def provider_of(brand: Brand, seat: Seat, ask: Callable[[Question, Watcher], Reply]) -> Provider:
    """The provider that a vendor's program is."""
    return Provider(name=brand.name, authorises=True, ask=ask, vendor=brand.vendor, seat=seat.name)


def ended_well(seen: Observation, told: Told) -> bool:
    """Whether the program came to its end by itself, with nothing to complain of."""
    return seen.ended is Ended.EXITED and seen.exit_code == 0 and not told.trouble


@value
class Conversation:
    """A question put to one vendor's program. `hear`: see `Hear`."""

    brand: Brand
    means: Means
    seat: Seat
    hear: Hear

    def begin(self, question: Question) -> tuple[bytes, Digest] | Reply:
        """The bytes for stdin, kept as evidence before anybody is sent them, and the digest of the program; or the
        reply, when there is no such program."""
        digest = digest_at(self.seat.binary)
        if digest is None:
            detail = f"{self.seat.binary} is no file"
            words = sentence(self.brand, Failure.NOT_INSTALLED, detail)
            return Reply(problem=words, failure=Failure.NOT_INSTALLED)
        prompt = question.prompt.encode("utf-8", "backslashreplace")
        self.means.save(question.task, prompt)
        return prompt, digest

    def hold(self, program: Program, question: Question, watch: Watcher) -> tuple[Observation, Told]:
        """Run it to its end. Cancelled when somebody stops it."""
        told, lines = Told(), JsonLines()

        def listen(stream: int, chunk: bytes) -> None:
            if stream == 0:
                for event in lines.take(chunk):
                    self.hear(event, told)
            else:
                told.errors.add(chunk)

        def beat(felt: Beat) -> None:
            watch(
                Pulse(
                    provider=self.brand.name,
                    elapsed_ms=felt.elapsed_ms,
                    output_bytes=felt.output_bytes,
                    last=told.last,
                    tokens=told.tokens,
                )
            )

        bounds = Bounds(task=question.task, limit_ms=question.limit_ms, idle_ms=question.idle_ms)
        seen = self.means.run(program, bounds, listen, beat)
        for event in lines.rest():
            self.hear(event, told)
        if seen.ended is Ended.CANCELLED:
            raise Cancelled(f"{self.brand.name} was stopped")
        return seen, told

    def reply(self, seen: Observation, told: Told, digest: Digest, answer: str, note: str = "") -> Reply:
        """What came back. `answer`: what was handed in; "" makes it a diagnosis. `note`: what is to be said of it."""
        found = None if answer else diagnose(self.brand, seen, told, secrets_in(self.brand, self.means.environ))
        return Reply(
            answer=answer,
            problem=note if found is None else found.words,
            failure=None if found is None else found.failure,
            model=told.model,
            version=told.version or self.version(),
            binary=digest,
            session=told.session,
            usage=told.usage,
            denied=told.denied,
            output=seen.output_digest,
        )

    def version(self) -> str:
        """As the package says that the program belongs to, else as it says itself; "" when nobody says."""
        packaged = packaged_version(self.seat.binary)
        if packaged:
            return packaged
        digest, environ = digest_at(self.seat.binary), self.means.environ
        path = os.pathsep.join(search_path(environ.get("PATH", ""), self.means.root))
        environment = provider_environment(environ) | {"PATH": path}
        return version_of(self.seat.binary, digest, tuple(environment.items())) if digest else ""
