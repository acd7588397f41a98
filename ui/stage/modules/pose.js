/**
 * The pose and its camera in the browser: the same rules as domain/pose.py, to the bit where bits are kept.
 *
 * Angles are radians inside and canonical degrees on the screen. R = Rz(-theta) Rx(pi/2 + elevation) Rz(-azimuth)
 * turns the object frame (z up, front -y) into OpenCV camera axes (x right, y down, z forward).
 *
 * @typedef {{azimuth: number, elevation: number, theta: number, distance: number, px: number, py: number}} Pose
 *   radians, CAD units, image pixels (pixel centres at whole numbers)
 */

export const ANGLES = Object.freeze(["azimuth", "elevation", "theta"]);
export const PARAMETERS = Object.freeze([...ANGLES, "distance", "px", "py"]);

const TAU = 2 * Math.PI;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** The same direction in [0, 2π); a tiny negative angle must not become 2π itself. */
export function wrapPositive(angle) {
  let wrapped = angle % TAU;
  if (wrapped < 0) wrapped += TAU;
  return wrapped >= TAU ? 0 : wrapped + 0;
}

/** The same direction in [−π, π). */
export function wrapSymmetric(angle) {
  if (angle >= -Math.PI && angle < Math.PI) return angle + 0;
  let wrapped = (angle + Math.PI) % TAU;
  if (wrapped < 0) wrapped += TAU;
  return wrapped >= TAU ? -Math.PI : wrapped - Math.PI;
}

/** Degrees as they are stored when they are new: radians in [0, 2π). */
export function toRadians(degrees) {
  return wrapPositive(degrees * RADIANS_PER_DEGREE);
}

/**
 * The shortest decimal of `degrees` (near it, in its chart) that converts back to exactly `radians`.
 * Not every float can be reached from degrees; then the closest decimal with all digits.
 */
function shortestDegrees(degrees, radians) {
  for (let digits = 1; digits <= 17; digits += 1) {
    const candidate = Number(degrees.toPrecision(digits));
    if (candidate * RADIANS_PER_DEGREE === radians || toRadians(candidate) === radians) return candidate + 0;
  }
  // Rounding of the division by π/180 may miss the float next door that does convert back.
  const ulp = Math.abs(degrees) * 2 ** -52;
  for (const neighbour of [degrees - ulp, degrees + ulp]) {
    if (neighbour * RADIANS_PER_DEGREE === radians || toRadians(neighbour) === radians) return neighbour;
  }
  return degrees + 0;
}

/** Whether the stored angles tip over the pole, so that the canonical form differs in all three. */
function tipsOver(pose) {
  return Math.abs(wrapSymmetric(pose.elevation)) > Math.PI / 2;
}

/** The same picture with elevation in [−π/2, π/2], azimuth in [0, 2π), theta in [−π, π), as in the domain. */
export function canonical(pose) {
  let { azimuth, theta } = pose;
  let elevation = wrapSymmetric(pose.elevation);
  if (Math.abs(elevation) > Math.PI / 2) {
    elevation = (elevation < 0 ? -Math.PI : Math.PI) - elevation;
    azimuth += Math.PI;
    theta += Math.PI;
  }
  return { ...pose, azimuth: wrapPositive(azimuth), elevation, theta: wrapSymmetric(theta) };
}

/** The three angles as people see them, in degrees. */
export function shownDegrees(pose) {
  const seen = canonical(pose);
  const stored = tipsOver(pose) ? seen : pose;
  return Object.fromEntries(
    ANGLES.map((name) => [name, shortestDegrees(seen[name] / RADIANS_PER_DEGREE, stored[name])]),
  );
}

/** Canonical degrees of any degrees: 120 of elevation is 60 seen from the other side, upside down. */
export function canonicalDegrees({ azimuth, elevation, theta }) {
  const modulo = (value, low) => {
    const wrapped = (((value - low) % 360) + 360) % 360;
    return value >= low && value < low + 360 ? value + 0 : tidy(wrapped + low, 12);
  };
  let tilt = modulo(elevation, -180);
  let turn = azimuth;
  let roll = theta;
  if (Math.abs(tilt) > 90) {
    tilt = tidy((tilt < 0 ? -180 : 180) - tilt, 12);
    turn = tidy(turn + 180, 12);
    roll = tidy(roll + 180, 12);
  }
  return { azimuth: modulo(turn, 0), elevation: tilt, theta: modulo(roll, -180) };
}

/**
 * The pose with some angles changed, given in degrees. Angles that nobody touched keep their bits (wrapped to
 * [0, 2π), as every new rotation is stored) unless the change tips the object over the pole.
 *
 * @param {Pose} pose @param {{azimuth?: number, elevation?: number, theta?: number}} degrees @returns {Pose}
 */
export function withDegrees(pose, degrees) {
  const shown = shownDegrees(pose);
  const wanted = canonicalDegrees({ ...shown, ...degrees });
  const rebuilt = { ...pose };
  for (const name of ANGLES) {
    const untouched = wanted[name] === shown[name] && !tipsOver(pose);
    rebuilt[name] = untouched ? wrapPositive(pose[name]) : toRadians(wanted[name]);
  }
  return rebuilt;
}

/** R_camera_object as nine numbers, row by row. */
export function rotation({ azimuth, elevation, theta }) {
  const ca = Math.cos(azimuth), sa = Math.sin(azimuth);
  const ct = Math.cos(theta), st = Math.sin(theta);
  const cx = Math.cos(Math.PI / 2 + elevation), sx = Math.sin(Math.PI / 2 + elevation);
  return [
    ct * ca - st * cx * sa, ct * sa + st * cx * ca, -st * sx,
    -st * ca - ct * cx * sa, -st * sa + ct * cx * ca, -ct * sx,
    -sx * sa, sx * ca, cx,
  ];
}

/** Image pixels of an object point, as OpenCV counts them; null behind the camera. */
export function project(pose, viewport, [x, y, z]) {
  const R = rotation(pose);
  const depth = R[6] * x + R[7] * y + R[8] * z + pose.distance;
  if (!(depth > 0)) return null;
  return [
    (viewport * (R[0] * x + R[1] * y + R[2] * z)) / depth + pose.px,
    (viewport * (R[3] * x + R[4] * y + R[5] * z)) / depth + pose.py,
  ];
}

/**
 * How far the second pose is rolled from the first, in radians, counter-clockwise on the screen: exact when only
 * theta differs, else the roll that brings the two closest.
 */
export function rollBetween(from, to) {
  const A = rotation(to);
  const B = rotation(from);
  const dot = (i, j) => A[3 * i] * B[3 * j] + A[3 * i + 1] * B[3 * j + 1] + A[3 * i + 2] * B[3 * j + 2];
  return -Math.atan2(dot(1, 0) - dot(0, 1), dot(0, 0) + dot(1, 1));
}

/** A number without the noise that adding decimals leaves behind (0.1 + 0.2). */
export function tidy(value, decimals) {
  return Number(value.toFixed(decimals)) + 0;
}

/** The same for numbers of any size. */
export function tidyDigits(value, digits) {
  return Number(value.toPrecision(digits)) + 0;
}
