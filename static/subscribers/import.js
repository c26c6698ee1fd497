// Follow an import while it is under way; load the page anew when its state changes.
(() => {
  "use strict";
  const EVERY_MILLISECONDS = 2000;
  const page = document.querySelector("[data-progress-url]");
  const stale = page.querySelector("[data-stale]");

  const show = (progress) => {
    for (const place of page.querySelectorAll("[data-words]")) {
      place.textContent = progress.words[place.dataset.words];
    }
    page.querySelector("[data-bar]").value = progress.share;
  };

  const follow = async () => {
    try {
      const response = await fetch(page.dataset.progressUrl, { headers: { Accept: "application/json" } });
      if (!response.ok) {
        throw new Error(response.statusText);
      }
      const progress = await response.json();
      if (progress.state !== page.dataset.state) {
        window.location.reload();
        return;
      }
      show(progress);
      stale.hidden = true;
    } catch {
      // The network, the site or the session is away: say so, and look again.
      stale.hidden = false;
    }
    setTimeout(follow, EVERY_MILLISECONDS);
  };

  setTimeout(follow, EVERY_MILLISECONDS);
})();
