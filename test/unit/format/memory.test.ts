import { execFileSync } from "node:child_process";
import { openSync, closeSync, ftruncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { Writer } from "protobufjs/minimal";
import { expect, test } from "vitest";
import { encodeModel } from "../../../src/explain/format/onnx/proto";
import { temporaryFolder } from "../../helper/folder";
import { fixture } from "../../helper/model";

const weightBytes = 300_000_000;

test("opening a model of 300 MB takes less than 30 MB", () => {
  const folder = temporaryFolder();
  const model = join(folder, "big.onnx");
  writeBigModel(model);
  const script = join(folder, "open.cjs");
  buildSync({
    stdin: { contents: program, resolveDir: fixture(), loader: "ts" },
    bundle: true,
    platform: "node",
    outfile: script,
  });
  const before = peakMegabytes(script, fixture("onnx/facts.onnx"));
  const after = peakMegabytes(script, model);
  expect(after.location).toEqual({ file: model, length: weightBytes });
  expect(after.peak - before.peak).toBeLessThan(30);
});

const program = `
  import { diskFiles } from "../../src/explain/file/disk";
  import { openOnnx } from "../../src/explain/format/onnx/read";
  openOnnx(process.argv[2]!, diskFiles()).then(({ graph }) => {
    const { file, length } = graph.parameters.get("w")?.location ?? {};
    const peak = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ peak, location: { file, length } }));
  });
`;

function peakMegabytes(script: string, model: string) {
  const output = execFileSync(process.execPath, [script, model], { encoding: "utf8" });
  return JSON.parse(output) as { peak: number; location: object };
}

/** x + w, with a hole in the file where the numbers of w would be. */
function writeBigModel(path: string): void {
  const [head, tail] = bigModelWithoutData();
  const file = openSync(path, "w");
  writeSync(file, head, 0, head.length, 0);
  ftruncateSync(file, head.length + weightBytes);
  writeSync(file, tail, 0, tail.length, head.length + weightBytes);
  closeSync(file);
}

/** What stands before and behind the data: the graph with its initializer first, then the rest of the graph and the opset. */
function bigModelWithoutData(): [Uint8Array, Uint8Array] {
  const dims = [{ dimValue: weightBytes / 4 }];
  const type = { tensorType: { elemType: 1, shape: { dim: dims } } };
  const rest = encodeModel({
    graph: {
      node: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
      input: [{ name: "x", type }],
      output: [{ name: "y", type }],
    },
  });
  // The rest of the graph without the tag and length that the encoder put before it.
  const graphTail = rest.subarray(rest.length - encodedGraphLength(rest));
  const opset = encodeModel({ opsetImport: [{ domain: "", version: 17 }] });
  const tensor = Writer.create()
    .uint32(tag(1, 0))
    .int64(weightBytes / 4)
    .uint32(tag(2, 0))
    .int32(1);
  tensor.uint32(tag(8, 2)).string("w").uint32(tag(9, 2)).uint32(weightBytes);
  const tensorHead = tensor.finish();
  const tensorLength = tensorHead.length + weightBytes;
  const initializer = Writer.create().uint32(tag(5, 2)).uint32(tensorLength).finish();
  const graphLength = initializer.length + tensorLength + graphTail.length;
  const head = Writer.create().uint32(tag(1, 0)).int64(8).uint32(tag(7, 2)).uint32(graphLength);
  return [
    Buffer.concat([head.finish(), initializer, tensorHead]),
    Buffer.concat([graphTail, opset]),
  ];
}

/** The length that follows the first byte, the tag of `graph`, in one or two bytes. */
function encodedGraphLength(model: Uint8Array): number {
  return model[1]! < 0x80 ? model[1]! : (model[1]! & 0x7f) + 128 * model[2]!;
}

const tag = (number: number, wireType: number) => (number << 3) | wireType;
