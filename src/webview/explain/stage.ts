import { css, html, LitElement, nothing, svg, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Explanation } from "../../explain/api";
import { number } from "../../explain/number";
import {
  seenRectangle,
  type Point,
  type Rectangle,
  type Size,
} from "../../explain/picture/geometry";
import { shownMap, shownResult } from "../../extension/wire/shown";
import { activeTile } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { shared } from "../control/style";
import { heatAt, heatOf, paint, type Heat } from "./heat";
import { bitmapOf } from "./picture";
import { sharedScale } from "./scale";

/** Below this many pixels a picture is shown with visible pixels instead of blurred. */
const smallPicture = 256;

/** The image with the heat-map over it, the part that the model never saw, and the hottest spot. */
@customElement("sightline-stage")
export class Stage extends LitElement {
  @property({ attribute: false }) state!: PanelState;
  /** Whose map is shown; the active one by default. */
  @property({ attribute: false }) tile: Tile | undefined;
  /** Text equivalent of the picture. */
  @property() description = "";
  @state() private hovered: Point | undefined;
  @query("canvas.picture") private readonly picture?: HTMLCanvasElement;
  @query("canvas.heat") private readonly heat?: HTMLCanvasElement;
  /** What the canvases hold. */
  private readonly drawn: { picture?: object; heat?: Heat; look?: string } = {};

  static override readonly styles = [
    shared,
    css`
      :host {
        display: grid;
        min-height: 0;
        container-type: size;
        place-items: center;
      }
      .frame {
        position: relative;
        width: min(100cqw, 100cqh * var(--aspect));
        aspect-ratio: var(--aspect);
        background: var(--vscode-editorWidget-background);
      }
      .frame > * {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      canvas.picture.small {
        image-rendering: pixelated;
      }
      .frame.map .picture,
      .frame.image .heat {
        visibility: hidden;
      }
      .unseen {
        fill: url(#hatch);
      }
      .peak {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .peak.under {
        stroke: #000;
        stroke-width: 3.5px;
      }
      .peak.over {
        stroke: #fff;
        stroke-width: 1.5px;
      }
      .frame .readout {
        inset: auto 6px 6px auto;
        width: auto;
        height: auto;
        padding: 2px 6px;
        border-radius: 3px;
        border: 1px solid var(--vscode-editorHoverWidget-border);
        background: var(--vscode-editorHoverWidget-background);
        color: var(--vscode-editorHoverWidget-foreground);
        font-size: 11px;
        pointer-events: none;
      }
    `,
  ];

  override render() {
    const result = shownResult(this.state);
    if (!result?.picture) return nothing;
    const { layers, opacity, peak } = this.state.choice.look;
    const { width, height } = result.picture;
    const heat = this.heatOf(result);
    const small = Math.max(width, height) < smallPicture ? "small" : "";
    return html`<div
      class="frame ${layers}"
      role="img"
      aria-label=${this.description}
      .style=${`--aspect: ${width / height}`}
      @pointermove=${this.point}
      @pointerleave=${() => (this.hovered = undefined)}
    >
      <canvas class="picture ${small}" width=${width} height=${height}></canvas>
      <canvas
        class="heat"
        width=${width}
        height=${height}
        .style=${`opacity: ${layers === "overlay" ? opacity : 1}`}
      ></canvas>
      ${marks(result, layers === "image" || !peak ? undefined : heat?.peak)}
      ${this.hovered ? this.readout(this.hovered, result, heat) : nothing}
    </div>`;
  }

  override updated(_changed: PropertyValues): void {
    const result = shownResult(this.state);
    if (!result?.picture) return;
    void this.drawPicture(result.picture);
    this.drawHeat(this.heatOf(result));
  }

  private heatOf(result: Pick<Explanation, "picture" | "geometry">): Heat | undefined {
    const { choice } = this.state;
    const map = shownMap(this.state, this.tile ?? activeTile(choice));
    return heatOf(map, result, choice.look.evidence);
  }

  private async drawPicture(picture: NonNullable<Explanation["picture"]>): Promise<void> {
    if (this.drawn.picture === picture) return;
    this.drawn.picture = picture;
    const bitmap = await bitmapOf(picture);
    if (this.drawn.picture === picture) this.picture?.getContext("2d")?.drawImage(bitmap, 0, 0);
  }

  private drawHeat(heat: Heat | undefined): void {
    const { colourMap, layers } = this.state.choice.look;
    const solid = layers === "map";
    const scale = sharedScale(this.state);
    const look = `${colourMap} ${solid} ${scale}`;
    const context = this.heat?.getContext("2d");
    if (!context || (this.drawn.heat === heat && this.drawn.look === look)) return;
    Object.assign(this.drawn, { heat, look });
    if (heat) context.putImageData(paint(heat, colourMap, solid, scale), 0, 0);
    else context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }

  private readout(
    { x, y }: Point,
    { geometry }: Pick<Explanation, "geometry">,
    heat: Heat | undefined,
  ) {
    const { width, height } = geometry.image;
    const value = heat && heatAt(heat, { x: x * width, y: y * height });
    const words = value === undefined ? "not seen by the model" : number(value);
    return html`<span class="readout number"
      >${Math.floor(x * width)}, ${Math.floor(y * height)}${heat ? ` · ${words}` : nothing}</span
    >`;
  }

  private point(event: PointerEvent): void {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.hovered = {
      x: (event.clientX - frame.left) / frame.width,
      y: (event.clientY - frame.top) / frame.height,
    };
  }
}

/** The hatched part that the network never saw, and a ring round the hottest pixel. */
function marks({ geometry }: Pick<Explanation, "geometry">, peak: Point | undefined) {
  const { width, height } = geometry.image;
  const seen = seenRectangle(geometry);
  const cut = seen.x0 > 0 || seen.y0 > 0 || seen.x1 < width || seen.y1 < height;
  const radius = Math.max(width, height) / 50;
  const ring = (look: string) =>
    peak ? svg`<circle class="peak ${look}" cx=${peak.x} cy=${peak.y} r=${radius} />` : nothing;
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    ${cut ? unseen(geometry.image, seen) : nothing} ${ring("under")} ${ring("over")}
  </svg>`;
}

function unseen({ width, height }: Size, { x0, y0, x1, y1 }: Rectangle) {
  const step = Math.max(width, height) / 80;
  const border = `M0 0H${width}V${height}H0Z M${x0} ${y0}H${x1}V${y1}H${x0}Z`;
  return svg`<defs>
      <pattern id="hatch" width=${step} height=${step} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width=${step} height=${step} fill="#000" fill-opacity="0.6" />
        <rect width=${step / 6} height=${step} fill="#fff" fill-opacity="0.2" />
      </pattern>
    </defs>
    <path class="unseen" fill-rule="evenodd" d=${border} />`;
}
