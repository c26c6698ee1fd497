"""What a library puts on the desk, and nobody should find there: the secrets of others' phones."""

from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

admin.site.unregister([TOTPDevice, StaticDevice])
