import { decodeElements, encodeElements } from "../../../src/explain/format/element";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { dtypes, type Tensor } from "../../../src/explain/tensor";

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
  /** What made the results. */
  readonly operator?: string;
}

/** Operators whose int32 results are computed as float32: the numbers are the same. */
const sumsOfIntegers = ["ConvInteger", "MatMulInteger"];

/** Two units in the last place: what ONNX's own runner allows. */
const bfloat16Tolerance = 2 ** -6;

/** What differs from what is expected, in words; `undefined` when nothing does. Integers are compared exactly. */
export function difference(
  ours: Tensors,
  expected: Tensors,
  tolerance: Tolerance,
): string | undefined {
  for (const [name, theirs] of Object.entries(expected)) {
    const found = ours[name];
    if (!found) return `output ${name} is missing`;
    const wrong = differenceOf(found, theirs, tolerance);
    if (wrong) return Object.keys(expected).length > 1 ? `output ${name}: ${wrong}` : wrong;
  }
  return undefined;
}

function differenceOf(
  ours: Tensor,
  theirs: Tensor,
  { rtol, atol, operator }: Tolerance,
): string | undefined {
  if (!sameKind(ours, theirs, operator))
    return `element type ${ours.type} instead of ${theirs.type}`;
  if (ours.dims.join() !== theirs.dims.join())
    return `shape [${ours.dims.join()}] instead of [${theirs.dims.join()}]`;
  const exact = !dtypes[theirs.type].float;
  const relative = exact
    ? 0
    : theirs.type === "bfloat16"
      ? Math.max(rtol, bfloat16Tolerance)
      : rtol;
  const data = rounded(ours, theirs.type);
  let wrong = 0;
  let first = "";
  theirs.data.forEach((want, i) => {
    const have = data[i]!;
    if (Object.is(have, want) || have === want) return;
    if (Math.abs(have - want) <= (exact ? 0 : atol + relative * Math.abs(want))) return;
    if (wrong++ === 0) first = `${have} instead of ${want} at ${i}`;
  });
  return wrong > 0 ? `${wrong} of ${theirs.data.length} numbers differ, first ${first}` : undefined;
}

/** Models of other float types are computed in float32. */
function sameKind(ours: Tensor, theirs: Tensor, operator = ""): boolean {
  if (ours.type === theirs.type) return true;
  const isFloat = dtypes[theirs.type].float || sumsOfIntegers.includes(operator);
  return ours.type === "float32" && isFloat;
}

/** The numbers as the expected element type holds them. */
function rounded({ data }: Tensor, type: Tensor["type"]) {
  const narrow = type === "float16" || type === "bfloat16";
  return narrow ? decodeElements(type, encodeElements(type, data)) : data;
}
