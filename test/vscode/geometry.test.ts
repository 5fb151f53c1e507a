import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Point, Size } from "../../src/explain/picture/geometry";
import { explainByCommand } from "./command";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import { contextMenu, quickPickRow, selectRows } from "./workbench";
import {
  dotImage,
  makeFolder,
  put,
  putBrightnessModel,
  type Orientation,
} from "../helper/workspace";

/** Odd sizes, wide and high; the dot lies in the part that a centre crop keeps. */
const images: readonly { readonly orientation: Orientation; readonly size: Size }[] = [
  { orientation: 1, size: { width: 301, height: 203 } },
  { orientation: 2, size: { width: 301, height: 203 } },
  { orientation: 3, size: { width: 173, height: 259 } },
  { orientation: 4, size: { width: 211, height: 211 } },
  { orientation: 5, size: { width: 301, height: 203 } },
  { orientation: 6, size: { width: 173, height: 259 } },
  { orientation: 7, size: { width: 317, height: 131 } },
  { orientation: 8, size: { width: 131, height: 317 } },
];
const nameOf = ({ orientation }: { orientation: Orientation }) => `exif${orientation}.jpg`;
const dotIn = ({ width, height }: Size): Point => {
  const side = Math.min(width, height);
  return { x: width / 2 - side * 0.31, y: height / 2 + side * 0.23 };
};

const input = { width: 120, height: 88 };
const profiles = {
  squash: { resize: "squash" },
  crop: { resize: "crop", resizeTo: 128, size: { width: 112, height: 112 } },
  letterbox: { resize: "letterbox", fill: [0, 0, 0] },
};

const folder = makeFolder();
for (const [name, profile] of Object.entries(profiles)) {
  const size = "size" in profile ? profile.size : input;
  putBrightnessModel(folder, name, size, profile);
}
for (const image of images)
  put(folder, nameOf(image), await dotImage(image.size, dotIn(image.size), image.orientation));

describe.each(Object.keys(profiles))("the hottest pixel lies on the dot, with %s", (resize) => {
  const editor = useEditor(() => ({ files: { ".": folder } }));
  const near = (place: Point, image: (typeof images)[number], cell: Size) => {
    const dot = dotIn(image.size);
    expect(Math.abs(place.x - dot.x), nameOf(image)).toBeLessThanOrEqual(cell.width);
    expect(Math.abs(place.y - dot.y), nameOf(image)).toBeLessThanOrEqual(cell.height);
  };

  test("in the command line's files and in the panel, for every EXIF orientation", async () => {
    const { page, workspace } = editor();
    const row = await selectRows(page, images.map(nameOf));
    await contextMenu(page, row, "Explain Prediction");
    await quickPickRow(page, `${resize}.onnx`).click();
    const panel = await Panel.find(page);
    for (const image of images) {
      const path = join(workspace, nameOf(image));
      const told = explainByCommand(join(workspace, `${resize}.onnx`), path, "--class", "0");
      expect(told.image.geometry.image).toEqual(image.size);
      near(told.hottest, image, told.cell);
      await panel.chooseImage(nameOf(image));
      await panel.untilExplained();
      await panel.chooseClass("bright");
      const drawn = await panel.hottest();
      near({ x: drawn.x * image.size.width, y: drawn.y * image.size.height }, image, told.cell);
      near(await panel.ring(), image, told.cell);
    }
  });
});
