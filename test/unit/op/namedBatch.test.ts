import { describe, test } from "vitest";
import { checkNamedBatch } from "../../helper/namedBatch";
import { convolutionRows } from "./rows/convolution";
import { elementwiseRows } from "./rows/elementwise";
import { matrixRows } from "./rows/matrix";
import { normalizationRows } from "./rows/normalization";
import { poolingRows } from "./rows/pooling";
import { reductionRows } from "./rows/reduction";
import { shapeRows } from "./rows/shape";

describe("the gradient is the same when the batch is known only at run time", () => {
  [
    ...convolutionRows,
    ...elementwiseRows,
    ...matrixRows,
    ...normalizationRows,
    ...poolingRows,
    ...reductionRows,
    ...shapeRows,
  ]
    .filter((row) => row.differentiable !== false && !row.fixedBatch)
    .forEach((row) => test(`${row.op} ${row.title ?? ""}`, () => checkNamedBatch(row)));
});
