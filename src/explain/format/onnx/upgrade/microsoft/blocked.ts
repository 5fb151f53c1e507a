import type { Rule } from "../upgrade";

/** What onnxruntime writes for the one kind of processor that it runs on. */
const domains: Readonly<Record<string, readonly string[]>> = {
  "com.microsoft.nchwc": [
    ...["AveragePool", "Conv", "GlobalAveragePool", "GlobalMaxPool", "MaxPool"],
    ...["ReorderInput", "ReorderOutput", "Upsample"],
  ],
  "com.ms.internal.nhwc": [
    ...["AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "DepthToSpace"],
    ...["GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "GridSample"],
    ...["InstanceNormalization", "LRN", "LpPool", "MaxPool", "Resize", "SpaceToDepth"],
  ],
};

/** Refused, with the way out that is special to them. */
export const blocked: readonly Rule[] = Object.entries(domains).flatMap(([domain, names]) =>
  names.map((name) => ({
    op: `${domain}.${name}`,
    upgrade: (_g, _node, refuse) => {
      throw refuse(
        "was written by onnxruntime's highest level of optimization for one kind of processor",
        "save the model with ORT_ENABLE_EXTENDED instead, or open the model that it was made from",
      );
    },
  })),
);
