import type { Property } from "../../../helper/property";
import { elementwiseProperties } from "./elementwise";
import { indexingProperties } from "./indexing";
import { matrixProperties } from "./matrix";
import { movementProperties } from "./movement";
import { normalizationProperties } from "./normalization";
import { quantizationProperties } from "./quantization";
import { reductionProperties } from "./reduction";
import { spatialProperties } from "./spatial";
import { windowProperties } from "./window";

/** What is made up, by family. */
export const families: Readonly<Record<string, readonly Property[]>> = {
  elementwise: elementwiseProperties,
  indexing: indexingProperties,
  matrix: matrixProperties,
  movement: movementProperties,
  normalization: normalizationProperties,
  quantization: quantizationProperties,
  reduction: reductionProperties,
  spatial: spatialProperties,
  window: windowProperties,
};
