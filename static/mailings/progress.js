// Follow a mailing while it is under way; load the page anew when its state changes, for its buttons.
(() => {
  "use strict";
  const EVERY_MILLISECONDS = 2000;
  const page = document.querySelector("[data-progress-url]");
  const bar = page.querySelector("progress");

  const show = (progress) => {
    bar.value = progress.settled;
    for (const place of page.querySelectorAll("[data-show]")) {
      place.textContent = progress[place.dataset.show];
    }
    page.querySelector("[data-show=reason]").hidden = !progress.reason;
    for (const place of page.querySelectorAll("[data-count]")) {
      place.textContent = progress.counts[place.dataset.count];
    }
  };

  const follow = async () => {
    try {
      const response = await fetch(page.dataset.progressUrl, { headers: { Accept: "application/json" } });
      if (response.ok) {
        const progress = await response.json();
        if (progress.state !== page.dataset.state) {
          window.location.reload();
          return;
        }
        show(progress);
      }
    } catch {
      // The network is away for a moment: the next look will tell.
    }
    setTimeout(follow, EVERY_MILLISECONDS);
  };

  if (page.dataset.state === "sending" || page.dataset.state === "paused") {
    setTimeout(follow, EVERY_MILLISECONDS);
  }
})();
