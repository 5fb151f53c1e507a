import type { Row } from "../../../helper/operator";
import { convolutionRows } from "./convolution";
import { elementwiseRows } from "./elementwise";
import { goldenRows } from "./golden";
import { matrixRows } from "./matrix";
import { movementRows } from "./movement";
import { normalizationRows } from "./normalization";
import { poolingRows } from "./pooling";
import { quantizationRows } from "./quantization";
import { reductionRows } from "./reduction";
import { shapeRows } from "./shape";
import { spatialRows } from "./spatial";

/** The cases of every operator. */
export const rows: readonly Row[] = [
  ...convolutionRows,
  ...elementwiseRows,
  ...goldenRows,
  ...matrixRows,
  ...movementRows,
  ...normalizationRows,
  ...poolingRows,
  ...quantizationRows,
  ...reductionRows,
  ...shapeRows,
  ...spatialRows,
];
