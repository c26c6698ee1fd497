"""Forums, documentation, forges, pages by hand, and pages that are broken."""

import json
from html import escape

from .page import UNASKED, Story, Truth
from .words import BY, PUBLISHED, UPDATED, byline, spoken


def discourse(story: Story) -> tuple[str, Truth]:
    """A forum of today: who asked is the author; answers come later, by others."""
    name = story.people[0]
    story.canonical = story.url
    data = {
        "@context": "http://schema.org", "@type": "DiscussionForumPosting", "headline": story.title,
        "articleSection": "Divers", "text": story.paragraphs[0], "datePublished": story.at.isoformat(),
        "author": {"@type": "Person", "name": name, "url": "https://f.example/u/a"},
        "comment": [{"@type": "Comment", "text": "Oui", "datePublished": story.later.isoformat(),
                     "author": {"@type": "Person", "name": "troll42"}}],
    }  # fmt: skip
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)} - Divers - {escape(story.site)}</title><link rel="canonical" href="{story.url}" />
<meta name="description" content="{escape(story.paragraphs[0])}"><meta property="og:site_name" content="{escape(story.site)}" />
<meta property="og:title" content="{escape(story.title)}" /><meta property="article:published_time" content="{story.at.isoformat()}" />
<script type="application/ld+json">{json.dumps(data)}</script></head><body><h1>{escape(story.title)}</h1>
<div class="topic-body"><span class="creator"><span itemprop="name">{escape(name)}</span></span>{story.body}</div>
<div class="topic-body"><span class="creator"><span itemprop="name">troll42</span></span><p>Oui</p></div></body></html>""",
        story.truth(authors=name, excerpt=story.paragraphs[0]),
    )


def phpbb(story: Story) -> tuple[str, Truth]:
    """A forum of yesterday: nothing is marked, the site comes first in the title."""
    return (
        f"""<!DOCTYPE html><html dir="ltr" lang="{story.language}"><head><meta charset="utf-8" />
<title>{escape(story.site)} - {escape(story.title)}</title></head><body id="phpbb"><a id="logo" class="logo" href="./index.php">
{escape(story.site)}</a><h2 class="topic-title"><a href="./viewtopic.php?t=12">{escape(story.title)}</a></h2>
<div id="p1" class="post"><p class="author">{BY[story.language].lower()} <strong><a href="./m" class="username">marmotte</a></strong> »
<time datetime="{story.at.isoformat()}">{story.at:%d/%m/%Y %H:%M}</time></p><div class="content">{story.body}</div></div>
<div id="p2" class="post"><p class="author">{BY[story.language].lower()} <a class="username">autre</a> »
<time datetime="{story.later.isoformat()}">{story.later:%d/%m/%Y %H:%M}</time></p><div class="content"><p>Merci.</p></div></div></body></html>""",
        story.truth(authors="marmotte", excerpt=story.paragraphs[0]),
    )


def sphinx(story: Story) -> tuple[str, Truth]:
    """Documentation: no author, no day but that of the last build."""
    site = f"{story.site.split()[-1]} 3.2 documentation"
    return (
        f"""<!DOCTYPE html><html lang="en" data-content_root="../"><head><meta charset="utf-8" />
<title>{escape(story.title)} &#8212; {escape(site)}</title><link rel="canonical" href="{story.url}" /></head><body>
<div class="related"><a href="index.html">{escape(site)}</a></div><section id="a">
<h1>{escape(story.title)}<a class="headerlink" href="#a" title="Link to this heading">¶</a></h1>{story.body}</section>
<div class="footer">&#169; Copyright 2011, The Team. Last updated on {story.later:%b %d, %Y}.</div></body></html>""",
        story.truth(site=site, authors="", date=UNASKED, excerpt=story.paragraphs[0], canonical=story.url),
    )


def mkdocs(story: Story) -> tuple[str, Truth]:
    return (
        f"""<!doctype html><html lang="{story.language}" class="no-js"><head><meta charset="utf-8">
<meta name="description" content="{escape(story.summary)}"><link rel="canonical" href="{story.url}">
<meta name="generator" content="mkdocs-1.6, mkdocs-material-9.7"><title>{escape(story.title)} - {escape(story.site)}</title></head>
<body><header><a title="{escape(story.site)}" class="md-logo"></a></header><article class="md-content__inner">
<h1 id="a">{escape(story.title)}</h1>{story.body}</article></body></html>""",
        story.truth(authors="", date=None, canonical=story.url),
    )


def release(story: Story) -> tuple[str, Truth]:
    """A release on a forge: its title names the project, its author is an account."""
    version = f"v{story.dice.randint(1, 9)}.{story.dice.randint(0, 20)}"
    story.host, story.path = "github.example", f"/octets/outil/releases/tag/{version}"
    title = f"Release {version} · octets/outil"
    return (
        f"""<!DOCTYPE html><html lang="en" data-color-mode="auto"><head><meta charset="utf-8">
<title>{title} · GitHub</title><meta name="description" content="{escape(story.summary)}">
<meta property="og:site_name" content="GitHub" /><meta property="og:title" content="{title}" /><meta property="og:type" content="object" />
<link rel="canonical" href="{story.url}"></head><body><h1>{version}</h1>
<a href="/marmotte" class="author">marmotte</a> released this <relative-time datetime="{story.at:%Y-%m-%dT%H:%M:%SZ}">{story.at:%b %d, %Y}</relative-time>
<div class="markdown-body">{story.body}</div></body></html>""",
        story.truth(title=title, site="GitHub", authors=UNASKED, language=UNASKED, canonical=story.url),
    )


def opengraph_alone(story: Story) -> tuple[str, Truth]:
    """No title, no article: what a page of one application gives to networks that ask."""
    return (
        f"""<html><head><meta charset="utf-8"><meta property="og:title" content="{escape(story.title)}">
<meta property="og:site_name" content="{escape(story.site)}"><meta property="og:description" content="{escape(story.summary)}">
<meta property="og:locale" content="{story.language}_{story.language.upper()}"><meta property="og:url" content="{story.url}">
<meta property="og:article:published_time" content="{story.day}"><meta property="og:article:author" content="{escape(story.people[0])}">
</head><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>""",
        story.truth(authors=story.people[0], canonical=UNASKED),
    )


def data_alone(story: Story) -> tuple[str, Truth]:
    """JSON-LD and little else, in one of the forms in which people write it."""
    people = story.people
    author: object = story.dice.choice(
        [
            [{"@type": "Person", "name": name} for name in people],
            people if len(people) > 1 else people[0],
            {"@type": "Person", "name": people if len(people) > 1 else people[0]},
            [
                {"@type": "Person", "givenName": n.split(" ", 1)[0], "familyName": n.split(" ", 1)[1]}
                for n in people
            ],
        ]
    )
    data = {
        "@context": "https://schema.org/", "@type": story.dice.choice(["TechArticle", "http://schema.org/Article", ["Article"]]),
        "name": story.title, "abstract": story.summary, "author": author, "dateCreated": story.at.isoformat(),
        "inLanguage": {"@type": "Language", "name": "…", "alternateName": story.language},
        "isPartOf": {"@type": "Blog", "name": story.site},
    }  # fmt: skip
    return (
        f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(story.title)}</title>
<script type='application/ld+json; charset=utf-8'>
{json.dumps(data, ensure_ascii=False)}
</script></head><body>{story.body}</body></html>""",
        story.truth(),
    )


def microdata(story: Story) -> tuple[str, Truth]:
    people = "".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{escape(name)}</span></span> '
        for name in story.people
    )
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{escape(story.title)} » {escape(story.site)}</title>
<meta name="application-name" content="{escape(story.site)}"></head><body>
<article itemscope itemtype="https://schema.org/Article"><h1 itemprop="headline">{escape(story.title)}</h1>
<p itemprop="description">{escape(story.summary)}</p>{people}
<meta itemprop="dateModified" content="{story.later.date()}"><meta itemprop="datePublished" content="{story.day}">
<div itemprop="articleBody">{story.body}</div></article></body></html>""",
        story.truth(),
    )


def by_hand(story: Story) -> tuple[str, Truth]:
    """A personal page of long ago: capitals, tags that nobody closes, a day in numbers as the French write it."""
    paragraphs = "<P>".join(escape(text, quote=False) for text in story.paragraphs)
    return (
        f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>{escape(story.title)}</TITLE><META NAME="Author" CONTENT="{escape(story.people[0])}">
<META NAME="Description" CONTENT="{escape(story.summary)}"></HEAD><BODY BGCOLOR=white><CENTER><H1>{escape(story.title)}</H1></CENTER>
<P>{paragraphs}<HR><FONT SIZE=-1>{UPDATED[story.language]} {story.at:%d/%m/%Y}</FONT></BODY></HTML>""",
        story.truth(
            site=story.host.removeprefix("www."), authors=story.people[0],
            # A month or a day, who could tell? And it is not when it came out.
            date=UNASKED,
        ),
    )  # fmt: skip


def broken(story: Story) -> tuple[str, Truth]:
    """Data that is no JSON, tags that cross, two titles, a head within the body."""
    story.canonical = story.url
    bad = story.dice.choice(
        [
            '{"@context": "https://schema.org", "@type": "Article", "headline": "Faux", }',
            '<!-- {"@type": "Article" -->',
            '{"@type": "Article", "headline": "À la ligne\nsans façon", "author": ',
            "[[[[",
        ]
    )
    return (
        f"""<html lang='{story.language}'><title>{escape(story.title)} :: {escape(story.site)}</title>
<script type="application/ld+json">{bad}</script><body><div><svg><title>Logo</title></svg>
<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{escape(story.site)}">
<link rel="canonical" href="{story.url}"><meta name="description" content="  {escape(story.summary)}
"><meta property="article:published_time" content="{story.at.isoformat()}"><b><p class="author">{BY[story.language]}
<a rel=author href=/x>{escape(story.people[0])}</b></a></p><h1>{escape(story.title)}<h2>Sous-titre</h1>{story.body}<table><tr><p></body>""",
        story.truth(authors=story.people[0]),
    )


def words_alone(story: Story) -> tuple[str, Truth]:
    """No language said, nothing marked: what people see is all there is."""
    return (
        f"""<html><head><title>{escape(story.title)}</title></head><body><h1>{escape(story.title)}</h1>
<p><em>{BY[story.language]} {escape(byline(story.people, story.language))}</em></p>
<p>{PUBLISHED[story.language]} {spoken(story.day, story.language)}</p>{story.body}</body></html>""",
        story.truth(site=story.host.removeprefix("www."), excerpt=story.paragraphs[0]),
    )
