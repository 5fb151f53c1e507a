/**
 * node memory.mjs BUNDLE MODEL forward|top1|top5: opens and runs once in this fresh process, then prints its peak resident size in
 * megabytes.
 */
import { forward, gradCam } from "./subject.mjs";

const [bundle, model, what] = process.argv.slice(2);
const run = await (what === "forward"
  ? forward(model)
  : gradCam(bundle, model, what === "top1" ? 1 : 5));
await run();
// maxRSS is in kilobytes on every platform of Node.
console.log(process.resourceUsage().maxRSS / 1024);
process.exit(0);
