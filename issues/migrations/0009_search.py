from django.db import migrations, models

_POSTGRES = (
    """
    ALTER TABLE issues_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title_stems), 'A') || setweight(to_tsvector('simple', text_stems), 'C')
    ) STORED
    """,
    "CREATE INDEX issues_search_words ON issues_searchentry USING gin (vector)",
)
_SQLITE = ("CREATE VIRTUAL TABLE issues_search_fts USING fts5(title, text)",)


def make_what_finds(apps, schema_editor):
    for statement in _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def take_it_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE issues_search_fts")


def note_what_is_published(apps, schema_editor):
    # The functions of today: what they write is only ever read by them, and `reindex` writes it anew.
    from issues.rendering.text import text_of_markdown
    from issues.search.words import stems

    entry = apps.get_model("issues", "SearchEntry")
    sections = apps.get_model("issues", "Section").objects.filter(issue__state="published")
    for section in sections.iterator(chunk_size=200):
        text = " ".join(text_of_markdown(section.body).split())
        names = section.authors.values_list("name", flat=True)
        made = entry.objects.create(
            section=section,
            text=text,
            title_stems=" ".join(stems(" ".join([section.title, *names]))),
            text_stems=" ".join(stems(text)),
        )
        if schema_editor.connection.vendor == "sqlite":
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO issues_search_fts (rowid, title, text) VALUES (%s, %s, %s)",
                    [section.pk, made.title_stems, made.text_stems],
                )


class Migration(migrations.Migration):
    dependencies = [("issues", "0008_drafts")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "section",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="issues.section",
                    ),
                ),
                ("text", models.TextField()),
                ("title_stems", models.TextField()),
                ("text_stems", models.TextField()),
            ],
        ),
        migrations.RunPython(make_what_finds, take_it_away),
        migrations.RunPython(note_what_is_published, migrations.RunPython.noop),
    ]
