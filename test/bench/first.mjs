/**
 * node first.mjs BUNDLE MODEL forward|top1: from nothing to the first result in this fresh process, with the code and the libraries loaded; prints milliseconds.
 */
import { createRequire } from "node:module";
import { explain, forward, time } from "./subject.mjs";

const [bundle, model, what] = process.argv.slice(2);
createRequire(import.meta.url)(bundle);
console.log(
  await time(async () => {
    const run = await (what === "forward" ? forward(model) : explain(bundle, model, what));
    await run();
  }),
);
process.exit(0);
