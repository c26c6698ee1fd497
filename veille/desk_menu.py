"""How the desk looks, and what stands in its menu: for the interface library, unfold."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def unfold(name: str) -> dict[str, Any]:
    """Give the library's settings, for a newsletter of this name."""
    return {
        "SITE_TITLE": name,
        "SITE_HEADER": name,
        "SITE_SUBHEADER": _("The desk"),
        "SITE_SYMBOL": "newsmode",
        "SITE_URL": "/",
        "SITE_FAVICONS": [
            {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
        ],
        "SHOW_LANGUAGES": True,
        "SHOW_VIEW_ON_SITE": False,
        "DASHBOARD_CALLBACK": "issues.desk.dashboard.dashboard",
        "STYLES": [
            lambda request, name=name: static(f"desk/{name}.css")
            for name in (
                "desk",
                "checks",
                "history",
                "board",
                "watch_board",
                "preview",
                "thread",
                "covered",
                "drafts",
                "inlines",
                "transfers",
                "login",
                "posts",
                "proposals",
                "nudges",
                "capture",
                "bringing",
            )
        ],
        "SCRIPTS": [lambda request: static("desk/focus.js")],
        "COLORS": {
            "primary": {
                "50": "oklch(97.5% .012 35)",
                "100": "oklch(94.6% .028 35)",
                "200": "oklch(89% .055 35)",
                "300": "oklch(81% .1 35)",
                "400": "oklch(72% .14 35)",
                "500": "oklch(67% .15 34)",
                "600": "oklch(53% .148 33)",
                "700": "oklch(46% .13 33)",
                "800": "oklch(39% .105 33)",
                "900": "oklch(34% .085 33)",
                "950": "oklch(25% .06 33)",
            }
        },
        "ACCOUNT": {
            "navigation": [
                {"title": _("My notifications"), "link": reverse_lazy("issues:my-notifications")},
                {"title": _("My nudges"), "link": reverse_lazy("watch:my-nudges")},
                {"title": _("Two steps"), "link": reverse_lazy("admin:two-steps")},
                {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
            ]
        },
        "SIDEBAR": {
            "show_search": False,
            "navigation": [
                {
                    "items": [
                        {"title": _("Desk"), "icon": "home", "link": reverse_lazy("admin:index")},
                        {
                            "title": _("What is new"),
                            "icon": "notifications",
                            "link": reverse_lazy("issues:news"),
                            "badge": "issues.thread.news.badge",
                        },
                        _item(
                            _("Sections"),
                            "article",
                            "issues_section",
                            "issues.view_section",
                            badge="issues.desk.dashboard.waiting_badge",
                        ),
                        _item(_("Issues"), "newspaper", "issues_issue", "issues.view_issue"),
                        {
                            "title": _("Calendar"),
                            "icon": "calendar_month",
                            "link": reverse_lazy("issues:issue-calendar"),
                            "permission": lambda request: request.user.has_perm("issues.view_issue"),
                        },
                        {
                            "title": _("Dead links"),
                            "icon": "link_off",
                            "link": reverse_lazy("issues:dead-links"),
                            "permission": lambda request: request.user.has_perm("issues.edit_issues"),
                        },
                        _item(_("Mailings"), "forward_to_inbox", "mailings_mailing", "mailings.view_mailing"),
                        _item(
                            _("Bounces"),
                            "undo",
                            "mailings_bounce",
                            "mailings.view_bounce",
                            badge="mailings.bounces.admin.badge",
                        ),
                    ]
                },
                {
                    "title": _("Watch"),
                    "separator": True,
                    "items": [
                        {
                            "title": _("Who writes what"),
                            "icon": "view_kanban",
                            "link": reverse_lazy("watch:board"),
                            "permission": lambda request: request.user.has_perm("watch.view_subject"),
                        },
                        {
                            "title": _("My clips"),
                            "icon": "bookmark_added",
                            "link": reverse_lazy("watch:clips"),
                            "permission": lambda request: request.user.has_perm("watch.add_clip"),
                        },
                        {
                            "title": _("Capture tools"),
                            "icon": "add_link",
                            "link": reverse_lazy("watch:capture-tools"),
                            "permission": lambda request: request.user.has_perm("watch.add_clip"),
                        },
                        {
                            "title": _("Sources of links"),
                            "icon": "move_to_inbox",
                            "link": reverse_lazy("watch:sources"),
                            "permission": lambda request: request.user.has_perm("watch.add_clip"),
                        },
                        {
                            "title": _("Steps and turns"),
                            "icon": "event_upcoming",
                            "link": reverse_lazy("watch:turns"),
                            "permission": lambda request: request.user.has_perm("issues.view_issue"),
                        },
                        {
                            "title": _("Proposals"),
                            "icon": "inbox_customize",
                            "link": reverse_lazy("watch:proposals"),
                            "permission": lambda request: request.user.has_perm("watch.change_proposal"),
                            "badge": "watch.proposals.views.badge",
                        },
                    ],
                },
                {
                    "title": _("People"),
                    "separator": True,
                    "items": [
                        _item(_("Authors"), "draw", "authors_author", "authors.view_author"),
                        _item(
                            _("Subscribers"), "group", "subscribers_subscriber", "subscribers.view_subscriber"
                        ),
                        _item(
                            _("Welcome mails"),
                            "waving_hand",
                            "mailings_welcometext",
                            "mailings.view_welcometext",
                        ),
                        _item(_("Accounts"), "manage_accounts", "authors_user", "authors.view_user"),
                        _item(_("Roles"), "shield_person", "auth_group", "auth.view_group"),
                    ],
                },
                {
                    "title": _("Vocabulary"),
                    "separator": True,
                    "items": [
                        _item(_("Rubrics"), "bookmarks", "issues_rubric", "issues.change_rubric"),
                        _item(_("Tags"), "sell", "issues_tag", "issues.change_tag"),
                    ],
                },
            ],
        },
    }


def _item(title: object, icon: str, model: str, permission: str, **more: object) -> dict[str, object]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model}_changelist"),
        "permission": lambda request: request.user.has_perm(permission),
        **more,
    }
