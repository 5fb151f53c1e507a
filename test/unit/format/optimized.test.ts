import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { Builder } from "../../../src/explain/graph/builder";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { close } from "../../helper/gradient";
import { files, fixture, runFile } from "../../helper/model";
import { runGraph } from "../../helper/onnxruntime";
import { normal } from "../../helper/random";

const open = async (name: string) =>
  (await openOnnx(fixture("onnx/optimized", `${name}.onnx`), files)).graph;

const x = normal([2, 3, 16, 16], 1, "float32");
const seed = normal([2, 3], 2, "float32");

/** The logits and their gradient by the image. */
async function logitsAndGradient(
  name: string,
): Promise<{ logits: Tensors[string]; dx: Tensors[string] }> {
  const g = Builder.extend(await open(name));
  g.input("seed", "float32", g.dims("logits"));
  const [dx] = gradient(g, { of: "logits", wrt: ["x"], seed: "seed" });
  const results = await runGraph(g.finish(["logits", dx!]), { x, seed });
  return { logits: results["logits"]!, dx: results[dx!]! };
}

/** What onnxruntime's optimizers save of a model that PyTorch exported: made by test/fixture/onnx/optimized/make.py. */
test.each([
  ["apart", "basic"],
  ["apart", "extended"],
  ["apart", "transformers"],
  ["fused", "basic"],
  ["fused", "extended"],
  ["convolutions", "extended"],
])("%s, saved as %s, has the logits and the input gradient of the export", async (name, saved) => {
  const want = await logitsAndGradient(name);
  const have = await logitsAndGradient(`${name}.${saved}`);
  const file = await runFile(fixture("onnx/optimized", `${name}.${saved}.onnx`), { x });
  close(have.logits.data, file["logits"]!.data, 1e-5, "logits of the file");
  close(have.logits.data, want.logits.data, 1e-5, "logits");
  close(have.dx.data, want.dx.data, 1e-5, "gradient");
});

test("attention is MatMul, Softmax, MatMul, whichever way it was exported", async () => {
  for (const name of ["apart", "apart.transformers", "fused", "fused.extended"]) {
    const { nodes, types } = await open(name);
    const softmaxes = nodes.filter(({ op }) => op === "Softmax");
    expect(softmaxes, name).toHaveLength(2);
    for (const { inputs, outputs } of softmaxes) {
      expect(types.get(outputs[0]!)!.dims.slice(1), name).toEqual([2, 16, 16]);
      expect(nodes.filter((node) => node.inputs.includes(outputs[0]!))[0]!.op).toBe("MatMul");
      expect(inputs).toHaveLength(1);
    }
  }
});

test("a model saved for one kind of processor is refused with the way out", async () => {
  await expect(open("convolutions.all")).rejects.toThrow(
    /com\.microsoft\.nchwc\.Conv .*save the model with ORT_ENABLE_EXTENDED instead/,
  );
});
