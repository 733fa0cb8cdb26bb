// Where the reader is, what a link leads to, and a print with nothing folded.
(() => {
  "use strict";
  const links = [...document.querySelectorAll(".chapters a")];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1)));

  let current = null;
  const mark = () => {
    const line = innerHeight / 3;
    const passed = sections.map((section) => section.getBoundingClientRect().top <= line);
    const place = Math.max(0, passed.lastIndexOf(true));
    if (links[place] === current) return;
    current?.removeAttribute("aria-current");
    current = links[place];
    current.setAttribute("aria-current", "location");
    // Only the list scrolls, never the page.
    const list = current.closest(".chapters > ul");
    const left = current.getBoundingClientRect().left - list.getBoundingClientRect().left;
    list.scrollLeft += left - list.clientWidth / 3;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  addEventListener("resize", mark);
  mark();

  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const inside = target.querySelector(":scope > details.experiment");
    if (inside) inside.open = true;
    for (let at = target.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) at.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
})();
