// Light or dark by hand; without a choice the page follows the system.
(() => {
  "use strict";
  const button = document.querySelector("button.theme");
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { button.textContent = isDark() ? "Light page" : "Dark page"; };
  // A page opened from a file may have no storage: then the choice lasts until it is closed.
  const stored = (action) => { try { return action(localStorage); } catch { return null; } };
  const kept = stored((storage) => storage.getItem("stylewalk-theme"));
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored((storage) => storage.setItem("stylewalk-theme", root.dataset.theme));
    label();
  });
  system.addEventListener("change", label);
  button.hidden = false;
  label();
})();
