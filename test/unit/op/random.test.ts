import { describe } from "vitest";
import { testProperties } from "../../helper/property";
import { families } from "./properties/index";

for (const [family, properties] of Object.entries(families)) {
  describe(family, () => testProperties(properties));
}
