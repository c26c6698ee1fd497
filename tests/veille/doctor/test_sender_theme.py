"""The sender's domain under the doctor's eyes, with a real name server that says what a test tells it to."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from veille.doctor.registry import CouldNotAsk, Examination
from veille.doctor.sender import alignment, dkim, dmarc, names, receiving, sending_host, spf
from veille.doctor.sender.domains import is_public
from veille.doctor.sender.tags import tags_of

from .conftest import found

DOMAIN = "lettre.org"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def sender(settings):
    settings.DEFAULT_FROM_EMAIL = f"Veille <veille@{DOMAIN}>"
    settings.MAILERS = {"default": {"BACKEND": SMTP, "OPTIONS": {"host": "127.0.0.1"}}}


def seen(check, zone, **wishes):
    return found(check, name_server=zone.address(), **wishes)


# --- SPF -----------------------------------------------------------------------------------


def with_spf(zone, *records):
    zone.text(DOMAIN, *records, "google-site-verification=x")
    return seen(spf.spf, zone)


@pytest.mark.parametrize(
    ("record", "ids"),
    [
        ("v=spf1 mx -all", ["sender.spf"]),
        ("V=SPF1 IP4:192.0.2.1 ~ALL", ["sender.spf"]),
        ("v=spf1 a:mail.lettre.org/24 ip6:2001:db8::/32 exists:%{i}.x.org ~all", ["sender.spf"]),
        ("v=spf1 -all", ["sender.spf-nobody"]),
        ("v=spf1", ["sender.spf-nobody", "sender.spf-open"]),
        ("v=spf1 mx +all", ["sender.spf-anybody"]),
        ("v=spf1 all", ["sender.spf-anybody"]),
        ("v=spf1 mx", ["sender.spf-open"]),
        ("v=spf1 mx ?all", ["sender.spf-open"]),
        ("v=spf1 mx ipv4:192.0.2.1 -all", ["sender.spf-broken"]),
        ("v=spf1 include:nobody.org -all", ["sender.spf-broken"]),
        ("v=spf1 include: -all", ["sender.spf-broken"]),
        ("v=spf1 ptr -all", ["sender.spf", "sender.spf-ptr"]),
        ("v=spf1 redirect=%{d}.x.org", ["sender.spf-open"]),
    ],
)
def test_an_spf_record_is_judged(zone, record, ids):
    assert list(with_spf(zone, record)) == ids


def test_no_spf_record_or_two_are_errors(zone):
    assert list(with_spf(zone)) == ["sender.spf-missing"]
    assert list(with_spf(zone, "v=spf10 mx")) == ["sender.spf-missing"]
    assert list(with_spf(zone, "v=spf1 mx -all", "v=spf1 a -all")) == ["sender.spf-twice"]


@pytest.mark.parametrize(("own", "id"), [(7, "sender.spf"), (8, "sender.spf-lookups")])
def test_lookups_are_counted_through_what_is_included(zone, own, id):
    zone.text("provider.org", "v=spf1 include:inner.org a -all")
    zone.text("inner.org", "v=spf1 ip4:192.0.2.0/24 ?all")
    said = with_spf(zone, "v=spf1 include:provider.org " + "a " * own + "-all")
    assert list(said) == [id]
    assert str(own + 3) in said[id]


def test_a_redirect_takes_over_what_is_said_of_others(zone):
    zone.text("provider.org", "v=spf1 mx -all")
    assert list(with_spf(zone, "v=spf1 redirect=provider.org")) == ["sender.spf"]
    # It does not count beside `all`.
    assert list(with_spf(zone, "v=spf1 redirect=nobody.org mx -all")) == ["sender.spf"]


def test_records_that_include_each_other_come_to_an_end(zone):
    zone.text("a.org", "v=spf1 include:b.org -all")
    zone.text("b.org", "v=spf1 include:a.org -all")
    assert "sender.spf-lookups" in with_spf(zone, "v=spf1 include:a.org -all")


def test_spf_is_asked_of_the_domain_that_bounces_come_to(zone, settings):
    settings.VEILLE_BOUNCE_ADDRESS = "retours@retours.lettre.org"
    zone.text("retours.lettre.org", "v=spf1 mx -all")
    assert "retours.lettre.org" in seen(spf.spf, zone)["sender.spf"]


def test_a_providers_envelope_is_its_own_matter(zone, settings):
    settings.MAILERS = {"default": {"BACKEND": "anymail.backends.brevo.EmailBackend"}}
    assert seen(spf.spf, zone) == {}
    assert list(seen(alignment.alignment, zone)) == ["sender.aligned-by-dkim"]


class OneRecord:
    """A name server that knows one record, whatever it is asked."""

    def __init__(self, record):
        self.record = record

    def texts(self, name):
        return [self.record]


@given(st.text(alphabet="v=spf1 includeaxm:/.-+?~%{}rdt4\x00é", max_size=60))
def test_no_record_makes_the_reader_stumble(rest):
    reading = spf.read(OneRecord(f"v=spf1 {rest}"), f"v=spf1 {rest}")
    assert reading.lookups < 1000


# --- DMARC ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "ids"),
    [
        ("v=DMARC1; p=reject; rua=mailto:d@lettre.org", ["sender.dmarc"]),
        ("v = DMARC1 ;p=QUARANTINE;rua=mailto:d@lettre.org;", ["sender.dmarc"]),
        ("v=DMARC1; p=none; rua=mailto:d@lettre.org", ["sender.dmarc-none"]),
        ("v=DMARC1; p=reject; t=y; rua=mailto:d@lettre.org", ["sender.dmarc", "sender.dmarc-testing"]),
        ("v=DMARC1; p=reject", ["sender.dmarc", "sender.dmarc-unread"]),
        ("v=DMARC1; p=reject; pct=100; ri=86400; rua=mailto:d@x.org", ["sender.dmarc", "sender.dmarc-gone"]),
        ("v=DMARC1; rua=mailto:d@lettre.org", ["sender.dmarc-policy"]),
        ("v=DMARC1; p=maybe", ["sender.dmarc-policy"]),
        ("v=dmarc1; p=none", ["sender.dmarc-missing"]),
        ("p=none; v=DMARC1", ["sender.dmarc-missing"]),
    ],
)
def test_a_dmarc_record_is_judged_by_rfc_9989(zone, record, ids):
    zone.text(f"_dmarc.{DOMAIN}", record)
    assert list(seen(dmarc.dmarc, zone)) == ids


def test_two_dmarc_records_are_none(zone):
    zone.text(f"_dmarc.{DOMAIN}", "v=DMARC1; p=none", "v=DMARC1; p=reject")
    assert list(seen(dmarc.dmarc, zone)) == ["sender.dmarc-twice"]


def test_a_subdomain_has_the_policy_of_its_organization(zone, settings):
    settings.DEFAULT_FROM_EMAIL = "veille@news.mail.lettre.org"
    zone.text("_dmarc.lettre.org", "v=DMARC1; p=reject; sp=none; rua=mailto:d@lettre.org")
    said = seen(dmarc.dmarc, zone)
    assert list(said) == ["sender.dmarc-none"]
    assert "_dmarc.lettre.org" in said["sender.dmarc-none"]


def asked(zone):
    return [name.removeprefix("TXT _dmarc.") for name in zone.asked if name.startswith("TXT _dmarc.")]


def test_the_walk_asks_eight_times_at_the_most(zone):
    domain = "j.i.h.g.f.e.d.c.b.a.org"
    dmarc.walk(names.Names(Examination(name_server=zone.address())), domain)
    assert asked(zone) == [f"{domain}."] + [
        ".".join(domain.split(".")[-count:]) + "." for count in range(7, 0, -1)
    ]


@pytest.mark.parametrize(
    ("records", "organization"),
    [
        ({}, "a.b.lettre.org"),
        ({"lettre.org": "p=none"}, "lettre.org"),
        ({"a.b.lettre.org": "p=none", "lettre.org": "p=none"}, "lettre.org"),
        ({"b.lettre.org": "p=none; psd=n", "lettre.org": "p=none"}, "b.lettre.org"),
        ({"lettre.org": "p=none", "org": "p=none; psd=y"}, "lettre.org"),
        ({"org": "p=none; psd=y"}, "lettre.org"),
    ],
    ids=str,
)
def test_the_organization_is_found_by_walking(zone, records, organization):
    for domain, rest in records.items():
        zone.text(f"_dmarc.{domain}", f"v=DMARC1; {rest}")
    asker = names.Names(Examination(name_server=zone.address()))
    assert dmarc.organization("a.b.lettre.org", dmarc.walk(asker, "a.b.lettre.org")) == organization


@pytest.mark.parametrize(
    ("bounces", "record", "id"),
    [
        ("", None, "sender.aligned"),
        ("retours@lettre.org", None, "sender.aligned"),
        ("retours@retours.lettre.org", "v=DMARC1; p=none", "sender.aligned"),
        ("retours@retours.lettre.org", "v=DMARC1; p=none; aspf=s", "sender.not-aligned"),
        # Without a record the two are strangers (RFC 9989).
        ("retours@retours.lettre.org", None, "sender.not-aligned"),
        ("retours@ailleurs.org", "v=DMARC1; p=none", "sender.not-aligned"),
        ("retours@127.0.0.1", "v=DMARC1; p=none", "sender.not-aligned"),
    ],
)
def test_the_envelope_must_be_aligned(zone, settings, bounces, record, id):
    settings.VEILLE_BOUNCE_ADDRESS = bounces
    if record:
        zone.text(f"_dmarc.{DOMAIN}", record)
    assert list(seen(alignment.alignment, zone)) == [id]


def test_a_sender_of_no_public_domain_is_told_once(zone, settings):
    settings.DEFAULT_FROM_EMAIL = "veille@127.0.0.1"
    checks = (dmarc.dmarc, spf.spf, dkim.dkim, alignment.alignment, receiving.transport_security)
    assert [list(seen(check, zone)) for check in checks] == [["sender.not-public"], [], [], [], []]
    assert not zone.asked


@pytest.mark.parametrize(
    ("domain", "public"),
    [
        ("lettre.org", True),
        ("xn--exmple-cva.fr", True),
        ("localhost", False),
        ("veille.example", False),
        ("veille.local", False),
        ("192.0.2.1", False),
        ("[2001:db8::1]", False),
        ("", False),
        ("a..org", False),
    ],
)
def test_what_the_world_may_know(domain, public):
    assert is_public(domain) is public


# --- DKIM ----------------------------------------------------------------------------------


def published(bits, *, bare=False):
    key = rsa.generate_private_key(65537, bits).public_key()
    form = PublicFormat.PKCS1 if bare else PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(Encoding.DER, form)).decode()


def with_key(zone, record):
    zone.text(f"s1._domainkey.{DOMAIN}", record)
    return seen(dkim.dkim, zone, dkim_selector="s1")


def test_a_long_key_is_well(zone):
    said = with_key(zone, f"v=DKIM1; k=rsa; p={published(2048)}")
    assert list(said) == ["sender.dkim"]
    assert "2048" in said["sender.dkim"]


def test_a_key_in_its_bare_form_is_read_too():
    assert dkim.rsa_bits(published(1024, bare=True)) == 1024


@pytest.mark.parametrize(
    ("record", "ids"),
    [
        (lambda: f"p={published(1024)}", ["sender.dkim-shortish"]),
        (lambda: f"v=DKIM1; p={published(2048)}; t=y:s", ["sender.dkim", "sender.dkim-testing"]),
        (lambda: "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ["sender.dkim"]),
        (lambda: "v=DKIM1; p=", ["sender.dkim-revoked"]),
        (lambda: f"v=DKIM1; p={published(2048)[:200]}", ["sender.dkim-broken"]),
        (lambda: "v=DKIM1; p=%%%", ["sender.dkim-broken"]),
        (lambda: "something else", ["sender.dkim-missing"]),
    ],
)
def test_a_dkim_key_is_judged(zone, record, ids):
    assert list(with_key(zone, record())) == ids


def test_a_key_too_short_proves_nothing(zone, monkeypatch):
    monkeypatch.setattr(dkim, "rsa_bits", lambda published: 768)
    assert list(with_key(zone, "v=DKIM1; p=AAAA")) == ["sender.dkim-short"]


def test_a_selector_that_is_not_published_is_an_error(zone):
    zone.put(DOMAIN, "MX", "10 mail.lettre.org.")
    assert list(seen(dkim.dkim, zone, dkim_selector="s1")) == ["sender.dkim-missing"]


def test_without_a_selector_it_says_where_to_find_it(zone):
    assert list(seen(dkim.dkim, zone)) == ["sender.dkim-unknown"]


@given(st.binary(max_size=80))
def test_whatever_is_published_for_a_key_has_a_length(der):
    assert dkim.rsa_bits(base64.b64encode(der).decode()) >= 0


@given(st.text(alphabet="vp=; \té\0", max_size=80))
def test_whatever_stands_for_tags_can_be_read(text):
    assert all(name == name.strip() for name in tags_of(text))


# --- What comes back, and the host ---------------------------------------------------------


def test_domains_that_take_mail_are_well(zone, settings):
    settings.VEILLE_BOUNCE_ADDRESS = "retours@retours.lettre.org"
    zone.put(DOMAIN, "MX", "10 mail.lettre.org.")
    # RFC 5321, 5.1: without MX, the host itself.
    zone.put("retours.lettre.org", "A", "192.0.2.1")
    assert list(seen(receiving.mail_servers, zone)) == ["sender.receives"]


def test_domains_that_take_none_are_errors(zone, settings):
    settings.VEILLE_BOUNCE_ADDRESS = "retours@retours.lettre.org"
    zone.put(DOMAIN, "MX", "0 .")
    said = seen(receiving.mail_servers, zone)
    assert list(said) == ["sender.null-mx", "sender.no-mx"]
    assert "retours.lettre.org" in said["sender.no-mx"]


def test_transport_security_is_for_information(zone):
    assert list(seen(receiving.transport_security, zone)) == ["sender.no-mta-sts", "sender.no-tls-rpt"]
    zone.text(f"_mta-sts.{DOMAIN}", "v=STSv1; id=1")
    zone.text(f"_smtp._tls.{DOMAIN}", "v=TLSRPTv1; rua=mailto:t@lettre.org")
    assert list(seen(receiving.transport_security, zone)) == ["sender.mta-sts", "sender.tls-rpt"]


@pytest.mark.parametrize(
    ("name", "address", "id"),
    [
        ("mail.lettre.org.", "198.51.100.7", "sender.ptr"),
        ("mail.lettre.org.", "198.51.100.8", "sender.ptr-unconfirmed"),
        (None, "198.51.100.7", "sender.no-ptr"),
    ],
)
def test_the_address_and_its_name_must_lead_to_each_other(zone, name, address, id):
    zone.put("arpa", "SOA", "a. b. 1 1 1 1 1")
    if name:
        zone.put("7.100.51.198.in-addr.arpa", "PTR", name)
    zone.put("mail.lettre.org", "A", address)
    assert sending_host.judge(names.Names(Examination(name_server=zone.address())), "198.51.100.7").id == id


def test_an_address_of_a_private_network_says_nothing(zone, monkeypatch):
    monkeypatch.setattr(sending_host, "outward_address", lambda: "10.0.0.7")
    assert list(seen(sending_host.reverse_name, zone)) == ["sender.ptr-elsewhere"]


def test_the_name_of_a_relay_is_not_ours_to_see(zone, settings):
    settings.MAILERS = {"default": {"BACKEND": SMTP, "OPTIONS": {"host": "relay.lettre.org"}}}
    assert seen(sending_host.reverse_name, zone) == {}


# --- Name servers that do not answer -------------------------------------------------------

ALL = (spf.spf, dmarc.dmarc, receiving.mail_servers, receiving.transport_security)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_name_servers_that_fail_are_told_as_such(zone, check):
    zone.broken = True
    with pytest.raises(CouldNotAsk, match="name servers"):
        seen(check, zone)


def test_name_servers_that_keep_silent_are_waited_for_a_moment(zone, monkeypatch):
    monkeypatch.setattr(names, "SECONDS", 0.2)
    zone.silent = True
    with pytest.raises(CouldNotAsk, match="no answer"):
        seen(spf.spf, zone)


def test_those_of_a_closed_network_are_not_believed(zone):
    zone.records.clear()
    with pytest.raises(CouldNotAsk, match="nothing of the Internet"):
        seen(spf.spf, zone)
