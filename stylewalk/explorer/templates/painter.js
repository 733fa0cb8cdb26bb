// Dots by the hundred thousand: drawn by WebGL, or on a plain canvas where there is none. Both take
// dots once (`load`) and draw parts of them (`draw`) into panes, parts of the canvas in its pixels.
const VERTEX = `
attribute vec2 place;
attribute vec4 shade;
uniform vec2 middle, scale;
uniform float size;
uniform vec4 instead;
varying vec4 paint;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  gl_PointSize = size;
  paint = instead.a > 0.0 ? instead : vec4(shade.rgb, shade.a * -instead.a);
}`;
// A disc with a rim. Its edge is one pixel soft.
const FRAGMENT = `
precision highp float;
varying vec4 paint;
uniform float size, line;
uniform vec4 rim;
void main() {
  float far = length(gl_PointCoord - 0.5) * size, edge = size * 0.5;
  float there = 1.0 - smoothstep(edge - 1.0, edge, far);
  if (there <= 0.0) discard;
  float inner = 1.0 - smoothstep(edge - line - 1.0, edge - line, far);
  vec3 colour = mix(mix(paint.rgb, rim.rgb, rim.a), paint.rgb, inner);
  gl_FragColor = vec4(colour, 1.0) * (there * paint.a);
}`;

function webglPainter(surface) {
  const gl = surface.getContext("webgl", { antialias: false });
  if (!gl) return null;
  const at = { buffers: [], count: 0 };
  const begin = () => {
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return false;
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const name of ["middle", "scale", "size", "line", "rim", "instead"]) at[name] = gl.getUniformLocation(program, name);
    at.buffers = [["place", 2, gl.FLOAT, false], ["shade", 4, gl.UNSIGNED_BYTE, true]].map(([name, ...kind]) => {
      const buffer = gl.createBuffer();
      const place = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, ...kind, 0, 0);
      return buffer;
    });
    return true;
  };
  if (!begin()) return null;
  const fill = (buffer, values) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  };
  return {
    kind: "webgl",
    begin,
    load(places, shades) {
      fill(at.buffers[0], places);
      fill(at.buffers[1], shades);
    },
    clear() {
      gl.viewport(0, 0, surface.width, surface.height);
      gl.disable(gl.SCISSOR_TEST);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
    draw(pane, { x, y, scale }, look, [from, number], instead) {
      const box = [pane.left, surface.height - pane.top - pane.height, pane.width, pane.height];
      gl.viewport(...box);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(...box);
      gl.uniform2f(at.middle, x, y);
      gl.uniform2f(at.scale, (2 * scale) / pane.width, (2 * scale) / pane.height);
      gl.uniform1f(at.size, look.size);
      gl.uniform1f(at.line, look.line);
      gl.uniform4fv(at.rim, look.rim);
      // A colour for all, or what the colours of their own are weakened by.
      gl.uniform4fv(at.instead, instead ?? [0, 0, 0, -look.strength]);
      gl.drawArrays(gl.POINTS, from, number);
    },
  };
}

// So many are drawn as discs without WebGL, more as squares.
const MOST_DISCS = 20_000;

function flatPainter(surface) {
  const context = surface.getContext("2d");
  let [places, shades] = [new Float32Array(0), new Uint8Array(0)];
  return {
    kind: "canvas",
    load(...given) { [places, shades] = given; },
    clear() { context.clearRect(0, 0, surface.width, surface.height); },
    draw(pane, { x, y, scale }, look, [from, number], instead) {
      context.save();
      context.beginPath();
      context.rect(pane.left, pane.top, pane.width, pane.height);
      context.clip();
      const [middle, centre, half] = [pane.left + pane.width / 2, pane.top + pane.height / 2, look.size / 2];
      context.lineWidth = look.line;
      context.strokeStyle = `rgba(${look.rim.slice(0, 3).map((part) => 255 * part).join()},${look.rim[3]})`;
      for (let i = from; i < from + number; i++) {
        const [left, top] = [middle + (places[2 * i] - x) * scale, centre - (places[2 * i + 1] - y) * scale];
        const own = instead ? instead.map((part) => 255 * part) : shades.subarray(4 * i, 4 * i + 4);
        context.fillStyle = `rgba(${own[0]},${own[1]},${own[2]},${(own[3] / 255) * (instead ? 1 : look.strength)})`;
        if (number > MOST_DISCS) {
          context.fillRect(left - half, top - half, look.size, look.size);
          continue;
        }
        context.beginPath();
        context.arc(left, top, half, 0, 2 * Math.PI);
        context.fill();
        if (own[3] > 128) context.stroke();
      }
      context.restore();
    },
  };
}
