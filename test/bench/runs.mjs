/**
 * node runs.mjs BUNDLE MODEL WHAT: what a method of many runs takes, and one run of what it is made of, in milliseconds; prints JSON. Both take turns: the unit before and after each
 * of 3 repeats, the fastest of which counts for it, for a disturbed unit would flatter the method.
 */
import { explain, forward, median, time } from "./subject.mjs";

const [bundle, model, what, unit] = process.argv.slice(2);
const repeats = 3;
const unitsEach = 9;

const one = unit === "forward" ? await forward(model) : await explain(bundle, model, unit);
const many = await explain(bundle, model, what);
for (let i = 0; i < 3; i++) await one();
// Compiles the stages and finds out how many images a run should take.
await many();
const ratios = [];
const times = [];
const units = async () => {
  const samples = [];
  for (let i = 0; i < unitsEach; i++) samples.push(await time(one));
  return median(samples);
};
for (let repeat = 0; repeat < repeats; repeat++) {
  const before = await units();
  const milliseconds = await time(many);
  ratios.push(milliseconds / Math.min(before, await units()));
  times.push(milliseconds);
}
console.log(JSON.stringify({ ratio: median(ratios), milliseconds: median(times) }));
process.exit(0);
