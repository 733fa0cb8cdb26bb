// All parts together.
function drawWalk(before) {
  const aside = ["point", "corners", "area", "tool", "names", "dense", "apart", "filters"];
  if (before && Object.keys(state).every((part) => aside.includes(part) || before[part] === state[part])) return;
  // While it plays, lists keep what is open and buttons the focus.
  if (before && Object.keys(state).every((part) => part === "step" || before[part] === state[part])) return drawStrips(before);
  drawWalkLists();
  drawEnds();
  drawHint();
  drawOffer();
  drawStrips(before);
  drawSaving();
}

watchers.push(drawControls, drawViews, drawFilters, drawSelection, drawPicture, drawPoint, drawMap, drawWalk, drawPlane);
state = stateOf(location.hash);
wantsEnd = isHalf();
buildControls();
buildWalkLists();
buildSelection();
buildPoint();
buildPlane();
listenForOwn();
listenToSearch();
listenToPlayer();
listenToSaving();
byId("tell-style").addEventListener("click", tellStyle);
byId("copy").addEventListener("click", () => copyText(byId("command"), byId("copy"), "The command"));
// Back, forward, and a link that is typed into the address.
addEventListener("popstate", restore);
addEventListener("hashchange", () => { if (location.hash !== "#" + linkOf(state)) restore(); });
for (const watch of watchers) if (watch !== drawMap) watch(null);
// The map takes longer than all else: first comes what is drawn already, and then strips.
requestAnimationFrame(() => setTimeout(() => {
  drawMap(null);
  listenToMap();
  drawStrips(state, true);
  document.documentElement.dataset.ready = "true";
}));
