/**
 * node ratio.mjs BUNDLE MODEL baseline|top1|top5|saliency|guided: times that against the plain forward pass, prints JSON.
 *
 * A ratio is the median of 5 repeats, each the median of 9 pairs (forward pass, then candidate). The two are alone in their process and
 * take turns, so that what disturbs the machine, and what the one leaves in the caches for the other, is the same for both; baseline ÷
 * baseline, two sessions of the same file, shows how much that is.
 */
import { explain, forward, median, time } from "./subject.mjs";

const [bundle, model, what] = process.argv.slice(2);
const repeats = 5;
const pairs = 9;

const baseline = await forward(model);
const candidate = what === "baseline" ? await forward(model) : await explain(bundle, model, what);
for (const run of [baseline, candidate]) for (let i = 0; i < 3; i++) await run();

const times = { before: [], after: [] };
const ratios = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  const samples = [];
  for (let pair = 0; pair < pairs; pair++) {
    const before = await time(baseline);
    const after = await time(candidate);
    times.before.push(before);
    times.after.push(after);
    samples.push(after / before);
  }
  ratios.push(median(samples));
}

console.log(
  JSON.stringify({
    ratio: median(ratios),
    spread: Math.max(...ratios) - Math.min(...ratios),
    forward: median(times.before),
    milliseconds: median(times.after),
  }),
);
process.exit(0);
