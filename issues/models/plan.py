"""The plan of an issue: the rubrics it is to hold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .issue import Issue
from .section import Rubric


class PlannedRubric(models.Model):
    """A rubric that an issue is to hold, and its place among the others."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="planned_rubrics")
    rubric = models.ForeignKey(
        Rubric, verbose_name=_("rubric"), on_delete=models.CASCADE, related_name="planned_in"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("planned rubric")
        verbose_name_plural = _("planned rubrics")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "rubric"],
                name="issue_plans_a_rubric_once",
                violation_error_message=_("A rubric is planned once in an issue."),
            ),
        ]

    def __str__(self) -> str:
        return self.rubric.name
