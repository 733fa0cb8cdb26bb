// Claims of one verdict alone.
(() => {
  "use strict";
  const buttons = [...document.querySelectorAll(".filter button")];
  const claims = [...document.querySelectorAll(".claim")];
  const groups = [...document.querySelectorAll(".group")];
  const said = document.querySelector(".shown");

  const show = (verdict) => {
    for (const claim of claims) claim.hidden = verdict !== "" && claim.dataset.verdict !== verdict;
    for (const group of groups) group.hidden = !group.querySelector(".claim:not([hidden])");
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
    }
    const count = claims.filter((claim) => !claim.hidden).length;
    said.textContent = verdict === "" ? "" : `${count} of ${claims.length} claims are shown: ${verdict}.`;
  };

  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => show(button.dataset.verdict));
  }
  if (!buttons.length) return;
  // A link to a single claim, and a print, show all of them.
  addEventListener("hashchange", () => { if (location.hash.startsWith("#claim-")) show(""); });
  addEventListener("beforeprint", () => show(""));
})();
