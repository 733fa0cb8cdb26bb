// Downloads out of the page itself, where its files are compressed inside it.
(() => {
  "use strict";
  const TYPES = { csv: "text/csv", svg: "image/svg+xml" };

  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  };

  const save = async (path) => {
    const name = path.split("/").pop();
    const element = document.querySelector(`script[data-path="${CSS.escape(path)}"]`);
    const type = TYPES[name.split(".").pop()] ?? "application/octet-stream";
    const blob = new Blob([await unpack(element.textContent)], { type });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  // Browsers without DecompressionStream follow the link to the file beside the page.
  if (!("DecompressionStream" in window)) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-packed]");
    if (!link) return;
    event.preventDefault();
    save(link.getAttribute("href"));
  });
})();
