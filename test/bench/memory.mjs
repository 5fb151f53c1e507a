/**
 * node memory.mjs BUNDLE MODEL forward|top1|top5|saliency: opens and runs once in this fresh process, then prints its peak resident size in
 * megabytes.
 */
import { explain, forward } from "./subject.mjs";

const [bundle, model, what] = process.argv.slice(2);
const run = await (what === "forward" ? forward(model) : explain(bundle, model, what));
await run();
// maxRSS is in kilobytes on every platform of Node.
console.log(process.resourceUsage().maxRSS / 1024);
process.exit(0);
