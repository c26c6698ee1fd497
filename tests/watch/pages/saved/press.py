"""News sites, repositories of papers, institutions: what large systems make of a story."""

import json
from html import escape

from .page import UNASKED, Story, Truth
from .words import AND, BY, PUBLISHED, UPDATED, byline, spoken


def newspaper(story: Story) -> tuple[str, Truth]:
    """JSON-LD in a list, a rubric in the title, an account of a network as the author."""
    url = story.canonical = story.url
    article = {
        "@context": "http://schema.org", "@type": story.dice.choice(["NewsArticle", "ReportageNewsArticle"]),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url}, "headline": story.title,
        "description": story.summary, "datePublished": f"{story.at:%Y-%m-%dT%H:%M:%S+0000}",
        "dateModified": f"{story.later:%Y-%m-%dT%H:%M:%S+0000}",
        "author": [{"@type": "Person", "name": name} for name in story.people],
        "publisher": {"@type": "NewsMediaOrganization", "name": story.site,
                      "logo": {"@type": "ImageObject", "url": f"https://{story.host}/l.png"}},
    }  # fmt: skip
    crumbs = {"@context": "http://schema.org", "@type": "BreadcrumbList", "itemListElement": []}
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"/>
<title>{escape(story.title)} | Politique | {escape(story.site)}</title><meta name="description" content="{escape(story.summary)}"/>
<meta property="og:title" content="{escape(story.title)}"/><meta property="og:site_name" content="{escape(story.site)}"/>
<meta property="article:author" content="https://www.facebook.example/{story.host}"/>
<meta property="article:published_time" content="{story.at.isoformat()}"/><meta property="og:article:section" content="Politique"/>
<link rel="canonical" href="{url}"/><link rel="amphtml" href="{url}?amp=1"/>
<script type="application/ld+json">{json.dumps([crumbs, article])}</script></head><body>
<header>{spoken(story.later.date(), story.language)}</header><article><h1>{escape(story.title)}</h1>
<p class="chapo">{escape(story.summary)}</p><span class="meta__author">{BY[story.language]} {escape(byline(story.people, story.language))}</span>
{story.body}</article><section class="related"><h2>Lire aussi</h2><article><h3>Autre</h3><time datetime="2015-01-02">…</time>
</article></section></body></html>""",
        story.truth(),
    )


def agency(story: Story) -> tuple[str, Truth]:
    """An agency signs; the article is the main thing of a page in JSON-LD."""
    data = {
        "@context": "https://schema.org", "@type": "WebPage", "name": f"{story.title} - {story.site}",
        "mainEntity": {"@type": "NewsArticle", "headline": story.title, "datePublished": story.day.isoformat(),
                       "author": {"@type": "Organization", "name": "AFP"}, "inLanguage": story.language,
                       "publisher": {"@type": "Organization", "name": story.site}},
    }  # fmt: skip
    return (
        f"""<html><head><meta charset="utf-8"><title>{escape(story.title)} - {escape(story.site)}</title>
<meta property="og:description" content="{escape(story.summary)}">
<script type="application/ld+json">{json.dumps(data)}</script></head>
<body><h1>{escape(story.title)}</h1><p>{BY[story.language]} AFP</p>{story.body}</body></html>""",
        story.truth(authors="AFP"),
    )


def arxiv(story: Story) -> tuple[str, Truth]:
    number = f"{story.at:%y%m}.{story.dice.randint(10000, 19999)}"
    names = [_turned(name) for name in story.people]
    tags = "".join(f'<meta name="citation_author" content="{escape(name)}" />' for name in names)
    links = ", ".join(f'<a href="/search/?a">{escape(name)}</a>' for name in story.people)
    story.host, story.path = "arxiv.example", f"/abs/{number}"
    story.canonical = story.url
    return (
        f"""<!DOCTYPE html><html lang="en"><head><title>[{number}] {escape(story.title)}</title><meta charset="utf-8">
<link rel="canonical" href="{story.url}"/><meta name="description" content="Abstract page for arXiv paper {number}: {escape(story.title)}">
<meta property="og:type" content="website" /><meta property="og:site_name" content="arXiv.org" />
<meta property="og:title" content="{escape(story.title)}" /><meta property="og:description" content="{escape(story.paragraphs[0])}" />
<meta name="citation_title" content="{escape(story.title)}" />{tags}<meta name="citation_date" content="{story.at:%Y/%m/%d}" />
<meta name="citation_online_date" content="{story.later:%Y/%m/%d}" /><meta name="citation_arxiv_id" content="{number}" /></head>
<body><div class="dateline">[Submitted on {story.at.day} {story.at:%b %Y} (v1), last revised {story.later.day} {story.later:%b %Y}]</div>
<h1 class="title mathjax"><span class="descriptor">Title:</span>{escape(story.title)}</h1>
<div class="authors"><span class="descriptor">Authors:</span>{links}</div>
<blockquote class="abstract"><span class="descriptor">Abstract:</span>{escape(story.paragraphs[0])}</blockquote></body></html>""",
        story.truth(site="arXiv.org", excerpt=story.paragraphs[0]),
    )


def journal(story: Story) -> tuple[str, Truth]:
    """A journal of a university: Highwire's and Dublin Core's names, surnames first."""
    names = [_turned(name) for name in story.people]
    tags = "".join(
        f'<meta name="citation_author" content="{escape(name)}"><meta name="DC.Creator.PersonalName" content="{escape(name)}"/>'
        for name in names
    )
    return (
        f"""<!DOCTYPE html><html lang="{story.language}-{story.language.upper()}"><head><meta charset="utf-8">
<title>{escape(story.title)} | {escape(story.site)}</title><meta name="citation_journal_title" content="{escape(story.site)}"/>
{tags}<meta name="citation_title" content="{escape(story.title)}"/><meta name="citation_language" content="{story.language}"/>
<meta name="citation_publication_date" content="{story.at:%Y/%m/%d}"/><meta name="DC.Date.issued" content="{story.day}"/>
<meta name="DC.Date.modified" content="{story.later.date()}"/><meta name="DC.Description" content="{escape(story.summary)}"/>
</head><body><h1 class="page_header">{escape(story.site)}</h1><h2>{escape(story.title)}</h2>{story.body}</body></html>""",
        story.truth(),
    )


def dublin_core(story: Story) -> tuple[str, Truth]:
    """An archive that knows nothing but Dublin Core."""
    tags = "".join(f'<meta name="DC.creator" content="{escape(name)}">' for name in story.people)
    return (
        f"""<HTML><HEAD><TITLE>{escape(story.title)}</TITLE><link rel="schema.DC" href="http://purl.org/dc/elements/1.1/">
<meta name="DC.title" content="{escape(story.title)}">{tags}<meta name="DCTERMS.issued" content="{story.day}">
<meta name="DC.language" scheme="RFC1766" content="{story.language}"><meta name="DC.publisher" content="{escape(story.site)}">
<meta name="DC.description" content="{escape(story.summary)}"></HEAD><BODY><H1>{escape(story.title)}</H1>{story.body}</BODY></HTML>""",
        story.truth(),
    )


def institution(story: Story) -> tuple[str, Truth]:
    """A page of an office: nobody signs, the day is in words of its own."""
    return (
        f"""<!DOCTYPE html><html lang="{story.language}" dir="ltr"><head><meta charset="utf-8" />
<meta name="description" content="{escape(story.summary)}" /><link rel="canonical" href="{story.path}" />
<meta name="Generator" content="Drupal 10" /><title>{escape(story.title)} | {escape(story.site)}</title></head><body>
<main><h1>{escape(story.title)}</h1><div class="field--name-created">{PUBLISHED[story.language]} {spoken(story.day, story.language)}</div>
<div class="field--name-changed">{UPDATED[story.language]} {spoken(story.later.date(), story.language)}</div>
{story.body}</main></body></html>""",
        story.truth(authors="", canonical=story.url),
    )


def encyclopedia(story: Story) -> tuple[str, Truth]:
    story.canonical = story.url
    data = {
        "@context": "https://schema.org", "@type": "Article", "name": story.title, "url": story.url,
        "author": {"@type": "Organization", "name": "Contributeurs"}, "headline": "un sujet",
        "datePublished": f"{story.at:%Y-%m-%dT%H:%M:%SZ}", "dateModified": f"{story.later:%Y-%m-%dT%H:%M:%SZ}",
        "publisher": {"@type": "Organization", "name": story.site},
    }  # fmt: skip
    return (
        f"""<!DOCTYPE html><html lang="{story.language}" dir="ltr"><head><meta charset="UTF-8">
<title>{escape(story.title)} — {escape(story.site)}</title><link rel="canonical" href="{story.url}">
<meta property="og:title" content="{escape(story.title)} — {escape(story.site)}"><meta property="og:type" content="website">
</head><body><h1 id="firstHeading">{escape(story.title)}</h1><div id="siteSub">Un article de {escape(story.site)}.</div>
<div id="mw-content-text">{story.body}</div><script type="application/ld+json">{json.dumps(data)}</script></body></html>""",
        story.truth(authors=UNASKED, excerpt=story.paragraphs[0]),
    )


def video(story: Story) -> tuple[str, Truth]:
    story.host, story.path = "www.youtube.example", f"/watch?v=a{story.dice.randint(10**8, 10**9)}"
    story.canonical = story.url
    name = story.people[0]
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)} - YouTube</title><link rel="canonical" href="{story.url}"><meta name="title" content="{escape(story.title)}">
<meta name="description" content="{escape(story.summary)}"><meta property="og:site_name" content="YouTube">
<meta property="og:title" content="{escape(story.title)}"></head><body><div itemscope itemtype="http://schema.org/VideoObject">
<meta itemprop="name" content="{escape(story.title)}"><span itemprop="author" itemscope itemtype="http://schema.org/Person">
<link itemprop="url" href="http://www.youtube.example/@a"><link itemprop="name" content="{escape(name)}"></span>
<meta itemprop="datePublished" content="{story.at:%Y-%m-%dT%H:%M:%S}-07:00"><meta itemprop="uploadDate" content="{story.at:%Y-%m-%d}">
</div></body></html>""",
        story.truth(site="YouTube", authors=name),
    )


def press_release(story: Story) -> tuple[str, Truth]:
    """A page by hand, with a byline and a day in words."""
    language = story.language
    return (
        f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(story.site)} · {escape(story.title)}</title></head>
<body><div class="top"><a href="/">{escape(story.site)}</a></div><h1>{escape(story.title)}</h1>
<p class="byline">{BY[language]} {escape(f" {AND[language]} ".join(story.people))} – {spoken(story.day, language)}</p>
{story.body}<p class="footer">© 2009-{story.later.year} {escape(story.site)}</p></body></html>""",
        story.truth(excerpt=story.paragraphs[0]),
    )


def _turned(name: str) -> str:
    first, _space, last = name.partition(" ")
    return f"{last}, {first}"
