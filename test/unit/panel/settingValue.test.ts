import { expect, test } from "vitest";
import { settingValue, type SettingKey } from "../../../src/extension/settingValue";

function read(key: SettingKey, value: unknown) {
  const refused: string[] = [];
  return { value: settingValue(key, value, (sentence) => refused.push(sentence)), refused };
}

test.each<[SettingKey, unknown]>([
  ["sightline.colourMap", "jet"],
  ["sightline.defaultMethod", "cam"],
  ["sightline.overlayOpacity", 0],
  ["sightline.overlayOpacity", 100],
  ["sightline.threads", 0],
  ["sightline.engine.node", ""],
])("%s may be %j", (key, value) => expect(read(key, value)).toEqual({ value, refused: [] }));

test.each<[SettingKey, unknown, unknown]>([
  ["sightline.colourMap", "rainbow", "inferno"],
  ["sightline.colourMap", null, "inferno"],
  ["sightline.defaultMethod", "magic", "gradCam"],
  ["sightline.overlayOpacity", 101, 55],
  ["sightline.overlayOpacity", "much", 55],
  ["sightline.threads", 1.5, 0],
  ["sightline.memory", 0, 1024],
  ["sightline.engine.node", 20, ""],
])("%s is not %j but its default", (key, value, byDefault) => {
  const { value: used, refused } = read(key, value);
  expect(used).toBe(byDefault);
  expect(refused).toHaveLength(1);
});

test("the sentence names the setting, the value, what is allowed and what is used", () => {
  expect(read("sightline.overlayOpacity", 101).refused).toEqual([
    "The setting sightline.overlayOpacity is 101, which is not a whole number from 0 to 100; 55 is used.",
  ]);
  expect(read("sightline.defaultMethod", "magic").refused[0]).toMatch(
    /^The setting sightline\.defaultMethod is "magic", which is not one of gradCam, cam, .*; "gradCam" is used\.$/,
  );
});
