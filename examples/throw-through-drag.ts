/**
 * A throw that has to hit: the initial velocity that takes a ball through drag to a target, by the gradient of how far it misses.
 *
 * What to see: a simulation is a loop of ordinary arithmetic, and is differentiated as it stands, through all of its Runge-Kutta
 * steps. `checkpoint` around twenty of them at a time keeps only what lies between, and computes the rest again on the way
 * back: the same gradient with a fraction of the memory. The misses go down from metres to less than a millimetre.
 */
import { checkpoint, norm, type Scalar, tensor, type Vec, valueAndGrad } from "@factorvae/autograd";

/** Where the ball is, in m, and how fast, in m/s: `[x, y]` each. */
type State = readonly [position: Vec<2>, velocity: Vec<2>];

const [chunks, stepsInChunk] = [10, 20];
const seconds = 2;
const dt = seconds / (chunks * stepsInChunk);
const gravity: Vec<2> = tensor([0, -9.81], [2]);
const ballDrag = 0.02; // per m: of a tennis ball, about

/** One step of the classical Runge-Kutta method; air resists with the square of the speed. */
function rungeKutta([position, velocity]: State, drag: number): State {
  const acceleration = (v: Vec<2>): Vec<2> => gravity.sub(v.mul(norm(v).mul(drag)));
  const mixed = (k1: Vec<2>, k2: Vec<2>, k3: Vec<2>, k4: Vec<2>): Vec<2> => {
    const [ends, middle] = [k1.add(k4), k2.add(k3)];
    return ends.add(middle.mul(2)).mul(dt / 6);
  };
  const a1 = acceleration(velocity);
  const v2 = velocity.add(a1.mul(dt / 2));
  const a2 = acceleration(v2);
  const v3 = velocity.add(a2.mul(dt / 2));
  const a3 = acceleration(v3);
  const v4 = velocity.add(a3.mul(dt));
  const a4 = acceleration(v4);
  return [position.add(mixed(velocity, v2, v3, v4)), velocity.add(mixed(a1, a2, a3, a4))];
}

/** Twenty steps: a fifth of a second. */
export function fly(state: State, drag: number): State {
  let at = state;
  for (let step = 0; step < stepsInChunk; step++) at = rungeKutta(at, drag);
  return at;
}

/** Where a ball is after two seconds that leaves the origin with this velocity. */
export function landing(velocity: Vec<2>, drag = ballDrag, chunk = checkpoint(fly)): Vec<2> {
  let state: State = [tensor([0, 0], [2]), velocity];
  for (let at = 0; at < chunks; at++) state = chunk(state, drag);
  return state[0];
}

export const target: Vec<2> = tensor([20, 5], [2]);
const squaredMiss = (velocity: Vec<2>): Scalar => landing(velocity).sub(target).square().sum();

let velocity: Vec<2> = tensor([8, 8], [2]);
export const misses = Array.from({ length: 16 }, () => {
  const { value, grads } = valueAndGrad(() => squaredMiss(velocity), [velocity]);
  velocity = velocity.sub(grads[0].mul(0.2));
  return Math.sqrt(value.item());
});
export const found = velocity;
