import type { Files } from "../../file/file";
import { readParameter } from "../../format/element";
import { referenceRuntime } from "../reference";
import type { Runtime } from "../runtime";
import { onnxruntimeRuntime } from "./onnxruntime";

/** Every runtime of this machine, in the order in which they are tried. */
export function createRuntimes(files: Files): readonly Runtime[] {
  return [
    onnxruntimeRuntime(files),
    referenceRuntime((graph, name) => readParameter(files, graph.parameters.get(name)!)),
  ];
}
