import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as onnxruntime from "onnxruntime-node";
import { decodeModel, type NodeProto } from "../../src/explain/format/onnx/proto";
import { writeOnnx } from "../../src/explain/format/onnx/write";
import type { Graph } from "../../src/explain/graph/graph";
import { lowerPrivate } from "../../src/explain/runtime/onnxruntime/lower";

/**
 * The nodes that onnxruntime is left with after its own optimizations: `basic` = constants folded, common expressions shared;
 * `all` = fused and laid out in blocks too.
 */
export async function optimizedNodes(graph: Graph, level: "basic" | "all"): Promise<NodeProto[]> {
  const folder = await mkdtemp(join(tmpdir(), "sightline-"));
  const file = join(folder, "optimized.onnx");
  try {
    const session = await onnxruntime.InferenceSession.create(writeOnnx(lowerPrivate(graph)), {
      graphOptimizationLevel: level,
      optimizedModelFilePath: file,
      logSeverityLevel: 3,
    });
    await session.release();
    return decodeModel(await readFile(file)).graph!.node;
  } finally {
    await rm(folder, { recursive: true });
  }
}
