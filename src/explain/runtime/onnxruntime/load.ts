import type * as Ort from "onnxruntime-node";

/**
 * Loads onnxruntime's native library. Its binaries report use to Microsoft unless this variable is set before they are loaded (a device id
 * in the user's cache folder, events over the network); Sightline sends nothing.
 */
export function loadOnnxruntime(): Promise<typeof Ort> {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
  return import("onnxruntime-node");
}
