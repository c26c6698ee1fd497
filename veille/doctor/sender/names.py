"""Questions to name servers, in the words of mail."""

from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.name
import dns.resolver
import dns.reversename
from django.utils.translation import gettext as _

from ..registry import CouldNotAsk, Examination

# For one question, over all name servers and attempts.
SECONDS = 4.0


class Names:
    """Asks the name servers of this machine, or the one that the operator named.

    Each method gives nothing for what does not exist, and raises CouldNotAsk where nobody answers.
    """

    def __init__(self, examination: Examination) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=examination.name_server is None)
        except dns.resolver.NoResolverConfiguration:
            raise CouldNotAsk(_("name servers, as this machine knows none")) from None
        if examination.name_server:
            address, port = examination.name_server
            self._resolver.nameservers, self._resolver.port = [address], port
        self._known: set[str] = set()
        self._resolver.timeout, self._resolver.lifetime = SECONDS / 2, SECONDS

    def texts(self, name: str) -> list[str]:
        """Give the TXT records of a name, each as one text."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._records(name, "TXT")]

    def mail_servers(self, domain: str) -> list[str]:
        """Give the hosts that take a domain's mail, the preferred first; "" for a null MX (RFC 7505)."""
        records = sorted(self._records(domain, "MX"), key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True).removesuffix(".") for record in records]

    def addresses(self, name: str) -> list[str]:
        """Give the IP addresses of a name."""
        return [record.address for kind in ("A", "AAAA") for record in self._records(name, kind)]

    def names_of(self, ip: str) -> list[str]:
        """Give the names that an IP address is said to have (PTR)."""
        reverse = dns.reversename.from_address(ip).to_text()
        return [record.target.to_text(omit_final_dot=True) for record in self._records(reverse, "PTR")]

    def _records(self, name: str, kind: str) -> Iterator[Any]:
        try:
            yield from self._resolver.resolve(name, kind)
        except dns.resolver.NXDOMAIN:
            self._must_know(name.rstrip(".").rpartition(".")[2])
        except (dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            # A name that is none does not exist.
            return
        except (dns.resolver.NoNameservers, dns.exception.Timeout):
            raise CouldNotAsk(_("name servers, which give no answer")) from None

    def _must_know(self, top: str) -> None:
        """Raise CouldNotAsk where not even the top-level domain is known: a closed network answers so."""
        if top in self._known:
            return
        self._known.add(top)
        try:
            self._resolver.resolve(top, "SOA", raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            raise CouldNotAsk(_("name servers, which know nothing of the Internet")) from None
        except (dns.resolver.NoNameservers, dns.exception.Timeout):
            raise CouldNotAsk(_("name servers, which give no answer")) from None
