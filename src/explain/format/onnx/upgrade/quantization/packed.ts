import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { tensor } from "../../../../tensor";
import type { Refuse } from "../../attribute";
import type { Upgrade } from "../upgrade";

/** Operators whose weights are several to a byte. */
export const packed: Readonly<Record<string, Upgrade>> = {
  "com.microsoft.MatMulNBits": matMulNBits,
};

/**
 * A · Bᵀ (+ bias) with B [N, blocks, bytes], scales [N, blocks] and zero points [N, bytes]:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits. The weights are unpacked in
 * the graph, which runtimes do once, when they open it.
 */
function matMulNBits(g: Builder, node: Node, refuse: Refuse): Node {
  const { K, N, bits = 4, block_size: block } = node.attributes as Record<string, number>;
  const [a, b, scales, zeros, order, bias] = node.inputs as [string, string, string, ...string[]];
  if (![2, 4, 8].includes(bits) || !block) {
    throw refuse(`with ${bits} bits in blocks of ${block} is not supported`);
  }
  if (order) throw refuse("with its weights in another order (g_idx) is not supported");
  const blocks = Math.ceil(K! / block!);
  const steps = g.op("Sub", [
    unpacked(g, b, bits, [N!, blocks, block!], scales),
    zeros ? zeroPoints(g, zeros, bits, [N!, blocks], scales) : g.scalar(2 ** (bits - 1), scales),
  ]);
  const weights = g.op("Mul", [steps, g.reshape(scales, [N!, blocks, 1])]);
  const rows = g.reshape(weights, [N!, blocks * block!]);
  const used = g.op("Slice", [rows, g.ints([0]), g.ints([K!]), g.ints([1])]);
  const inputs = [a, g.op("Transpose", [used], { perm: [1, 0] })];
  if (!bias) return { ...node, op: "MatMul", inputs, attributes: {} };
  return { ...node, op: "Add", inputs: [g.op("MatMul", inputs), bias], attributes: {} };
}

/** [N, blocks, 1]; packed ones fill each row up to whole bytes. */
function zeroPoints(
  g: Builder,
  zeros: string,
  bits: number,
  [rows, blocks]: readonly [number, number],
  like: string,
): string {
  if (g.type(zeros) !== "uint8") return g.reshape(zeros, [rows, blocks, 1]);
  const perRow = Math.ceil((blocks * bits) / 8) * (8 / bits);
  const padded = unpacked(g, zeros, bits, [rows, perRow], like);
  const used = g.op("Slice", [padded, g.ints([0]), g.ints([blocks]), g.ints([1])]);
  return g.reshape(used, [rows, blocks, 1]);
}

/** The numbers of `bits` bits in bytes, those in the low bits first, as floats of the element type of `like`. */
function unpacked(
  g: Builder,
  bytes: string,
  bits: number,
  dims: readonly number[],
  like: string,
): string {
  const byte = (value: number) => g.constant(tensor("uint8", [value], []));
  const column = g.reshape(bytes, [dims.reduce((x, y) => x * y, bits / 8), 1]);
  const parts = Array.from({ length: 8 / bits }, (_, i) => {
    const shifted =
      i === 0 ? column : g.op("BitShift", [column, byte(i * bits)], { direction: "RIGHT" });
    return g.op("BitwiseAnd", [shifted, byte(2 ** bits - 1)]);
  });
  const joined = g.reshape(g.op("Concat", parts, { axis: 1 }), dims);
  return g.op("Cast", [joined], { to: g.type(like) });
}
