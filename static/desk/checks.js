// A link of the list of checks opens the field it names, and selects the line: ?line=12#id_body.
(() => {
  "use strict";

  // How far below the top of the text the line begins, wrapped lines and all.
  const heightAbove = (field, lines, line) => {
    const copy = field.cloneNode();
    copy.removeAttribute("id");
    copy.removeAttribute("name");
    copy.style.cssText = `position: absolute; visibility: hidden; min-height: 0; height: 0; width: ${field.offsetWidth}px`;
    copy.value = lines.slice(0, line).join("\n");
    field.after(copy);
    const height = copy.scrollHeight;
    copy.remove();
    return height;
  };

  const bringIntoView = (field, top) => {
    field.scrollTop = top - field.clientHeight / 2;
    const mark = document.createElement("span");
    mark.style.cssText = `position: absolute; top: ${field.offsetTop + top - field.scrollTop}px`;
    field.offsetParent.append(mark);
    mark.scrollIntoView({ block: "center" });
    mark.remove();
  };

  const show = () => {
    const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!field?.matches("input, select, textarea")) return;
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
    }
    field.focus({ preventScroll: true });
    const line = Number(new URLSearchParams(location.search).get("line"));
    const lines = field.value.split("\n");
    if (field.matches("textarea") && line >= 1 && line <= lines.length) {
      const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
      field.setSelectionRange(start, start + lines[line - 1].length);
      bringIntoView(field, heightAbove(field, lines, line));
    } else {
      field.scrollIntoView({ block: "center" });
    }
  };

  // The editor sets its height once the page is there.
  window.addEventListener("load", () => setTimeout(show, 100));
  window.addEventListener("hashchange", show);
})();
