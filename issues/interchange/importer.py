"""From a draft to an issue in the database: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from authors.models import Author

from .. import following
from ..canonical import canonical_url
from ..links.addresses import request_url
from ..models import Byline, Issue, Rubric, Section, Source
from ..models.tag import fold, validate_tag
from ..rendering.markdown import MAX_MARKDOWN
from ..workflow import NotAllowed
from .drafts import IssueDraft, Report, SectionDraft, SourceDraft
from .errors import ImportRefused
from .front_matter import shorten
from .parse import MAX_NUMBER, parse, read_number


@dataclass(frozen=True)
class ImportResult:
    issue: Issue
    report: Report


def import_issue(data: bytes, *, by: Any, number: int | None = None) -> ImportResult:
    """Make an issue of a file, in one transaction; its sections come in as drafts.

    `by` is who asks (None: the command line); `number` wins over the file's, and where there is neither the
    next free one is taken. Authors, rubrics and tags are found whatever the case and the accents, or
    created, the authors as guests. Raises NotAllowed without the right to import, ImportRefused for a file
    that cannot be read or a number that is taken.
    """
    need_right(by)
    draft = parse(data)
    result = bring_in(draft, by=by, number=number)
    if draft.published:
        result.report.info(
            _("It came out on %(date)s, says the file: the button for the archive asks for that date.")
            % {"date": date_format(_local(draft.published), "DATE_FORMAT")}
        )
    return result


def need_right(by: Any) -> None:
    """Raise NotAllowed for who may not import; None is the command line."""
    if by is not None and not (by.is_active and by.has_perm("issues.import_issue")):
        raise NotAllowed(_("You do not have the right to import an issue."))


def bring_in(draft: IssueDraft, *, by: Any, number: int | None = None) -> ImportResult:
    """Make an issue of what a file said; else as `import_issue`."""
    need_right(by)
    try:
        with transaction.atomic():
            issue = _Import(draft, by).run(number)
    except IntegrityError:
        raise ImportRefused(
            _("Somebody created the same author, rubric or tag at the same moment: import the file again.")
        ) from None
    return ImportResult(issue, draft.report.in_reading_order())


class _Import:
    """One import under way: who asked, what is known of the people and the rubrics, the report."""

    def __init__(self, draft: IssueDraft, by: Any) -> None:
        self.draft = draft
        self.by = by
        self.report = draft.report
        self.authors = _Names(Author.objects.all())
        self.rubrics = _Names(Rubric.objects.all())

    def run(self, number: int | None) -> Issue:
        issue = self._create_issue(number)
        for position, section in enumerate(self.draft.sections):
            self._create_section(issue, section, position)
        return issue

    def _create_issue(self, number: int | None) -> Issue:
        draft = self.draft
        if number is not None:
            read_number(str(number))
        number = number or draft.number or Issue.next_number()
        if number > MAX_NUMBER:
            raise ImportRefused(_("There is no number after the highest one taken: give one."))
        title = draft.title
        if not title:
            with translation.override(settings.NEWSLETTER["language"]):
                title = _("Issue %(number)d") % {"number": number}
            self.report.warn(
                _("The file gives no title for the issue: “%(title)s” for now.") % {"title": title}
            )
        issue = Issue(
            number=number,
            title=title,
            subject=draft.subject,
            preheader=draft.preheader,
            deadline=draft.deadline,
            introduction=draft.introduction,
            closing=draft.closing,
        )
        _check(issue, _("the issue"))
        for words in (draft.introduction, draft.closing):
            _check_length(words, _("the issue"))
        taken = ImportRefused(
            _("There is an issue %(number)d already: give another number.") % {"number": number}
        )
        if Issue.objects.filter(number=number).exists():
            raise taken
        try:
            with transaction.atomic():
                self._save(issue)
        except IntegrityError:
            raise taken from None
        return issue

    def _create_section(self, issue: Issue, draft: SectionDraft, position: int) -> None:
        section = Section(
            issue=issue,
            rubric=self._rubric(draft.rubric),
            position=position,
            title=draft.title,
            body=draft.body,
            follows=self._follows(issue, draft),
        )
        name = _("the section “%(title)s”") % {"title": shorten(draft.title)}
        _check(section, name, line=draft.line)
        _check_length(section.body, name, line=draft.line)
        self._save(section)
        signing: list[Author] = []
        for author in map(self._author, draft.authors):
            if author in signing:
                self.report.warn(
                    _("%(author)s signs “%(title)s” twice; once is kept.")
                    % {"author": author.name, "title": shorten(draft.title)},
                    draft.line,
                )
            else:
                signing.append(author)
        Byline.objects.bulk_create(
            Byline(section=section, author=author, position=place) for place, author in enumerate(signing)
        )
        section.tags.set([tag for tag in draft.tags if self._is_tag(tag, draft)])
        Source.objects.bulk_create(
            self._source(section, source, place) for place, source in enumerate(draft.sources)
        )

    def _follows(self, issue: Issue, draft: SectionDraft) -> Section | None:
        if not draft.follows:
            return None
        number, _space, title = draft.follows.partition(" ")
        found = None
        if number.isascii() and number.isdigit() and len(number) < 10:
            found = following.earlier(issue).filter(issue__number=int(number), title=title.strip()).first()
        if found is None:
            self.report.warn(
                _("“%(title)s” follows “%(follows)s”, which is no published section of an earlier one.")
                % {"title": shorten(draft.title), "follows": shorten(draft.follows)},
                draft.line,
            )
        return found

    def _author(self, name: str) -> Author:
        author = self.authors.find(name)
        if not author:
            author = Author(name=name)
            _check(author, _("the author “%(name)s”") % {"name": shorten(name)})
            author.save()
            self.authors.add(author)
            self.report.info(_("%(author)s is new here: a guest author was created.") % {"author": name})
        return author

    def _rubric(self, name: str) -> Rubric | None:
        if not name:
            return None
        rubric = self.rubrics.find(name)
        if not rubric:
            last = Rubric.objects.aggregate(last=models.Max("position"))["last"] or 0
            rubric = Rubric(name=name, position=min(last + 1, 32_767))
            _check(rubric, _("the rubric “%(name)s”") % {"name": shorten(name)})
            rubric.save()
            self.rubrics.add(rubric)
            self.report.info(_("The rubric “%(name)s” was created.") % {"name": name})
        return rubric

    def _is_tag(self, name: str, draft: SectionDraft) -> bool:
        """Whether the name can be a tag's; one that cannot is reported and left out."""
        try:
            validate_tag(name)
        except ValidationError:
            self.report.warn(
                _("“%(name)s” cannot be a tag; it was left out.") % {"name": shorten(name)}, draft.line
            )
            return False
        return True

    def _source(self, section: Section, draft: SourceDraft, position: int) -> Source:
        source = Source(
            section=section, position=position, title=draft.title, publisher=draft.publisher, url=draft.url
        )
        if not _is_address(source):
            self.report.warn(
                _("“%(url)s” is not an http or https address; the source “%(title)s” is kept without it.")
                % {"url": shorten(draft.url), "title": shorten(draft.title)},
                draft.line,
            )
            source.url = ""
        source.canonical_url = canonical_url(source.url)
        _check(source, _("the source “%(title)s”") % {"title": shorten(draft.title)}, line=draft.line)
        return source

    def _save(self, thing: Issue | Section) -> None:
        thing._change_reason = "Imported from a file"  # type: ignore[union-attr]
        if self.by is not None:
            thing._history_user = self.by  # type: ignore[union-attr]
        thing.save()


class _Names[Named: (Author, Rubric)]:
    """Things found by name: written just so, else whatever the case and the accents."""

    def __init__(self, things: models.QuerySet[Named]) -> None:
        self._exact: dict[str, Named] = {}
        self._folded: dict[str, Named] = {}
        for thing in things.order_by("pk"):
            self.add(thing)

    def add(self, thing: Named) -> None:
        self._exact[thing.name] = thing
        self._folded.setdefault(fold(thing.name) or thing.name, thing)

    def find(self, name: str) -> Named | None:
        return self._exact.get(name) or self._folded.get(fold(name) or name)


def _local(day: date | datetime) -> date | datetime:
    return timezone.localtime(day) if isinstance(day, datetime) else day


def _is_address(source: Source) -> bool:
    """Whether the address can be stored, and asked for."""
    field = Source._meta.get_field("url")
    if not source.url:
        return True
    try:
        field.clean(source.url, source)
    except ValidationError:
        return False
    return source.url.startswith(("http://", "https://")) and bool(request_url(source.url))


def _check_length(text: str, name: str, *, line: int | None = None) -> None:
    """Refuse what no form of the desk could save again, and what takes minutes to render."""
    if len(text) > MAX_MARKDOWN:
        raise ImportRefused(
            _("%(name)s: a text of more than %(limit)d characters.") % {"name": name, "limit": MAX_MARKDOWN},
            line=line,
        )


def _check(thing: models.Model, name: str, *, line: int | None = None) -> None:
    """Run the model's own validation of each field. Raises ImportRefused with what it says."""
    foreign_keys = [field.name for field in thing._meta.fields if field.is_relation]
    try:
        thing.clean_fields(exclude=foreign_keys)
    except ValidationError as error:
        problems = " ".join(
            f"{thing._meta.get_field(field).verbose_name}: {' '.join(messages)}"  # type: ignore[union-attr]
            for field, messages in error.message_dict.items()
        )
        raise ImportRefused(f"{name}: {problems}", line=line) from None
