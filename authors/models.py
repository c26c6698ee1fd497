"""Who writes: accounts, and the people behind the bylines."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account: somebody who can open the desk."""

    mailed_news = models.BooleanField(
        _("send me what is new by email"),
        default=True,
        help_text=_("One mail for all that you have not seen on the desk, and reminders of deadlines."),
    )
    # Whoever writes to this person holds it until then, so that two workers never do at once.
    mailing_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")


def portrait_name(author: "Author", name: str) -> str:
    """Where a portrait is kept; `name` is that of its content."""
    return f"portraits/{name[:2]}/{name[2:]}"


class Author(models.Model):
    """A person with a byline. A guest has no account."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address of the public page"), max_length=140, unique=True, blank=True)
    user = models.OneToOneField(
        User,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        help_text=_("Empty for a guest."),
    )
    bio = models.TextField(_("a few words on the author"), blank=True)
    website = models.URLField(_("web site"), blank=True)
    portrait = models.ImageField(
        _("portrait"),
        upload_to=portrait_name,
        blank=True,
        help_text=_("The middle of it is shown, as a square. JPEG, PNG, GIF or WebP, 5 MB at the most."),
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="author_has_a_name"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="author_has_a_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("archive:author", args=[self.slug])

    @property
    def portrait_url(self) -> str:
        """The address of the portrait on this site, wherever it is kept."""
        return f"{settings.MEDIA_URL}{self.portrait.name}"

    @property
    def initials(self) -> str:
        """What stands in the place of a portrait: two letters."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.name]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    def _free_slug(self) -> str:
        base = slug = slugify(self.name)[:130] or "author"
        number = 1
        while Author.objects.exclude(pk=self.pk).filter(slug=slug).exists():
            number += 1
            slug = f"{base}-{number}"
        return slug
