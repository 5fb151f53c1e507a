import type { Command } from "../services";

/** Shows the *Sightline* output channel. */
export const showLog: Command = {
  id: "sightline.showLog",
  async run({ log }) {
    log.show();
  },
};
