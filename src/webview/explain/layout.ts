import { css } from "lit";

/** The page's grid: tool bar, picture beside facts, strip; one column where the editor is narrow. */
export const layout = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    height: 100vh;
    container-type: inline-size;
    background: var(--vscode-editor-background);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    padding: 6px 12px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  /* What is explained has the room; the buttons go to another line before a name is cut. */
  header > * {
    min-width: 0;
    max-width: 100%;
  }
  header .image {
    flex: 1 1 auto;
    padding-left: 4px;
  }
  header .model vscode-button {
    max-width: 100%;
  }
  header .model vscode-button::part(control),
  header .model vscode-button::part(content) {
    min-width: 0;
  }
  header .output {
    display: flex;
    flex: 0 1 220px;
    align-items: center;
    gap: 6px;
  }
  header sightline-dropdown {
    flex: 1;
  }
  header .buttons {
    display: flex;
    flex: none;
    align-items: center;
    gap: 6px;
    margin-left: auto;
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 352px;
    min-height: 0;
  }
  main.waiting {
    grid-row: 1 / -1;
    display: grid;
    grid-template-columns: auto;
    place-content: center;
  }
  .middle {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto auto / minmax(0, 1fr);
    gap: 10px;
    min-width: 0;
    min-height: 0;
    padding: 12px;
  }
  .notices {
    grid-row: 1;
    display: grid;
    gap: 8px;
  }
  .notices:not(:has(sightline-notice)) {
    display: none;
  }
  sightline-stage,
  sightline-tiles {
    grid-row: 2;
    grid-column: 1;
  }
  .lines {
    grid-row: 3;
    display: grid;
    gap: 8px;
  }
  .caution {
    display: flex;
    gap: 6px;
    color: var(--quiet);
    font-size: 0.92em;
  }
  .caution.warning > .icon,
  .badge.warning > .icon {
    color: var(--vscode-editorWarning-foreground);
  }
  .badge {
    flex: none;
    align-self: start;
    padding: 0 6px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 8px;
    background: var(--vscode-badge-background);
    color: var(--vscode-badge-foreground);
    font-variant-numeric: tabular-nums;
  }
  .badge.warning {
    display: flex;
    align-items: center;
    gap: 4px;
    border-color: var(--vscode-editorWarning-foreground);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .blank {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 8px 12px;
    border: 1px solid
      var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .blank > span,
  .caution > span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .blank > vscode-button {
    flex: none;
    margin-left: auto;
  }
  .stopped {
    display: flex;
    align-items: center;
    gap: 8px;
    color: var(--quiet);
  }
  .foot {
    grid-row: 4;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    min-height: 28px;
  }
  .caption {
    flex: 1 1 200px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .working vscode-button {
    flex: none;
  }
  .working {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    color: var(--quiet);
    overflow-wrap: anywhere;
    /* What ends within a moment does not flicker. */
    animation: appear 0s 200ms backwards;
  }
  /* Where the picture will be. */
  .middle > .working {
    grid-row: 2;
    grid-column: 1;
    place-self: center;
    max-width: 100%;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  vscode-progress-ring {
    width: 16px;
    height: 16px;
  }
  aside {
    min-height: 0;
    overflow: hidden auto;
    border-left: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    background: var(--vscode-sideBar-background);
    color: var(--vscode-sideBar-foreground, var(--vscode-foreground));
  }
  aside > section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    padding: 12px;
  }
  aside > section + section {
    border-top: 1px solid
      var(--vscode-sideBarSectionHeader-border, var(--vscode-contrastBorder, transparent));
  }
  sightline-strip {
    border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  @container (max-width: 640px) {
    main {
      grid-template-columns: minmax(0, 1fr);
      grid-auto-rows: min-content;
      overflow-y: auto;
    }
    .middle {
      grid-template-rows: auto min(60vh, 80cqw) auto auto;
    }
    aside {
      overflow: visible;
      border-left: none;
      border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    }
  }
`;
