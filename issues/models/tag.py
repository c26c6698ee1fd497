"""Tags that are the same word whatever the case and the accents."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, TagBase


def fold(name: str) -> str:
    """Give the form under which two spellings of a tag are one: « Sécurité » and "securite"."""
    decomposed = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


MOST_OF_A_SECTION = 50
LONGEST_NAME = 100
# One sign may be spelt out in many letters (U+FDFA in eighteen).
LONGEST_FOLDED = 200


def validate_tag(name: str) -> None:
    """Raise ValidationError for what cannot be a tag's name: too long, or nothing that a reader sees."""
    if len(name) > LONGEST_NAME or not 0 < len(fold(name)) <= LONGEST_FOLDED:
        raise ValidationError(
            _("“%(name)s” cannot be a tag: write %(most)d characters at the most, and a letter at least."),
            params={"name": name[:40], "most": LONGEST_NAME},
            code="no_tag",
        )


class Tag(TagBase):
    folded = models.CharField(max_length=LONGEST_FOLDED, unique=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]
        constraints = [models.CheckConstraint(condition=~Q(folded=""), name="tag_has_a_name")]

    def clean(self) -> None:
        """Refuse what cannot be a tag, and one that is there already in other letters."""
        super().clean()
        validate_tag(self.name)
        if Tag.objects.exclude(pk=self.pk).filter(folded=fold(self.name)).exists():
            raise ValidationError({"name": _("There is such a tag already.")}, code="unique")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Give the tag's address; one of emoji or signs alone has none of its own and gets a plain word.

        It is cut where a sign is spelt out in several letters, to leave room for the number `i`.
        """
        return super().slugify(super().slugify(tag)[:90] or "theme", i)

    def get_absolute_url(self) -> str:
        return reverse("archive:tag", args=[self.slug])


class TaggedSection(ItemBase):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_sections")
    content_object = models.ForeignKey(
        "issues.Section", on_delete=models.CASCADE, related_name="tagged_sections"
    )

    class Meta:
        verbose_name = _("tag of a section")
        verbose_name_plural = _("tags of sections")
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="section_holds_a_tag_once")
        ]


class FoldingTaggableManager(_TaggableManager):
    """Finds the tag that is meant whatever the case and the accents of the name given."""

    def _to_tag_model_instances(self, tags: Any, tag_kwargs: dict[str, Any]) -> Any:
        found = []
        for tag in tags:
            if isinstance(tag, str):
                name = " ".join(tag.split())
                if not name:
                    continue
                tag, _created = Tag.objects.get_or_create(folded=fold(name), defaults={"name": name})
            found.append(tag)
        return super()._to_tag_model_instances(found, tag_kwargs)
