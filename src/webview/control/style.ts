import { css } from "lit";
import { middleStyle } from "./middle";

const base = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font: var(--vscode-font-size) / 1.4 var(--vscode-font-family);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    font-size: 11px;
    font-weight: 700;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
  }
  p {
    margin: 0;
  }
  .quiet {
    color: var(--quiet);
    font-size: 0.92em;
  }
  /* The toolkit knows one border for all buttons; themes have one for secondary buttons by now. */
  vscode-button[appearance="secondary"] {
    --button-border: var(
      --vscode-button-secondaryBorder,
      var(--vscode-contrastBorder, transparent)
    );
  }
  /* The toolkit takes every span in a button for an icon. */
  vscode-button > .middle-cut {
    width: auto;
    height: auto;
  }
  .number {
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .icon {
    flex: none;
    display: block;
  }
  input[type="range"] {
    width: 100%;
    height: 18px;
    margin: 0;
    background: transparent;
    appearance: none;
    cursor: pointer;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 4px;
    border-radius: 2px;
    background: var(--vscode-scrollbarSlider-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  input[type="range"]::-webkit-slider-thumb {
    appearance: none;
    width: 14px;
    height: 14px;
    margin-top: -6px;
    border-radius: 50%;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    background: var(--vscode-button-background);
  }
  input[type="range"]:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
    border-radius: 2px;
  }
`;

/** What every part of a page shares. Colours come from the theme alone. */
export const shared = [base, middleStyle];

/** The looks of `choices`. */
export const choiceStyles = css`
  .choice {
    position: relative;
    cursor: pointer;
  }
  .choice > input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .choice:has(:focus-visible) {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  /* Of several, each shows its own check box. */
  .rows .choice.several {
    padding-left: 28px;
  }
  .choice.several > input {
    inset: 6px auto auto 7px;
    display: grid;
    place-items: center;
    width: 15px;
    height: 15px;
    border: 1px solid var(--vscode-checkbox-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-checkbox-background);
    color: var(--vscode-checkbox-foreground, var(--vscode-foreground));
    opacity: 1;
    appearance: none;
  }
  .choice.several > input:checked::before {
    content: "✓";
    font-size: 11px;
    line-height: 1;
  }
  .segments {
    display: flex;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-dropdown-background);
    overflow: hidden;
  }
  .segments .choice {
    flex: 1;
    padding: 3px 8px;
    text-align: center;
    white-space: nowrap;
  }
  .segments .choice:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .segments .choice:has(:checked) {
    background: var(--vscode-button-background);
    color: var(--vscode-button-foreground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -3px;
  }
`;
