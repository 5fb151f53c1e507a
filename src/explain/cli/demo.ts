import type { Command } from "./command";
export const demo: Command = {
  name: "demo",
  title: "",
  synopsis: "",
  options: [],
  run: () => Promise.resolve(0),
};
