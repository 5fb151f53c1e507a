import type { Frame } from "playwright-core";
import type { ImageResult, PanelState } from "../../src/extension/wire/viewApi";

/** What reaches beyond the page's right edge when it is as narrow as `width` and every name in it is long. */
export async function overflowOf(frame: Frame, width: number): Promise<string[]> {
  return frame.evaluate(async (narrow) => {
    const page = document.querySelector("sightline-explain") as HTMLElement & {
      state: PanelState;
    };
    const frames = async () => {
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    };
    const { state } = page;
    const long = "/long_name".repeat(20);
    const { choice, inspection, results } = state;
    const result = results[choice.image] as ImageResult;
    page.state = {
      choice: {
        ...choice,
        model: `${long}.onnx`.slice(1),
        image: long.slice(1),
      },
      inspection: {
        ...inspection!,
        layers: inspection!.layers.map((layer) => ({ ...layer, name: long })),
        score: { ...inspection!.score, candidates: [inspection!.score.output, long] },
      },
      results: {
        [long.slice(1)]: {
          ...result,
          maps: result.maps.map((map) => ({
            ...map,
            asked: map.asked.replace(JSON.stringify(map.layer), JSON.stringify(long)),
            label: long,
            blank: long,
          })),
        },
      },
      judged: {},
      refused: {},
      progress: { fraction: 0.5, text: long },
    };
    page.style.width = `${narrow}px`;
    await frames();
    const { right } = page.getBoundingClientRect();
    const wide: string[] = [];
    const visit = (root: ParentNode) => {
      for (const element of root.querySelectorAll<HTMLElement>("*")) {
        const own = element.getBoundingClientRect();
        // What an SVG picture holds is cut off at its border: a ring at the edge of the image.
        const isInside = (element as Element as SVGElement).ownerSVGElement;
        if (!isInside && own.width > 1 && own.right > right + 1)
          wide.push(`${element.localName}.${element.className}`);
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(page.shadowRoot!);
    page.style.width = "";
    page.state = state;
    await frames();
    return wide;
  }, width);
}
