import { css } from "lit";

/** A line of text to type into, with room for what stands beside it. */
export const entryStyle = css`
  .entry {
    display: flex;
    align-items: center;
    gap: 6px;
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
  }
  .entry:focus-within {
    border-color: var(--vscode-focusBorder);
  }
  .entry input {
    flex: 1;
    min-width: 0;
    padding: 0;
    border: none;
    outline: none;
    background: transparent;
    color: inherit;
    font: inherit;
  }
`;
