/**
 * node ratio.mjs BUNDLE MODEL WHAT…: times Sightline's maps (top1, saliency …) against the plain forward pass, prints JSON.
 *
 * A ratio is the median of 5 repeats, each the median of 9 pairs (baseline, then candidate). All candidates take turns, so that what
 * disturbs the machine disturbs all alike; baseline ÷ baseline shows how much it does.
 */
import { explain, forward, median, time } from "./subject.mjs";

const [bundle, model, ...wanted] = process.argv.slice(2);
const repeats = 5;
const pairs = 9;

const baseline = await forward(model);
const candidates = { baseline: await forward(model) };
for (const what of wanted) candidates[what] = await explain(bundle, model, what);
for (const run of [baseline, ...Object.values(candidates)]) for (let i = 0; i < 3; i++) await run();

const names = Object.keys(candidates);
const times = Object.fromEntries(["forward", ...names].map((name) => [name, []]));
const ratios = Object.fromEntries(names.map((name) => [name, []]));
for (let repeat = 0; repeat < repeats; repeat++) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let pair = 0; pair < pairs; pair++) {
    for (const name of names) {
      const before = await time(baseline);
      const after = await time(candidates[name]);
      times.forward.push(before);
      times[name].push(after);
      samples[name].push(after / before);
    }
  }
  for (const name of names) ratios[name].push(median(samples[name]));
}

const summary = names.map((name) => [
  name,
  {
    ratio: median(ratios[name]),
    spread: Math.max(...ratios[name]) - Math.min(...ratios[name]),
    milliseconds: median(times[name]),
  },
]);
console.log(JSON.stringify({ forward: median(times.forward), ...Object.fromEntries(summary) }));
process.exit(0);
