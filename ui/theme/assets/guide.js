/** The guide's figure: a car, six numbers, and small drawings of what each of them means. */

const figure = document.getElementById("figure");
const { PoseCanvas, wrapped } = await import(figure.dataset.poseScript);

const DEGREE = Math.PI / 180;
const SIZE = { width: 640, height: 420 };
const START = { azimuth: 325 * DEGREE, elevation: 18 * DEGREE, theta: 0, distance: 6, px: 320, py: 215 };
const FRONT = [0, -0.72, 0];
const UP = [0, 0, 0.42];

const rows = [...figure.querySelectorAll("[data-parameter]")];
const trouble = figure.querySelector(".pw-figure-trouble");
const shown = {
  azimuth: (value) => ((value / DEGREE) % 360 + 360) % 360,
  elevation: (value) => value / DEGREE,
  theta: (value) => wrapped(value) / DEGREE,
};

function arrow(context, from, to, text, ratio) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const styles = getComputedStyle(figure);
  context.lineWidth = 2.5 * ratio;
  context.strokeStyle = context.fillStyle = styles.getPropertyValue("--pw-accent");
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.beginPath();
  for (const turn of [0, 2.6, -2.6]) context.lineTo(to.x + 9 * ratio * Math.cos(angle + turn), to.y + 9 * ratio * Math.sin(angle + turn));
  context.fill();
  context.font = `600 ${13 * ratio}px ${styles.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, to.x + 24 * ratio * Math.cos(angle), to.y + 20 * ratio * Math.sin(angle));
}

function decorate(context, project, scale, ratio) {
  const centre = project([0, 0, 0]);
  arrow(context, project([0, -0.45, 0]), project(FRONT), figure.dataset.front, ratio);
  arrow(context, project([0, 0, 0.16]), project(UP), figure.dataset.up, ratio);
  context.beginPath();
  context.arc(centre.x, centre.y, 5 * ratio, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.fill();
  context.lineWidth = 2 * ratio;
  context.strokeStyle = "#111";
  context.stroke();
}

function tell(pose) {
  for (const row of rows) {
    const name = row.dataset.parameter;
    const input = row.querySelector("input");
    const output = row.querySelector("output");
    const value = (shown[name] ?? ((number) => number))(pose[name]);
    if (document.activeElement !== input || Number(input.value) !== value) input.value = value;
    output.textContent = `${value.toFixed(name === "distance" ? 1 : 0)}${output.dataset.unit}`;
  }
  mark("azimuth", `rotate(${-pose.azimuth / DEGREE} 32 32)`);
  mark("elevation", `rotate(${pose.elevation / DEGREE} 32 44)`);
  mark("theta", `rotate(${-pose.theta / DEGREE} 32 32)`);
  const away = (Math.min(Math.max(pose.distance, 3), 15) - 3) / 12;
  mark("distance", `translate(${14 * away} ${21 * away}) scale(${1 - away / 2})`);
  const [x, y] = [4 + (56 * pose.px) / SIZE.width, 10 + (44 * pose.py) / SIZE.height];
  mark("px", `translate(${x - 4} 0)`);
  mark("py", `translate(0 ${y - 10})`);
  mark("centre", `translate(${x} ${y})`);
}

function mark(name, transform) {
  for (const part of figure.querySelectorAll(`[data-mark="${name}"]`)) part.setAttribute("transform", transform);
}

const picture = new PoseCanvas(figure.querySelector("canvas"), {
  size: SIZE, pose: START, model: "car/1", viewport: 2000, colour: "#3ddc97", decorate,
  steps: { azimuth: ["a", "d"], elevation: ["s", "w"], theta: ["e", "q"], distance: ["z", "x"], px: ["ArrowLeft", "ArrowRight"], py: ["ArrowUp", "ArrowDown"] },
  onChange: tell,
  onTrouble: (there) => (trouble.hidden = !there),
});
for (const row of rows) {
  const name = row.dataset.parameter;
  row.querySelector("input").addEventListener("input", ({ target }) => {
    picture.set({ [name]: Number(target.value) * (name in shown ? DEGREE : 1) });
  });
}
figure.querySelector("[data-act=reset]").addEventListener("click", () => picture.set(START));
tell(START);
