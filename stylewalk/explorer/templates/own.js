// A picture that a person brings: encoded here, and walked from and to like those of the study.

// A picture as the models take it: a square of so many pixels, over white where it is transparent.
function squareOf(bitmap, size) {
  const side = Math.min(bitmap.width, bitmap.height);
  let from = data.fit === "crop"
    ? [bitmap, Math.floor((bitmap.width - side) / 2), Math.floor((bitmap.height - side) / 2), side, side]
    : [bitmap, 0, 0, bitmap.width, bitmap.height];
  // By halves, since a browser that goes farther at once may leave pixels out.
  for (;;) {
    const [wide, high] = from.slice(3).map((length) => Math.max(size, Math.ceil(length / 2)));
    const canvas = make("canvas", { width: wide, height: high });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    Object.assign(context, { fillStyle: "#fff", imageSmoothingEnabled: true, imageSmoothingQuality: "high" });
    context.fillRect(0, 0, wide, high);
    context.drawImage(...from, 0, 0, wide, high);
    if (wide === size && high === size) return canvas;
    from = [canvas, 0, 0, wide, high];
  }
}

function numbersOf(canvas) {
  const { data: pixels, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = new Float32Array(3 * width * height);
  for (let i = 0; i < found.length; i++) found[i] = pixels[4 * Math.floor(i / 3) + (i % 3)] / 255;
  return found;
}

let brings = 0; // the last one counts, also where an earlier one takes longer

async function bring(file) {
  const turn = ++brings;
  const name = file.name || "Pasted picture";
  const { size } = data.decoders.find((_, model) => canEncode(model));
  let square, wasSquare;
  try {
    byId("brought").textContent = `${name} is being encoded.`;
    const bitmap = await createImageBitmap(file);
    wasSquare = bitmap.width === bitmap.height;
    square = squareOf(bitmap, size);
    bitmap.close();
    await new Promise((resolve) => { setTimeout(resolve, 30); }); // in which that is seen
  } catch {
    if (turn === brings) byId("brought").textContent = `${name} is no picture that this browser can read: bring a PNG, JPEG or WebP file of no more than some 50 megapixels.`;
    return;
  }
  if (turn !== brings) return;
  const numbers = numbersOf(square);
  forgetWalksOf(OWN);
  guests[0] = {
    name, about: "your picture",
    address: square.toDataURL("image/png"),
    latents: data.models.map((_, model) => (canEncode(model) ? encoded(model, numbers) : null)),
  };
  putOnMaps(OWN);
  const without = data.models.filter((_, model) => !canEncode(model)).map((model) => model.name);
  const made = wasSquare ? "It" : data.fit === "crop" ? "Its central square" : "It, squashed to a square,";
  byId("brought").textContent = `${name} is brought. ${made} has ${size} × ${size} pixels now, as the study’s pictures have${without.length ? `; without an encoder here: ${without.join(", ")}` : ""}. No model was trained on it.`;
  const others = [state.picture, state.to, state.from, 0];
  wantsEnd = false;
  change({ picture: OWN, walk: null, from: OWN, to: others.find((place) => place !== null && place !== OWN), step: 0 });
  drawAll(); // also where it takes the place of another one
}

// On a map of components a guest lies where its latent does; on others nothing says where.
function putOnMaps(place) {
  data.models.forEach((_, model) => {
    if (!hasLatents(model, place) || !partOf(model, "directions").map) return;
    [data.maps[model].pca.x[place], data.maps[model].pca.y[place]] = mapPlace(model, guestAt(place).latents[model]);
  });
}

// Draw all that may show a guest again, whatever the state was before.
function drawAll() {
  for (const watch of watchers) if (watch !== drawSelection && (watch !== drawMap || isListening)) watch(null);
}

function forgetWalksOf(place) {
  nearestKnown = {};
  for (const [key, walk] of computed) {
    if (![walk.from, walk.to].includes(place)) continue;
    walk.models = walk.rows.length; // what is not decoded yet would be of the next picture
    computed.delete(key);
  }
  known = [null, null, null, null];
  drawnPlane = null;
}

let nearestKnown = {}; // of which guest in which model, and what was found: a map that is moved asks often

function nearestToGuest(place, most) {
  if (nearestKnown.place !== place || nearestKnown.model !== state.model) {
    nearestKnown = { place, model: state.model, found: nearestByDistance(place, most) };
  }
  return nearestKnown.found;
}

function nearestByDistance(place, most) {
  const latent = guestAt(place).latents[state.model];
  if (!latent) return [];
  const [{ width }, latents] = [data.decoders[state.model], partOf(state.model, "latents")];
  const found = Array.from({ length: count }, (_, place) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (latents[place * width + i] - latent[i]) ** 2;
    return [place, Math.sqrt(sum)];
  });
  // As for the pictures of the study, among those on the map.
  const { x } = Object.values(data.maps[state.model])[0];
  return found.filter(([place]) => !Number.isNaN(x[place])).sort((one, other) => one[1] - other[1]).slice(0, most);
}

function listenForOwn() {
  const isTaken = data.models.some((_, model) => canEncode(model));
  byId("bring").hidden = !isTaken;
  const take = (files) => {
    if (!files?.length) return;
    if (isTaken) return void bring(files[0]);
    byId("found").textContent = "This page has no encoders with which to place a picture of your own.";
  };
  byId("file").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    byId("bring").classList.add("over");
  });
  addEventListener("dragleave", () => byId("bring").classList.remove("over"));
  addEventListener("drop", (event) => {
    byId("bring").classList.remove("over");
    if (!isFile(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  addEventListener("paste", (event) => {
    // A cell of a table comes as text and as a picture.
    if (event.target.closest?.("input, textarea") && event.clipboardData?.types.includes("text/plain")) return;
    if (event.clipboardData?.files.length) { event.preventDefault(); take(event.clipboardData.files); }
  });
}
