import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { decodeModel } from "../../../src/explain/format/onnx/proto";
import { dataFolder, writeOnnx } from "../../../src/explain/format/onnx/write";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph } from "../../../src/explain/graph/graph";
import { tensor } from "../../../src/explain/tensor";
import { files, fixture, randomFeeds, runReference, runWritten } from "../../helper/model";
import { temporaryFolder } from "../../helper/folder";
import { close } from "../../helper/gradient";

/** A graph with one located parameter per file, each 16 bytes in. */
function located(...paths: readonly string[]): Graph {
  const g = new Builder("test");
  g.input("x", "float32", ["N", 2000]);
  let y = "x";
  paths.forEach((file, i) => {
    const location = { file, offset: 16, length: 8000 };
    g.parameter(`w${i}`, { type: "float32", dims: [2000], location });
    y = g.op("Add", [y, `w${i}`]);
  });
  return g.finish([y]);
}

const initializers = (graph: Graph, folder?: string) =>
  decodeModel(writeOnnx(graph, { folder })).graph!.initializer;

test("weights in files are located relative to their common folder", () => {
  const graph = located("/a/b/model.onnx", "/a/b/sub/weights.bin");
  expect(dataFolder(graph)).toBe("/a/b");
  const [first, second] = initializers(graph);
  expect(first).toMatchObject({
    name: "w0",
    dims: [2000],
    dataType: 1,
    dataLocation: 1,
  });
  expect(first).not.toHaveProperty("rawData");
  expect(first!.externalData).toEqual([
    { key: "location", value: "model.onnx" },
    { key: "offset", value: "16" },
    { key: "length", value: "8000" },
  ]);
  expect(second!.externalData[0]).toEqual({ key: "location", value: "sub/weights.bin" });
});

test("the common folder may be the root, or a Windows drive, or missing", () => {
  expect(dataFolder(located("/m.onnx", "/a/w.bin"))).toBe("/");
  expect(initializers(located("/m.onnx", "/a/w.bin"))[1]!.externalData[0]!.value).toBe("a/w.bin");
  const drive = located("C:\\models\\m.onnx", "C:\\data\\w.bin");
  expect(dataFolder(drive)).toBe("C:/");
  expect(initializers(drive)[0]!.externalData[0]!.value).toBe("models/m.onnx");
  expect(dataFolder(located())).toBeUndefined();
});

test("weights on two drives, or outside the given folder, are an error that names the weight", () => {
  expect(() => dataFolder(located("C:\\m.onnx", "D:\\w.bin"))).toThrow(
    "“w1”: lies on another drive than the other weights.",
  );
  expect(() => writeOnnx(located("/a/m.onnx"), { folder: "/b" })).toThrow(
    "“w0”: lies in /a/m.onnx, which is not inside /b.",
  );
});

test("onnxruntime reads weights from several files and folders", async () => {
  const graph = located(
    fixture("onnx/external/weights.bin"),
    fixture("onnx/external/sub/weights.bin"),
  );
  const feeds = randomFeeds(graph);
  const [name] = graph.outputs;
  const theirs = (await runWritten(graph, feeds))[name!]!;
  expect(theirs.dims).toEqual([2, 2000]);
  close(theirs.data, (await runReference(graph, feeds))[name!]!.data, 1e-6, "sum");
});

test("inline weights of every type come back as they were", async () => {
  const { graph } = await openOnnx(fixture("onnx/encodings.onnx"), files);
  const path = join(temporaryFolder(), "again.onnx");
  writeFileSync(path, writeOnnx(graph));
  expect((await openOnnx(path, files)).graph).toEqual(graph);
});

test("half floats round to nearest even, and 64-bit integers saturate", () => {
  const g = new Builder("test");
  g.input("x", "float32", [1]);
  const halves = [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -(2 ** -24), 2 ** -25, -0, NaN];
  g.parameter("half", tensor("float16", halves));
  g.parameter("int", tensor("int64", [2 ** 63, -(2 ** 63), 2 ** 53, -1]));
  const [half, int] = decodeModel(writeOnnx(g.finish(["x"]))).graph!.initializer;
  const bits = new Uint16Array(new Uint8Array(half!.rawData!).buffer);
  expect([...bits]).toEqual([0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x7c00, 0x8001, 0, 0x8000, 0x7e00]);
  expect([...new BigInt64Array(new Uint8Array(int!.rawData!).buffer)]).toEqual([
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 53n,
    -1n,
  ]);
});

test("attributes have the kinds of the standard, sizes their names", () => {
  const g = new Builder("test");
  g.input("x", "float32", ["N", 4]);
  const y = g.op("LeakyRelu", ["x"], { alpha: 1 });
  const z = g.op("Cast", [g.op("ArgMax", [y], { axis: 1 })], { to: "float16" });
  const model = decodeModel(writeOnnx(g.finish([z]), { producer: "p", metadata: { a: "b" } }));
  expect(model).toMatchObject({
    irVersion: 10,
    producerName: "p",
    opsetImport: [{ version: 21 }],
    metadataProps: [{ key: "a", value: "b" }],
  });
  const [leaky, argMax, cast] = model.graph!.node.map(({ attribute }) => attribute);
  expect(leaky).toMatchObject([{ name: "alpha", type: 1, f: 1 }]);
  expect(argMax![0]).toMatchObject({ name: "axis", type: 2, i: 1 });
  expect(cast).toContainEqual(expect.objectContaining({ name: "to", type: 2, i: 10 }));
  const { dim } = model.graph!.output[0]!.type!.tensorType!.shape!;
  expect(dim).toEqual([{ dimParam: "N" }, { dimValue: 1 }]);
});

test("absent inputs are kept in the middle and left out at the end", () => {
  const g = new Builder("test");
  g.input("x", "float32", [4]);
  g.op("Clip", ["x", "", g.scalar(1, "x")]);
  g.op("Clip", ["x", g.scalar(1, "x"), ""]);
  const { node } = decodeModel(writeOnnx(g.finish([]))).graph!;
  expect(node.map(({ input }) => input)).toEqual([
    ["x", "", "sightline/constant_0"],
    ["x", "sightline/constant_0"],
  ]);
});
