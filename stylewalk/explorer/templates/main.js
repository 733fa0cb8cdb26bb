// All parts together.
function drawWalk(before) {
  drawWalkLists();
  drawEnds();
  drawHint();
  drawOffer();
  drawStrips(before);
}

watchers.push(drawControls, drawPicture, drawMap, drawWalk);
state = stateOf(location.hash);
wantsEnd = isHalf();
buildControls();
buildWalkLists();
listenToSearch();
listenToPlayer();
byId("copy").addEventListener("click", copyCommand);
for (const watch of watchers) watch(null);
listenToMap();
// Back, forward, and a link that is typed into the address.
addEventListener("popstate", restore);
addEventListener("hashchange", () => { if (location.hash !== "#" + linkOf(state)) restore(); });
document.documentElement.dataset.ready = "true";
