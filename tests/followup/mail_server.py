"""A mail server on loopback that keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


@dataclass
class MailServer:
    """Speaks just enough SMTP; `refused` addresses get a 550; at the command `hang_up_at` it hangs up, as THE DOOR at once;
    after so many connections it takes none."""

    port: int = 0
    received: list[bytes] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    connections: int = 0
    hang_up_at: str = ""
    closes_after: int = 1_000

    @property
    def mails(self) -> list[EmailMessage]:
        """What was received."""
        return [cast(EmailMessage, message_from_bytes(each, policy=policy.default)) for each in self.received]

    @property
    def recipients(self) -> list[str]:
        """To whom, in order."""
        return [str(mail["To"]) for mail in self.mails]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that listens while the block runs."""
    held = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            held.connections += 1
            if held.hang_up_at == "THE DOOR" or held.connections > held.closes_after:
                return
            self.say("220 here")
            while line := self.rfile.readline():
                words = line.decode().strip().upper()
                if held.hang_up_at and words.startswith(held.hang_up_at):
                    return
                if words.startswith("RCPT") and any(each.upper() in words for each in held.refused):
                    self.say("550 no such person")
                elif words == "DATA":
                    self.say("354 go on")
                    self.take()
                elif words == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

        def take(self) -> None:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b".") else line)
            held.received.append(b"".join(lines))
            self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        held.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield held
        server.shutdown()
        thread.join()
