import { css } from "lit";

/** The look of `sightline-picker`: a drop-down field, and a list as VS Code's own. */
export const pickerStyle = css`
  :host {
    display: block;
    min-width: 0;
  }
  button.field {
    display: flex;
    align-items: center;
    gap: 6px;
    width: 100%;
    height: 26px;
    padding: 0 6px 0 8px;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
    font: inherit;
    text-align: left;
    cursor: pointer;
  }
  button.field:focus-visible,
  button.field[aria-expanded="true"] {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .placeholder {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .facts {
    display: flex;
    flex: none;
    gap: 8px;
    margin-left: auto;
  }
  .field .facts {
    gap: 4px;
  }
  /* The name gives way first, then the operator; the size never. */
  [role="option"] .middle-cut {
    flex: 0 100 auto;
    min-width: min(8em, 40%);
  }
  :host([wholenames]) [role="option"] .middle-cut {
    flex: none;
    min-width: 0;
    max-width: 70%;
  }
  [role="option"] .facts {
    display: contents;
  }
  [role="option"] .facts > :first-child {
    margin-left: auto;
  }
  [role="option"] .facts > :not(.number, .star) {
    flex: 0 1 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--quiet);
  }
  [role="option"] .facts > .number,
  [role="option"] .facts > .star {
    flex: none;
  }
  :host([wholenames]) .star {
    display: none;
  }
  .star {
    width: 1em;
    text-align: center;
  }
  .field .star:empty {
    display: none;
  }
  [popover] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 0;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    background: var(--vscode-dropdown-listBackground, var(--vscode-dropdown-background));
    color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
    overflow: hidden;
  }
  [popover]:popover-open {
    display: flex;
    flex-direction: column;
  }
  .search {
    flex: none;
    margin: 6px;
    padding: 0 6px;
  }
  input {
    height: 24px;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  [role="listbox"] {
    flex: 1;
    min-height: 0;
    padding-bottom: 4px;
    overflow-y: auto;
  }
  .heading {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    justify-content: space-between;
    padding: 4px 10px 3px;
    background: inherit;
    background: var(--vscode-dropdown-listBackground, var(--vscode-dropdown-background));
    color: var(--quiet);
    font-size: 0.92em;
  }
  .heading b {
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  [role="option"] {
    padding: 0 10px;
    scroll-margin-top: 28px;
    cursor: pointer;
  }
  [role="option"] .line {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
  }
  [role="option"] .note {
    margin-top: -3px;
    padding-bottom: 4px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--quiet);
    font-size: 0.92em;
  }
  [role="option"][aria-disabled] {
    cursor: default;
  }
  [role="option"][aria-disabled] .line {
    color: var(--vscode-disabledForeground);
  }
  [role="option"][aria-disabled] .note {
    white-space: normal;
  }
  [role="option"].minor {
    padding-left: 22px;
  }
  [role="option"].minor:not(.active, [aria-selected="true"]) {
    color: var(--quiet);
  }
  [role="option"]:hover {
    background: var(--vscode-list-hoverBackground);
  }
  [role="option"][aria-selected="true"] .middle-cut {
    font-weight: 600;
  }
  [role="option"].active {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  [role="option"].active .facts > :not(.number, .star),
  [role="option"].active .line,
  [role="option"].active .note,
  [role="option"].active .tag {
    color: inherit;
  }
  .tag {
    flex: none;
    padding: 0 5px;
    border: 1px solid currentColor;
    border-radius: 8px;
    color: var(--quiet);
    font-size: 10px;
    line-height: 14px;
  }
  .none {
    padding: 4px 10px 10px;
    color: var(--quiet);
  }
`;
