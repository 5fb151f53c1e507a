import { expect, test } from "vitest";
import type { MethodInfo } from "../../../src/explain/api";
import { matching } from "../../../src/webview/control/search";
import { methodItems } from "../../../src/webview/explain/methodItems";

const about = { readsAt: "layer", parameters: {}, progressive: false } as const;
const methods: readonly MethodInfo[] = [
  {
    ...about,
    ...{ id: "gradCam", title: "Grad-CAM", paper: "Selvaraju et al., ICCV 2017" },
    ...{ formula: "ReLU(Σ w·A)", family: "activation" },
  },
  {
    ...about,
    ...{ id: "cam", title: "CAM", paper: "Zhou et al., CVPR 2016", formula: "Σ W·A" },
    ...{ family: "activation", refused: "It needs global average pooling." },
  },
  {
    ...about,
    ...{ id: "rise", title: "RISE", paper: "Petsiuk et al., BMVC 2018", formula: "Σ s·M" },
    ...{ family: "perturbation", progressive: true },
  },
];

test("methods stand by families, with formula or the reason why they do not apply", () => {
  const [gradCam, cam, rise] = methodItems(methods);
  expect(gradCam).toMatchObject({ group: "Class activation maps", note: "ReLU(Σ w·A)" });
  expect(gradCam!.disabled).toBe(false);
  expect(cam).toMatchObject({ note: "It needs global average pooling.", disabled: true });
  expect(rise!.tags).toEqual(["many runs"]);
});

test.each([
  ["gradcam", ["Grad-CAM"]],
  ["selvaraju 2017", ["Grad-CAM"]],
  ["many runs", ["RISE"]],
  ["average pooling", ["CAM"]],
])("%s finds %j", (search, names) =>
  expect(matching(methodItems(methods), search).map(({ name }) => name)).toEqual(names),
);
