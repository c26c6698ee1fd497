// Two repairs of the Markdown editor: Tab leaves the field (WCAG 2.1.2), and a refused picture says why.
(() => {
  "use strict";
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" && event.target.matches?.(".markdownx-editor")) {
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // The editor writes these words into the text when an upload fails.
  const PLACEHOLDER = "Invalid response";
  for (const editor of document.querySelectorAll(".desk-editor")) {
    const text = editor.querySelector("textarea");
    const notice = editor.querySelector(".desk-editor-error");
    editor.addEventListener("markdownx.fileUploadError", (event) => {
      const response = event.detail?.[0] ?? {};
      notice.textContent = response.error ?? "";
      notice.hidden = !notice.textContent;
      setTimeout(() => {
        text.value = text.value.replace(PLACEHOLDER, "");
        text.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
    editor.addEventListener("markdownx.fileUploadEnd", () => {
      notice.hidden = true;
    });
  }
})();
