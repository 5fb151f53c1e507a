import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { consumers, type Graph } from "../../../src/explain/graph/graph";
import { nodePlatform } from "../../../src/explain/node";
import { createRuntimes } from "../../../src/explain/runtime/onnxruntime/index";
import { createService } from "../../../src/explain/service/service";
import { dtypes } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/files";
import { checkModel, files, fixture, runReference } from "../../helper/model";
import {
  golden,
  imageFile,
  imageOf,
  openQuantized,
  runUnchanged,
  scoresOf,
} from "../../helper/quantized";

/** Every way in which onnxruntime and PyTorch quantize one small network: test/fixture/quantized/make.py. */
const names = Object.keys(golden).filter((name) => name !== "float");

/** The step of the class scores; 0 where they are not quantized. */
const step = (name: string) => (name.match(/dynamic|torch|cast/) ? 0 : 0.0015426);

/** One step, and what sums in another order differ by. */
const tolerance = (name: string) => 1.001 * step(name) + 1e-4;

const expected = (name: string, seed: number) => scoresOf(name, golden[name]!.logits[seed]!);

function differences(ours: ArrayLike<number>, theirs: readonly number[]): number {
  return Math.max(...theirs.map((value, i) => Math.abs(ours[i]! - value)));
}

describe.each(names)("%s", (name) => {
  test.each([0, 1])(
    "gives what onnxruntime makes of the file, to the bit, image %d",
    async (seed) => {
      const graph = await openQuantized(name);
      const [onnxruntime] = createRuntimes(files);
      const program = await onnxruntime!.compile(graph, {});
      const [output] = graph.outputs as [string];
      const image = imageOf(name, seed);
      const ours = (await program.run({ [graph.inputs[0]!.name]: image }))[output]!;
      await program.dispose();
      expect(ours.type).toBe("float32");
      const theirs = await runUnchanged(name, image);
      expect(differences(ours.data, theirs)).toBeLessThan(1e-7);
      // Another version of onnxruntime: some sums are rounded the other way.
      expect(differences(ours.data, expected(name, seed))).toBeLessThan(tolerance(name));
    },
  );

  test.each([0, 1])("is evaluated to within one step of it, image %d", async (seed) => {
    const graph = await openQuantized(name);
    const feeds = { [graph.inputs[0]!.name]: imageOf(name, seed) };
    const ours = (await runReference(graph, feeds))[graph.outputs[0]!]!;
    expect(differences(ours.data, expected(name, seed))).toBeLessThan(tolerance(name));
  });

  test("has integers only between rounding and its inverse", async () => {
    const graph = await openQuantized(name);
    const readers = consumers(graph);
    const stray = graph.nodes.flatMap(({ op, outputs }) =>
      outputs.filter((output) => isInteger(graph, output) && !isRounded(op, output, readers)),
    );
    expect(stray).toEqual([]);
  });
});

function isInteger(graph: Graph, value: string): boolean {
  const { type, dims } = graph.types.get(value)!;
  return !dtypes[type].float && dims.length === 4;
}

function isRounded(op: string, value: string, readers: ReturnType<typeof consumers>): boolean {
  const isMade = op === "QuantizeLinear" || op === "DynamicQuantizeLinear";
  return isMade && (readers.get(value) ?? []).every((node) => node.op === "DequantizeLinear");
}

describe("explained", () => {
  const service = createService(nodePlatform({}));
  afterAll(() => service.dispose());
  const folder = temporaryFolder();

  async function map(name: string): Promise<Float32Array> {
    const path = join(folder, `${name}.npy`);
    writeFileSync(path, imageFile(name, 1));
    const events = service.explain({
      model: fixture("quantized", `${name}.onnx`),
      tensor: path,
      images: [],
      methods: ["gradCam"],
      layer: "auto",
      classes: { indices: [1] },
      score: "logit",
    });
    for await (const event of events) {
      if (event.kind === "explanation") return event.explanation.maps[0]!.data;
      if (event.kind === "failed") throw new Error(event.error.message);
    }
    throw new Error("nothing was explained");
  }

  test.each([
    ["qdq", "/Relu_1_output_0_DequantizeLinear_Output"],
    ["operator", "/last/Conv_output_0_quantized"],
    ["dynamic", "/Relu_1_output_0"],
  ])(
    "%s has the last map before pooling as its layer, named as in the file",
    async (name, layer) => {
      const inspection = await service.inspect({ model: fixture("quantized", `${name}.onnx`) });
      expect(inspection.layers.find((each) => each.default)?.name).toBe(layer);
      expect(inspection.layers.filter((each) => each.name.startsWith("sightline/"))).toEqual([]);
    },
  );

  test.each(names.filter((name) => !["torch", "cast"].includes(name)))(
    "%s has nearly the Grad-CAM of the network in floats",
    async (name) => {
      const [ours, float] = [await map(name), await map("float")];
      expect(ours.length).toBe(float.length);
      expect(correlation(ours, float)).toBeGreaterThan(0.9);
    },
  );
});

function correlation(a: Float32Array, b: Float32Array): number {
  const centred = (values: Float32Array) => {
    const mean = values.reduce((x, y) => x + y, 0) / values.length;
    return [...values].map((value) => value - mean);
  };
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

test.each(readdirSync(fixture("quantized/weights")))("weights of %s", async (name) => {
  const { graph } = await checkModel(fixture("quantized/weights", name));
  const big = [...graph.parameters.values()].filter(({ location }) => location);
  expect(big.map(({ dims }) => dims)).toEqual([[9001]]);
});

/** One operator each, on values in steps of 0.02: sums in another order may be rounded to the neighbour. */
test.each(readdirSync(fixture("quantized/form")))(
  "%s computes what it did before",
  async (name) => {
    await checkModel(fixture("quantized/form", name), 0.0201);
  },
);
