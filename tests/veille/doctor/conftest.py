"""Fixtures for the doctor."""

import ssl
from collections.abc import Callable

import pytest
import trustme
from django.utils import translation

from veille.doctor import Examination
from veille.doctor import registry as registered

from .nameserver import a_name_server


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def zone():
    with a_name_server() as zone:
        yield zone


def found(check: Callable, **wishes) -> dict[str, str]:
    """Run one check; give what was seen by the id of the finding."""
    findings = list(check(Examination(**wishes)))
    ids = {finding.id for finding in findings}
    assert ids <= set(registered._checks[check])
    # Whatever is not well says what to do.
    assert all(finding.todo for finding in findings if finding.level in ("warning", "error"))
    return {finding.id: finding.seen for finding in findings}


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """This machine trusts the tests' authority."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
