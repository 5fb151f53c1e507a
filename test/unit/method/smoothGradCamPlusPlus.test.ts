import { expect, test } from "vitest";
import { gradCamPlusPlus } from "../../../src/explain/method/gradCamPlusPlus";
import { smoothGradCamPlusPlus } from "../../../src/explain/method/smoothGradCamPlusPlus";
import { asked } from "../../../src/explain/service/program";
import { classifier, features } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const net = classifier((g, x, w) => {
  const hidden = g.op("Gemm", [g.op("Flatten", [features(g, x, w, 6, "a")]), w([384, 8])]);
  return g.op("Gemm", [g.op("Relu", [hidden]), w([8, 3])]);
});
const image = normal([1, 3, 16, 16], 1, "float32");
const classes = { indices: [2, 0] };
const ask = async (method = smoothGradCamPlusPlus, parameters = {}) => {
  const question = questionOf({ methods: [asked(method, parameters)], layer: "a", classes });
  return (await sessionOn(net).answer(image, question)).maps;
};

test("without noise it is Grad-CAM++", async () => {
  const smooth = await ask(smoothGradCamPlusPlus, { samples: 3, noise: 0 });
  const plain = await ask(gradCamPlusPlus);
  smooth.forEach(({ data }, k) => close(data, plain[k]!.data, 1e-5, `class ${k}`));
});

test("equal seeds give equal maps, others others", async () => {
  const maps = [];
  for (const seed of [1, 1, 2]) {
    const [map] = await ask(smoothGradCamPlusPlus, { samples: 4, seed });
    maps.push([...map!.data]);
  }
  expect(maps[1]).toEqual(maps[0]);
  expect(maps[2]).not.toEqual(maps[0]);
});

test("it grows, and its last map holds every sample", async () => {
  const methods = [asked(smoothGradCamPlusPlus, { samples: 7 })];
  const question = questionOf({ methods, layer: "a", classes });
  const done: number[] = [];
  for await (const answer of sessionOn(net).explain(image, question)) {
    const [map] = answer.maps();
    if (map && !answer.whole) done.push(map.progress!.done);
  }
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.length).toBeGreaterThan(1);
  expect(done.at(-1)).toBe(7);
});

test("noise is a share of the input's range: a shifted and scaled image has scaled noise", async () => {
  const linear = classifier((g, x, w) => {
    const moved = g.op("Mul", [g.op("Sub", [x, g.scalar(5, x)]), g.scalar(0.5, x)]);
    const hidden = g.op("Gemm", [g.op("Flatten", [features(g, moved, w, 6, "a")]), w([384, 8])]);
    return g.op("Gemm", [g.op("Relu", [hidden]), w([8, 3])]);
  });
  const methods = [asked(smoothGradCamPlusPlus, { samples: 5 })];
  const question = questionOf({ methods, layer: "a", classes });
  const wider = { ...image, data: image.data.map((value) => 2 * value + 5) };
  const [one] = (await sessionOn(linear).answer(wider, question)).maps;
  const [other] = await ask(smoothGradCamPlusPlus, { samples: 5 });
  close(one!.data, other!.data, 1e-4, "map");
});
