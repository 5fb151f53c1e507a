/**
 * node several.mjs BUNDLE MODEL: what an image costs in a batch of 8, divided by what one alone costs, for Grad-CAM of the best class; prints JSON.
 * A batch is what the service makes of it: one image after another.
 */
import { explain, median, time } from "./subject.mjs";

const [bundle, model] = process.argv.slice(2);
const images = 8;
const run = await explain(bundle, model, "top1");
for (let i = 0; i < 5; i++) await run();
const ratios = [];
for (let repeat = 0; repeat < 9; repeat++) {
  const single = await time(run);
  const batch = await time(async () => {
    for (let i = 0; i < images; i++) await run();
  });
  ratios.push(batch / images / single);
}
console.log(median(ratios));
process.exit(0);
