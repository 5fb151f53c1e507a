/** node alone.mjs MODEL default|ours: the plain forward pass, alone in its process; prints milliseconds. */
import { forward, median, time } from "./subject.mjs";

const [model, options] = process.argv.slice(2);
const run = await (options === "default" ? forward(model, {}) : forward(model));
const times = [];
for (let i = 0; i < 18; i++) times.push(await time(run));
console.log(median(times.slice(3)));
process.exit(0);
