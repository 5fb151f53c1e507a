import { css, html, type TemplateResult } from "lit";

/** What stays of a name's end. */
const end = 12;

/** A name in one line that loses its middle where it lacks room: both ends tell names apart. The whole of it shows on hover. */
export function middle(name: string, hint = name): TemplateResult {
  const letters = [...name];
  const cut = letters.length > 2 * end ? letters.length - end : letters.length;
  const [head, tail] = [letters.slice(0, cut).join(""), letters.slice(cut).join("")];
  return html`<span class="middle-cut" title=${hint}
    ><span>${head}</span><span>${tail}</span></span
  >`;
}

export const middleStyle = css`
  .middle-cut {
    display: inline-flex;
    min-width: 0;
    max-width: 100%;
    white-space: pre;
    vertical-align: bottom;
  }
  .middle-cut > span {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  /* The end gives way only when nothing is left of the beginning. */
  .middle-cut > :last-child {
    flex: none;
    max-width: calc(100% - 2em);
  }
  .middle-cut > :first-child {
    flex: 0 1 auto;
  }
`;
