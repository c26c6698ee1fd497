// Follow a mailing while it is under way; load the page anew when its state changes, for its buttons.
(() => {
  "use strict";
  const EVERY_MILLISECONDS = 2000;
  const page = document.querySelector("[data-progress-url]");
  const bar = page.querySelector("[role=progressbar]");
  const stale = page.querySelector("[data-stale]");
  const title = document.title;

  const show = (progress) => {
    for (const place of page.querySelectorAll("[data-words]")) {
      place.textContent = progress.words[place.dataset.words];
    }
    for (const box of page.querySelectorAll("[data-words-box]")) {
      box.hidden = !progress.words[box.dataset.wordsBox];
    }
    for (const part of progress.bar) {
      const rect = bar.querySelector(`[data-bar=${part.state}]`);
      rect.setAttribute("x", part.start);
      rect.setAttribute("width", part.width);
    }
    bar.setAttribute("aria-valuenow", progress.settled);
    bar.setAttribute("aria-valuetext", progress.words.share);
    const resting = page.querySelector("[data-list=resting]");
    resting.hidden = !progress.resting.length;
    resting.replaceChildren(
      ...progress.resting.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    document.title = `${progress.words.percent} · ${title}`;
  };

  const look = async () => {
    const response = await fetch(page.dataset.progressUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    return response.json();
  };

  const follow = async () => {
    let live = true;
    try {
      const progress = await look();
      if (progress.state !== page.dataset.state) {
        window.location.reload();
        return;
      }
      show(progress);
      stale.hidden = true;
      live = progress.live;
    } catch {
      // The network, the site or the session is away: say so, and look again.
      stale.hidden = false;
    }
    if (live) {
      setTimeout(follow, EVERY_MILLISECONDS);
    }
  };

  if ("live" in page.dataset) {
    setTimeout(follow, EVERY_MILLISECONDS);
  }
})();
