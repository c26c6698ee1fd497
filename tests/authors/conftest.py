"""What the tests of the login share."""

import base64
import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from authors import second_step
from tests.factories import an_author, an_editor

LOGIN = "/admin/login/"
PASSWORD = "secret"


class Phone:
    """The app on somebody's phone."""

    def __init__(self, user, key="31" * 20):
        self.user, self.key = user, key

    def shows(self, steps_later=0):
        totp = TOTP(bytes.fromhex(self.key))
        totp.time = time.time() + 30 * steps_later
        return f"{totp.token():06}"

    def set_up(self):
        """Confirm it; gives the recovery codes."""
        # The code of the step before: that of now is still to be used.
        _phone, codes = second_step.set_up(self.user, self.key, self.shows(-1))
        return codes


class Browser(Client):
    """A browser; `at` is the address that it comes from."""

    def __init__(self, at="192.0.2.1"):
        super().__init__(REMOTE_ADDR=at)

    def log_in(self, user, password=PASSWORD, **data):
        name = user if isinstance(user, str) else user.username
        return self.post(LOGIN, {"username": name, "password": password} | data)

    def step(self, code, **data):
        return self.post(reverse("admin:second-step"), {"code": code} | data)

    def opens_the_desk(self):
        return self.get("/admin/").status_code == 200

    def set_up_form(self):
        """What the page of a new phone sends back, and the phone that scanned it."""
        page = self.get(reverse("admin:two-steps-set-up")).content.decode()
        secret = re.search(r'name="secret" value="([^"]+)"', page)[1]
        key = bytes_of(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1])
        return secret, Phone(None, key.hex())


def bytes_of(letters):
    return base64.b32decode(letters.replace(" ", ""))


@pytest.fixture
def visitor():
    return Browser()


@pytest.fixture
def author():
    return an_author()


@pytest.fixture
def editor():
    return an_editor()


@pytest.fixture
def phone(editor):
    """The editor's, set up."""
    phone = Phone(editor)
    phone.codes = phone.set_up()
    return phone
