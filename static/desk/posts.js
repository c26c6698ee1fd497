/* Posts: a counter that counts as each network does, and a button that copies. See watch/posts/networks.py. */
(() => {
    "use strict";

    const segmenter = window.Intl && Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
    const graphemes = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length);
    const counts = {
        linkedin: (text) => text.length,
        mastodon: (text) => graphemes(text.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(@\w+)@[\w.-]+\w/g, "$1")),
        bluesky: graphemes,
    };

    for (const post of document.querySelectorAll("[data-post]")) {
        const text = post.querySelector("textarea");
        const shown = post.querySelector("[data-count]");
        const copied = post.querySelector("[data-copied]");
        const button = post.querySelector("[data-copy]");

        const show = () => {
            const count = counts[post.dataset.post](text.value);
            const bytes = new TextEncoder().encode(text.value).length;
            shown.textContent = count;
            const over = count > Number(post.dataset.limit) || bytes > Number(post.dataset.bytes || Infinity);
            text.setAttribute("aria-invalid", String(over));
            post.classList.toggle("post-over", over);
            copied.textContent = "";
        };
        const copy = async () => {
            try {
                await navigator.clipboard.writeText(text.value);
            } catch {
                // Without https there is no clipboard; the selection is copied as by hand.
                text.select();
                document.execCommand("copy");
            }
            copied.textContent = copied.dataset.words;
        };

        text.addEventListener("input", show);
        button.addEventListener("click", copy);
        button.hidden = false;
        show();
    }
})();
