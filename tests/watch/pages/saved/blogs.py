"""Blogs: what WordPress, Ghost, Hugo, Jekyll, Medium, Substack, Blogger and SPIP make of a story."""

import json
from datetime import timedelta, timezone
from html import escape

from .page import Story, Truth
from .words import BY, PUBLISHED, UPDATED, byline, spoken

PARIS = timezone(timedelta(hours=1))


def wordpress_seo(story: Story) -> tuple[str, Truth]:
    """With a plug-in for search engines: one graph of JSON-LD, people by reference."""
    url = story.canonical = story.url
    people = [
        {"@type": "Person", "@id": f"{url}#/person/{n}", "name": name} for n, name in enumerate(story.people)
    ]
    graph = [
        {
            "@type": "Article", "@id": f"{url}#article", "isPartOf": {"@id": url},
            "author": [{"@id": person["@id"], "name": person["name"]} for person in people]
            if len(people) > 1 else {"name": people[0]["name"], "@id": people[0]["@id"]},
            "headline": story.title, "datePublished": story.at.isoformat(), "dateModified": story.later.isoformat(),
            "mainEntityOfPage": {"@id": url}, "publisher": {"@id": f"https://{story.host}/#organization"},
            "inLanguage": {"fr": "fr-FR", "en": "en-US"}.get(story.language, story.language),
        },
        {"@type": ["WebPage", "ItemPage"], "@id": url, "url": url, "name": f"{story.title} - {story.site}",
         "datePublished": story.at.isoformat(), "breadcrumb": {"@id": f"{url}#breadcrumb"}},
        {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Accueil", "item": f"https://{story.host}/"},
            {"@type": "ListItem", "position": 2, "name": story.title}]},
        {"@type": "WebSite", "@id": f"https://{story.host}/#website", "name": story.site,
         "description": "Un site de plus", "potentialAction": [{"@type": "SearchAction"}]},
        {"@type": "Organization", "@id": f"https://{story.host}/#organization", "name": story.site},
        *people,
    ]  # fmt: skip
    if story.dice.random() < 0.3:
        story.dice.shuffle(graph)
    return (
        f"""<!DOCTYPE html>
<html lang="{ {"fr": "fr-FR", "en": "en-US", "de": "de-DE"}.get(story.language, story.language) }">
<head><meta charset="UTF-8"><meta name="viewport" content="width=device-width">
<title>{escape(story.title)} - {escape(story.site)}</title>
<meta name="description" content="{escape(story.summary)}" />
<link rel="canonical" href="{url}" />
<meta property="og:locale" content="{story.language}_XX" /><meta property="og:type" content="article" />
<meta property="og:title" content="{escape(story.title)}" />
<meta property="og:description" content="{escape(story.summary)}" />
<meta property="og:site_name" content="{escape(story.site)}" />
<meta property="article:published_time" content="{story.at.isoformat()}" />
<meta property="article:modified_time" content="{story.later.isoformat()}" />
<meta name="author" content="{escape(story.people[0])}" />
<script type="application/ld+json" class="yoast-schema-graph">{json.dumps({"@context": "https://schema.org", "@graph": graph})}</script>
</head><body class="single"><header><a href="/" rel="home">{escape(story.site)}</a></header>
<article><h1 class="entry-title">{escape(story.title)}</h1>{story.body}</article>
<div id="comments"><article><cite class="fn">Un visiteur</cite> <time datetime="{story.later.isoformat()}">…</time>
<p>Merci&nbsp;!</p></article></div></body></html>""",
        story.truth(),
    )


def wordpress_bare(story: Story) -> tuple[str, Truth]:
    """A theme alone: the title with its site, a byline of links, a time; no summary."""
    language, day = story.language, story.day
    tags = "".join(
        f'<span class="author vcard"><a class="url fn n" rel="author" href="/author/{n}/">{escape(name)}</a></span> '
        for n, name in enumerate(story.people)
    )
    return (
        f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="UTF-8" />
<title>{escape(story.title)} &#8211; {escape(story.site)}</title>
<meta name="generator" content="WordPress 6.8" />
<link rel="alternate" type="application/rss+xml" title="{escape(story.site)} &raquo; Flux" href="/feed/" />
<link rel="shortlink" href="/?p=12" /></head><body>
<div class="site-branding"><p class="site-title"><a href="/">{escape(story.site)}</a></p></div>
<nav><ul><li><a href="/a-propos/">À propos</a></li></ul></nav>
<article><header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1>
<div class="entry-meta"><span class="posted-on"><a href="{story.path}" rel="bookmark">
<time class="entry-date published" datetime="{story.at.isoformat()}">{spoken(day, language)}</time>
<time class="updated" datetime="{story.later.isoformat()}">{spoken(story.later.date(), language)}</time></a></span>
<span class="byline"> {BY[language].lower()} {tags}</span></div></header>
<div class="entry-content">{story.body}</div></article>
<aside><h2>Articles récents</h2><ul><li><a href="/autre/">Autre chose</a></li></ul></aside>
</body></html>""",
        story.truth(excerpt=story.paragraphs[0]),
    )


def ghost(story: Story) -> tuple[str, Truth]:
    url = story.canonical = story.url
    first, *others = story.people
    data = {
        "@context": "https://schema.org", "@type": "Article",
        "publisher": {"@type": "Organization", "name": story.site, "url": f"https://{story.host}/"},
        "author": {"@type": "Person", "name": first, "url": f"https://{story.host}/author/a/", "sameAs": []},
        "headline": escape(story.title), "url": url, "datePublished": story.at.isoformat(),
        "dateModified": story.later.isoformat(), "description": escape(story.summary), "mainEntityOfPage": url,
    }  # fmt: skip
    if others:
        data["contributor"] = [{"@type": "Person", "name": name} for name in others]
    links = ", ".join(f'<a href="/author/{n}/">{escape(name)}</a>' for n, name in enumerate(story.people))
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)}</title>
<meta charset="utf-8"><link rel="canonical" href="{url}"><meta name="referrer" content="origin">
<meta name="description" content="{escape(story.summary)}">
<meta property="og:site_name" content="{escape(story.site)}"><meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.title)}"><meta property="og:url" content="{url}">
<meta property="article:published_time" content="{story.at:%Y-%m-%dT%H:%M:%S.000Z}">
<meta property="article:modified_time" content="{story.later:%Y-%m-%dT%H:%M:%S.000Z}">
<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="{escape(byline(story.people, "en"))}">
<script type="application/ld+json">
{json.dumps(data, indent=4, ensure_ascii=False)}
</script><meta name="generator" content="Ghost 6.2"></head>
<body class="post-template"><main><article class="post"><h1>{escape(story.title)}</h1>
<h4 class="author-name">{links}</h4>
<time datetime="{story.day.isoformat()}">{spoken(story.day, story.language)}</time>{story.body}</article></main></body></html>""",
        story.truth(),
    )


def hugo(story: Story) -> tuple[str, Truth]:
    """A site made of files: OpenGraph, a meta of the author, times with their zone."""
    at = story.at.replace(hour=0, minute=20, tzinfo=PARIS)
    # Where it is left out, og:url says the same (ogp.me).
    canonical = story.dice.choice(["", f'<link rel=canonical href="{story.url}">'])
    story.canonical = story.url
    return (
        f"""<!doctype html><html lang={story.language}><head><meta charset=utf-8>
<title>{escape(story.title)} | {escape(story.site)}</title>{canonical}
<meta name=description content="{escape(story.summary)}"><meta name=author content="{escape(", ".join(story.people))}">
<meta property="og:url" content="{story.url}"><meta property="og:site_name" content="{escape(story.site)}">
<meta property="og:title" content="{escape(story.title)}"><meta property="og:type" content="article">
<meta property="og:description" content="{escape(story.summary)}">
<meta property="article:published_time" content="{at.isoformat()}">
<meta name=twitter:card content="summary"></head><body><article><h1>{escape(story.title)}</h1>
<p class=meta><time datetime="{at.isoformat()}">{spoken(story.day, story.language)}</time> · 6 min</p>{story.body}
</article><footer>© {story.later.year + 1} {escape(story.site)}</footer></body></html>""",
        story.truth(),
    )


def jekyll(story: Story) -> tuple[str, Truth]:
    url = story.canonical = story.url
    name = story.people[0]
    data = {
        "@context": "https://schema.org", "@type": "BlogPosting", "author": {"@type": "Person", "name": name},
        "dateModified": story.at.isoformat(), "datePublished": story.at.isoformat(), "headline": story.title,
        "description": story.summary, "mainEntityOfPage": {"@type": "WebPage", "@id": url}, "url": url,
    }  # fmt: skip
    return (
        f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<!-- Begin Jekyll SEO tag v2.8.0 -->
<title>{escape(story.title)} | {escape(story.site)}</title>
<meta name="generator" content="Jekyll v4.3" /><meta property="og:title" content="{escape(story.title)}" />
<meta name="author" content="{escape(name)}" /><meta property="og:locale" content="en_US" />
<meta name="description" content="{escape(story.summary)}" />
<link rel="canonical" href="{url}" /><meta property="og:site_name" content="{escape(story.site)}" />
<meta property="article:published_time" content="{story.at.isoformat()}" />
<script type="application/ld+json">{json.dumps(data)}</script></head><body>
<article itemscope itemtype="http://schema.org/BlogPosting"><h1 itemprop="name headline">{escape(story.title)}</h1>
<p><time itemprop="datePublished" datetime="{story.at.isoformat()}">{story.at:%b %d, %Y}</time></p>
<div itemprop="articleBody">{story.body}</div></article></body></html>""",
        # Its makers left the default language of the theme, whatever they write in.
        story.truth(authors=name),
    )


def medium(story: Story) -> tuple[str, Truth]:
    url = story.canonical = f"https://{story.host}{story.path.rstrip('/')}-3f2a9c11d0aa"
    name = story.people[0]
    data = {
        "@context": "http://schema.org", "@type": "NewsArticle", "url": url, "headline": story.title,
        "datePublished": f"{story.at:%Y-%m-%dT%H:%M:%S.123Z}", "dateModified": f"{story.later:%Y-%m-%dT%H:%M:%S.5Z}",
        "author": {"@type": "Person", "name": name, "url": "https://medium.example/@a"},
        "creator": [name], "publisher": {"@type": "Organization", "name": "Medium"}, "identifier": "3f2a9c11d0aa",
    }  # fmt: skip
    return (
        f"""<!doctype html><html lang="{story.language}"><head>
<title>{escape(story.title)} | by {escape(name)} | {escape(story.site)} | {story.at:%b, %Y} | Medium</title>
<meta charset="utf-8"><meta name="title" content="{escape(story.title)} | by {escape(name)} | Medium">
<meta property="og:site_name" content="Medium"><meta property="og:type" content="article">
<meta property="article:published_time" content="{story.at:%Y-%m-%dT%H:%M:%S.123Z}">
<meta property="og:title" content="{escape(story.title)}"><meta name="author" content="{escape(name)}">
<meta property="article:author" content="https://medium.example/@a"><link rel="canonical" href="{url}">
<meta name="description" content="{escape(story.summary)}"><meta name="twitter:site" content="@Medium">
<script type="application/ld+json">{json.dumps(data)}</script></head>
<body><article><h1>{escape(story.title)}</h1><div><a rel="author" href="/@a">{escape(name)}</a> · Follow · 6 min read ·
{story.at:%b} {story.at.day}, {story.at.year}</div>{story.body}</article></body></html>""",
        story.truth(site="Medium", authors=name),
    )


def substack(story: Story) -> tuple[str, Truth]:
    url = story.canonical = story.url
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "url": url, "mainEntityOfPage": url,
        "headline": story.title, "description": story.summary, "datePublished": f"{story.at:%Y-%m-%dT%H:%M:%S}+00:00",
        "dateModified": f"{story.at:%Y-%m-%dT%H:%M:%S}+00:00", "isAccessibleForFree": True,
        "author": [{"@type": "Person", "name": name, "url": f"https://substack.example/@{n}"}
                   for n, name in enumerate(story.people)],
        "publisher": {"@type": "Organization", "name": story.site},
    }  # fmt: skip
    return (
        f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8" />
<title data-rh="true">{escape(story.title)} - {escape(" - ".join(["by " + byline(story.people, "en"), story.site]))}</title>
<link rel="canonical" href="{url}"/><meta property="og:type" content="article"/>
<meta property="og:title" content="{escape(story.title)}"/><meta property="og:description" content="{escape(story.summary)}"/>
<meta name="description" content="{escape(story.summary)}"/><meta name="author" content="{escape(story.people[0])}"/>
<script type="application/ld+json">{json.dumps(data)}</script></head><body><h1 class="post-title">{escape(story.title)}</h1>
<h3 class="subtitle">{escape(story.summary)}</h3><div class="meta">{story.at:%b} {story.at.day}, {story.at.year}</div>
<div class="body markup">{story.body}</div></body></html>""",
        story.truth(),
    )


def blogger(story: Story) -> tuple[str, Truth]:
    name = story.people[0]
    story.canonical = story.url
    return (
        f"""<!DOCTYPE html><html class='v2' dir='ltr' lang='{story.language}'><head>
<meta content='text/html; charset=UTF-8' http-equiv='Content-Type'/><meta content='blogger' name='generator'/>
<link href='{story.url}' rel='canonical'/><meta content='{story.url}' property='og:url'/>
<meta content="{escape(story.title)}" property='og:title'/>
<title>{escape(story.site)}: {escape(story.title)}</title></head><body>
<h1 class='title'><a href='https://{story.host}/'>{escape(story.site)}</a></h1>
<h2 class='date-header'><span>{spoken(story.day, story.language)}</span></h2>
<div class='post hentry' itemscope='itemscope' itemtype='http://schema.org/BlogPosting'>
<h3 class='post-title entry-title' itemprop='name'>{escape(story.title)}</h3>
<div class='post-body entry-content' itemprop='description articleBody'>{story.body}</div>
<div class='post-footer'><span class='post-author vcard'>{BY[story.language]}
<span class='fn' itemprop='author' itemscope='itemscope' itemtype='http://schema.org/Person'>
<span itemprop='name'>{escape(name)}</span></span></span> à
<a class='timestamp-link' href='{story.url}' rel='bookmark'><abbr class='published' itemprop='datePublished'
title='{story.at.isoformat()}'>{story.at:%H:%M}</abbr></a></div></div></body></html>""",
        story.truth(authors=name, excerpt=story.paragraphs[0]),
    )


def spip(story: Story) -> tuple[str, Truth]:
    """The French publishing system: microformats, the names in a byline, no OpenGraph."""
    names = [f'<span class="vcard author"><a class="url fn spip_in" href="a{n}">{escape(name)}</a></span>'
             for n, name in enumerate(story.people)]  # fmt: skip
    return (
        f"""<!DOCTYPE html><html class="page_article ltr {story.language} no-js" lang="{story.language}"><head>
<script type='text/javascript'>/*<![CDATA[*/(function(H){{H.className=H.className.replace(/a/,'b')}})(document)/*]]>*/</script>
<title>{escape(story.title)} - {escape(story.site)}</title>
<meta name="description" content="{escape(story.summary)}" /><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="generator" content="SPIP 4.3" /></head><body><div class="header"><strong id="logo_site_spip">
<a rel="start home" href="https://{story.host}/">{escape(story.site)}</a></strong></div>
<div class="cartouche"><h1 class="crayon article-titre-7">{escape(story.title)}</h1>
<p class="info-publi">{PUBLISHED[story.language].lower()} <abbr class="published" title="{story.at:%Y-%m-%dT%H:%M:%SZ}">
{spoken(story.day, story.language)}</abbr>, <span class="sep">, </span><span class="auteurs">{BY[story.language].lower()}
{", ".join(names)}</span>, {UPDATED[story.language].lower()} {spoken(story.later.date(), story.language)}</p></div>
<div class="texte">{story.body}</div></body></html>""",
        story.truth(),
    )
