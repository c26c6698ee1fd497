"""Endpoints behind the desk: for staff only, each with its own permission check."""

from django.urls import path

from .desk import checking, views
from .desk.views import dead_links, news, threads
from .drafts import views as drafts
from .history import views as history
from .proofs import views as proofs

app_name = "issues"
urlpatterns = [
    path("apercu-markdown/", views.markdown_preview, name="markdown-preview"),
    path("images/", views.picture_upload, name="picture-upload"),
    path("deja-vu/", views.covered, name="covered"),
    path("import/", views.issue_import, name="issue-import"),
    path("nouveautes/", news.what_is_new, name="news"),
    path("nouveautes/vu/", news.seen, name="news-seen"),
    path("mes-avis/", news.my_notifications, name="my-notifications"),
    path("sections/<int:pk>/commentaire/", threads.section_comment, name="section-comment"),
    path(
        "sections/<int:pk>/commentaire/<int:review>/resolu/", threads.section_resolve, name="section-resolve"
    ),
    path(
        "sections/<int:pk>/commentaire/<int:review>/rouvrir/", threads.section_reopen, name="section-reopen"
    ),
    path("sections/<int:pk>/etape/<slug:name>/", views.section_transition, name="section-transition"),
    path(
        "sections/<int:pk>/versions/<int:version>/reprendre/",
        history.restore_section,
        name="section-restore",
    ),
    path("numeros/<int:pk>/versions/<int:version>/reprendre/", history.restore_issue, name="issue-restore"),
    path("numeros/<int:pk>/apercu/", views.issue_preview, name="issue-preview"),
    path("numeros/<int:pk>/apercu/<slug:part>/", views.issue_preview_part, name="issue-preview-part"),
    path("numeros/<int:pk>/relecture/", proofs.make, name="proof-make"),
    path("numeros/<int:pk>/relecture/reprendre/", proofs.take_back, name="proof-take-back"),
    path("numeros/<int:pk>/avertissements/", checking.acknowledge, name="issue-acknowledge"),
    path("numeros/<int:pk>/avertissements/reprendre/", checking.take_back, name="issue-take-back"),
    path("numeros/<int:pk>/liens/", checking.look_again, name="issue-look-again"),
    path("numeros/<int:pk>/commentaire/", threads.issue_comment, name="issue-comment"),
    path("numeros/<int:pk>/commentaire/<int:review>/resolu/", threads.issue_resolve, name="issue-resolve"),
    path("numeros/<int:pk>/commentaire/<int:review>/rouvrir/", threads.issue_reopen, name="issue-reopen"),
    path("brouillons/<uuid:key>/jeter/", drafts.discard, name="draft-discard"),
    path("brouillons/<slug:kind>/nouveau/", drafts.keep, name="draft-keep-new"),
    path("brouillons/<slug:kind>/<int:pk>/", drafts.keep, name="draft-keep"),
    path("presences/<slug:kind>/<int:pk>/", drafts.heartbeat, name="presence"),
    path("numeros/<int:pk>/etape/<slug:name>/", views.issue_transition, name="issue-transition"),
    path("liens-morts/", dead_links.dead_links, name="dead-links"),
    path("liens-morts/<int:pk>/", dead_links.decide, name="dead-link-decide"),
    path("calendrier/", views.issue_calendar, name="issue-calendar"),
    path("sections/<int:pk>/numero/", views.section_place, name="section-place"),
    path("sections/<int:pk>/place/", views.section_move, name="section-move"),
    path("sections/<int:pk>/corriger/", views.section_correct, name="section-correct"),
    path("numeros/<int:pk>/corriger/", views.issue_correct, name="issue-correct"),
    path("numeros/<int:pk>/suivant/", views.issue_duplicate, name="issue-duplicate"),
]
