import { describe, expect, test } from "vitest";
import type { AttributionMap } from "../../../src/explain/api";
import { gradCam } from "../../../src/explain/method/gradCam";
import type { Method } from "../../../src/explain/method/method";
import { occlusion } from "../../../src/explain/method/occlusion";
import { nodePlatform } from "../../../src/explain/node";
import { asked } from "../../../src/explain/service/program";
import { ShuffledMaps } from "../../../src/explain/service/shuffledMaps";
import { shuffleWeights } from "../../../src/explain/service/shuffledWeights";
import { classifier, features, linearHead } from "../../helper/classifier";
import { temporaryFolder } from "../../helper/files";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const platform = { ...nodePlatform({ threads: 1 }), cacheFolder: temporaryFolder() };
const session = sessionOn(
  classifier((g, x, w) => linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3)),
);
const input = normal([1, 3, 16, 16], 3, "float32");

/** The maps of the network with all of its layers shuffled, one for each order. */
async function inTheEnd(
  method: Method,
  values: Parameters<typeof asked>[1],
  judgedTwice = false,
): Promise<number[][]> {
  const question = questionOf({ layer: "b", methods: [asked(method, values)] });
  const { maps } = await session.answer(input, question);
  const shuffled = new ShuffledMaps({ platform, session, question, input }, maps);
  const found = async (map: AttributionMap) => {
    const all: number[][] = [];
    for await (const step of shuffled.of(map)) if (step.share === 1) all.push([...step.map!.data]);
    return all;
  };
  const first = await found(maps[0]!);
  const result = judgedTwice ? await found(maps[0]!) : first;
  await shuffled.dispose();
  return result;
}

const different = (all: readonly (readonly number[])[]) =>
  new Set(all.map((numbers) => numbers.join())).size;

describe("the orders of a network's shuffled weights", () => {
  test("are five different ones for a method of one run, and three for one of many", async () => {
    const one = await inTheEnd(gradCam, {});
    expect([one.length, different(one)]).toEqual([5, 5]);
    const many = await inTheEnd(occlusion, { window: 8, stride: 8 });
    expect([many.length, different(many)]).toEqual([3, 3]);
  });

  test("are remembered with their maps", async () => {
    expect(await inTheEnd(gradCam, {}, true)).toEqual(await inTheEnd(gradCam, {}));
  });

  test("have the same numbers of each weight, at other places", async () => {
    const orders = await Promise.all(
      [0, 1, 2, 3, 4].map((order) => shuffleWeights(platform, session.model, order)),
    );
    const graphs = orders.map(({ layers, graph }) => graph(layers));
    for (const [name, { data }] of session.model.graph.parameters) {
      if (data!.length < 12) continue;
      const all = graphs.map(({ parameters }) => [...parameters.get(name)!.data!]);
      expect(different([[...data!], ...all]), name).toBe(6);
      for (const numbers of all)
        expect(numbers.toSorted((a, b) => a - b)).toEqual([...data!].toSorted((a, b) => a - b));
    }
  });

  test("are different for weights of the same numbers", async () => {
    const twins = classifier((g, x) => {
      const weight = (name: string) => g.parameter(name, normal([3, 3, 3, 3], 1));
      const first = g.op("Relu", [g.op("Conv", [x, weight("first")])]);
      const map = g.op("Relu", [g.op("Conv", [first, weight("second")])]);
      return g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    });
    const { graph, layers } = await shuffleWeights(platform, sessionOn(twins).model, 0);
    const { parameters } = graph(layers);
    expect([...parameters.get("first")!.data!]).not.toEqual([...parameters.get("second")!.data!]);
  });
});
