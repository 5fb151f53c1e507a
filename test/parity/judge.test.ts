import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AttributionMap, Judgement } from "../../src/explain/api";
import { decodeNpy } from "../../src/explain/file/npy";
import { nodePlatform } from "../../src/explain/node";
import { createService } from "../../src/explain/service/service";
import { useFixture, type Files } from "./fixture";
import { hashTensor } from "./hashWeights";

/** The largest error of a probability that counts as agreement, as a share of the score of the image. */
const tolerance = 1e-3;

/** What make/judge.py writes: the reference's answers for a map that both sides compute. */
interface Golden {
  readonly class: number;
  /** The probability of the class. */
  readonly score: number;
  readonly judgements: Readonly<
    Record<string, { reference: string; value: number; curve?: readonly number[] }>
  >;
  /** The drop in units of probability, not divided by the score. */
  readonly drop: { readonly reference: string; readonly value: number };
}

const folder = join(import.meta.dirname, "golden", "judge");
const service = createService(nodePlatform({ threads: 2 }));
afterAll(() => service.dispose());

/** What make/sanity.py writes: the rank correlation of a map with that of the network whose weights are all in another order, for several orders; null where that map is blank, which is left out. */
interface SanityGolden {
  readonly class: number;
  readonly methods: Readonly<
    Record<string, { readonly reference: string; readonly orders: readonly (number | null)[] }>
  >;
}

/** The pattern of make/judge.py. */
function pattern(height: number, width: number): Float32Array {
  const noise = hashTensor({ dims: [height, width], seed: 77, scale: 1, shift: 0 });
  return noise.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.sin(0.05 * x + 1) * Math.cos(0.07 * y) + 0.1 * value;
  });
}

async function judge({ model, tensor }: Files, { class: index }: Golden, judgement: string) {
  const [height, width] = decodeNpy(readFileSync(tensor), tensor).dims.slice(2) as [number, number];
  const data = pattern(height, width);
  const map: AttributionMap = {
    ...{
      method: "gradCam",
      classIndex: index,
      label: "",
      logit: 0,
      probability: 0,
      parameters: {},
    },
    ...{ score: "logit", layer: "", dims: [height, width], data, final: "none" },
    range: {
      min: data.reduce((a, b) => Math.min(a, b)),
      max: data.reduce((a, b) => Math.max(a, b)),
    },
  };
  const explain = {
    ...{ model, tensor, images: [], methods: ["gradCam"], layer: "auto", score: "logit" as const },
    classes: { indices: [index] },
  };
  const found: Judgement[] = [];
  for await (const event of service.judge({ explain, map, judgements: [judgement] })) {
    if (event.kind === "judgement") found.push(event.judgement);
  }
  return found[0]!;
}

describe.each(readdirSync(folder))("Tests of maps on %s", (file) => {
  const golden = JSON.parse(readFileSync(join(folder, file), "utf8")) as Golden;
  const { files } = useFixture(file.replace(".json", ""));
  const rows = Object.entries(golden.judgements);
  test.each(rows.map(([id, row]) => [id, row.reference, row] as const))(
    "%s is that of %s",
    async (id, _reference, row) => {
      const { value, curve } = await judge(files(), golden, id);
      // A drop is a share of the score already.
      const unit = id === "averageDrop" ? 1 : golden.score;
      expect(Math.abs(value! - row.value) / unit).toBeLessThan(tolerance);
      const errors = (row.curve ?? []).map((y, i) => Math.abs(curve!.y[i]! - y) / golden.score);
      expect(errors).toHaveLength(row.curve ? curve!.y.length : 0);
      expect(Math.max(0, ...errors)).toBeLessThan(tolerance);
    },
    120_000,
  );

  test(`the drop times the score is that of ${golden.drop.reference}`, async () => {
    const { value } = await judge(files(), golden, "averageDrop");
    expect(Math.abs(value! * golden.score - golden.drop.value) / golden.score).toBeLessThan(
      tolerance,
    );
  });
});

const sanityFolder = join(import.meta.dirname, "golden", "sanity");

async function sanityOf({ model, tensor }: Files, index: number, method: string) {
  const explain = {
    ...{ model, tensor, images: [], methods: [method], layer: "auto", score: "logit" as const },
    ...{ classes: { indices: [index] }, judgements: ["sanity"] },
  };
  for await (const event of service.explain(explain)) {
    if (event.kind === "failed") throw new Error(event.error.message);
    if (event.kind === "explanation") return event.explanation.maps[0]!.judgements![0]!;
  }
  throw new Error("nothing was explained");
}

describe.each(readdirSync(sanityFolder))("The sanity check on %s", (file) => {
  const golden = JSON.parse(readFileSync(join(sanityFolder, file), "utf8")) as SanityGolden;
  const { files } = useFixture(file.replace(".json", ""));
  test.each(Object.entries(golden.methods))(
    "%s has the rank correlation of PyTorch with the very same weights",
    async (method, { orders }) => {
      const { value, verdict } = await sanityOf(files(), golden.class, method);
      const told = orders.filter((one) => one !== null);
      const mean = told.reduce((sum, one) => sum + one, 0) / told.length;
      const squares = told.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      expect(Math.abs(value! - mean)).toBeLessThan(tolerance);
      const [, spread, count] = /± (\d\.\d\d) over (\d) /.exec(verdict)!;
      expect(Number(count)).toBe(told.length);
      expect(Math.abs(Number(spread) - Math.sqrt(squares / (told.length - 1)))).toBeLessThan(0.006);
    },
    120_000,
  );
});
