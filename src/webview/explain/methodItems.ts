import type { MethodInfo } from "../../explain/api";
import type { PickerItem } from "../control/search";

const families: Readonly<Record<MethodInfo["family"], string>> = {
  activation: "Class activation maps",
  gradient: "Gradients at the image",
  excitation: "Excitation backprop",
  perturbation: "Perturbation: parts are hidden",
  attention: "Attention",
};

/** Methods as entries of a picker, family by family; one that does not apply says why. */
export function methodItems(methods: readonly MethodInfo[]): readonly PickerItem[] {
  return methods.map(({ id, title, paper, formula, family, progressive, refused }) => ({
    value: id,
    name: title,
    detail: paper,
    size: "",
    tags: progressive ? ["many runs"] : [],
    group: families[family],
    starred: false,
    minor: false,
    hint: refused ?? `${title}: ${formula} (${paper})`,
    note: refused ?? formula,
    disabled: refused !== undefined,
  }));
}
