/** What onnxruntime moves a QuantizeLinear or a DequantizeLinear past. */
export const moves: ReadonlySet<string> = new Set([
  "MaxPool",
  "Reshape",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Slice",
]);
