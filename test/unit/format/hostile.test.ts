import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { encodeModel, type GraphProto, type Partly } from "../../../src/explain/format/onnx/proto";
import { scalar, tensor } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/folder";
import { files } from "../../helper/model";
import { graphText, readModel, type ModelText, type NodeText } from "../../helper/onnxModel";

/** Files that no exporter writes: each is read or refused in a sentence, soon and in little memory. */
const node = (op: string, inputs: string[], outputs: string[], more: Partial<NodeText> = {}) => ({
  ...{ op, inputs, outputs, name: outputs[0] },
  ...more,
});
const model = (nodes: NodeText[], more: Partial<ModelText> = {}): ModelText => ({
  ...{ opset: 17, inputs: { x: [1, 3, 8, 8] }, nodes },
  ...more,
});

async function open(bytes: Uint8Array) {
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, bytes);
  return openOnnx(path, files);
}

describe("a weight's place", () => {
  /** y = x · w, where w lies where `entries` say. */
  const located = (entries: Readonly<Record<string, string>>) =>
    encodeModel({
      irVersion: 8,
      opsetImport: [{ domain: "", version: 17 }],
      graph: {
        node: [{ opType: "Mul", input: ["x", "w"], output: ["y"] }],
        initializer: [
          {
            ...{ name: "w", dims: [2], dataType: 1, dataLocation: 1 },
            externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
          },
        ],
        input: [
          { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } },
        ],
        output: [{ name: "y" }],
      },
    });

  test.each(["-8 8", "0 8", "8 8"])("cannot be said by Sightline's own key (%s)", async (place) => {
    await expect(open(located({ "sightline.here": place }))).rejects.toThrow(
      /the weight “w” has the entry sightline\.here, which no file may have; copy/,
    );
  });

  test.each([
    ["offset", "-8"],
    ["offset", "1.5"],
    ["offset", "0x10"],
    ["offset", ""],
    ["length", "-8"],
    ["length", "8 "],
  ])("must be a whole number: %s “%s”", async (key, value) => {
    await expect(open(located({ location: "model.onnx", [key]: value }))).rejects.toThrow(
      `the weight “w” has the ${key} “${value}”; copy`,
    );
  });

  test("must lie in the file", async () => {
    await expect(open(located({ location: "model.onnx", offset: "9".repeat(30) }))).rejects.toThrow(
      /its external data file “model\.onnx” ends after \d+ bytes where the weight “w” needs/,
    );
  });
});

const relu = node("Relu", ["x"], ["y"]);
const weight = (name: string, dims: number[], bytes: number): Partly<GraphProto> => ({
  initializer: [{ name, dims, dataType: 1, rawData: new Uint8Array(bytes) }],
});

test.each<[string, ModelText | Uint8Array, RegExp]>([
  [
    "a cycle",
    model([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), relu]),
    /“a”: Add reads “b”, which nothing before it makes/,
  ],
  [
    "a value that nothing makes",
    model([node("Relu", ["z"], ["y"])]),
    /“y”: Relu reads “z”, which nothing before it makes/,
  ],
  ["a value that is made twice", model([relu, node("Neg", ["x"], ["y"])]), /“y”: is made twice/],
  ["one name for two outputs", model([node("Split", ["x"], ["y", "y"])]), /“y”: is made twice/],
  [
    "an output that nothing makes",
    model([relu], { outputs: ["z"] }),
    /“z”: is not a value of this graph/,
  ],
  [
    "an If without branches",
    model([node("If", ["c"], ["y"])], { constants: { c: tensor("bool", [1], []) } }),
    /If \(node “y”\) lacks its attribute then_branch/,
  ],
  [
    "a Loop without a body",
    model([node("Loop", ["n", ""], ["y"])], { constants: { n: scalar("int64", 1) } }),
    /Loop \(node “y”\) lacks its attribute body/,
  ],
  [
    "a function that calls itself",
    model([node("F", ["x"], ["y"], { domain: "local" })], {
      functions: [
        {
          name: "F",
          inputs: ["x"],
          outputs: ["y"],
          nodes: [node("F", ["x"], ["y"], { domain: "local" })],
        },
      ],
    }),
    /its function F calls itself/,
  ],
  [
    "less data than dimensions",
    rawGraph(weight("w", [4, 4], 60)),
    /“w” has 60 bytes where its shape needs 64/,
  ],
  ["negative dimensions", rawGraph(weight("w", [-4, 4], 64)), /“w” has the shape \[-4,4\]/],
  [
    "more elements than there are",
    rawGraph(weight("w", [2 ** 31, 2 ** 31], 64)),
    /“w” has 64 bytes where/,
  ],
  [
    "a sequence that grows without end",
    model([
      node("SequenceEmpty", [], ["s0"]),
      ...Array.from({ length: 1200 }, (_, i) =>
        node("SequenceInsert", [`s${i}`, "x"], [`s${i + 1}`]),
      ),
      relu,
    ]),
    /SequenceInsert \(node “s1025”\) makes a sequence of more than 1024 tensors/,
  ],
  [
    "a split into as many parts as there are",
    model([node("SplitToSequence", ["x"], ["s"], { attributes: { axis: 3 } }), relu], {
      inputs: { x: [1, 3, 8, 10 ** 9] },
    }),
    /makes a sequence of more than 1024 tensors/,
  ],
  [
    "parts of no length",
    model([node("SplitToSequence", ["x", "none"], ["s"], { attributes: { axis: 3 } }), relu], {
      constants: { none: scalar("int64", 0) },
    }),
    /splits into parts of 0/,
  ],
])("%s is refused", async (_, text, message) => {
  const opening = text instanceof Uint8Array ? open(text) : readModel(text);
  await expect(opening).rejects.toThrow(message);
});

test("graphs that lie in one another without end are refused", async () => {
  let inner = graphText([node("Relu", ["x"], ["z"])], ["z"]);
  for (let i = 0; i < 60; i++) {
    inner = graphText([node("If", ["c"], ["z"], { attributes: { then_branch: inner } })], ["z"]);
  }
  const outer = node("If", ["c"], ["y"], { attributes: { then_branch: inner } });
  const text = model([outer], { constants: { c: tensor("bool", [1], []) } });
  await expect(readModel(text)).rejects.toThrow(/damaged|nest too deeply/);
});

test.each(["sorted", "from the end"])("20,000 nodes in a row are read, %s", async (how) => {
  const count = 20_000;
  const nodes = Array.from({ length: count }, (_, i) =>
    node("Relu", [i === 0 ? "x" : `r${i}`], [i === count - 1 ? "y" : `r${i + 1}`]),
  );
  const started = performance.now();
  const graph = await readModel(model(how === "sorted" ? nodes : nodes.reverse()));
  expect(graph.nodes.map(({ outputs }) => outputs[0]).at(-1)).toBe("y");
  expect(graph.nodes).toHaveLength(count);
  expect(performance.now() - started).toBeLessThan(10_000);
});

/** A model of one Relu, with more in its graph. */
function rawGraph(more: Partly<GraphProto>): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: "", version: 17 }],
    graph: {
      node: [{ opType: "Relu", input: ["x"], output: ["y"] }],
      input: [
        { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } },
      ],
      output: [{ name: "y" }],
      ...more,
    },
  });
}
