import { describe, test } from "vitest";
import { checkNamedBatch } from "../../helper/namedBatch";
import { rows } from "./rows/index";

describe("the gradient is the same when the batch is known only at run time", () => {
  rows
    .filter((row) => row.differentiable !== false && !row.fixedBatch)
    .forEach((row) => test(`${row.op} ${row.title ?? ""}`, () => checkNamedBatch(row)));
});
