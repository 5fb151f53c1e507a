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
    align-items: center;
    gap: 6px;
    padding: 6px 12px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  header .image {
    flex: 1;
    min-width: 0;
    padding-left: 6px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .model {
    min-width: 0;
    overflow: hidden;
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
    grid-template-rows: auto minmax(0, 1fr) auto auto;
    gap: 10px;
    min-height: 0;
    padding: 12px;
  }
  sightline-notice {
    grid-row: 1;
  }
  sightline-notice + sightline-notice {
    margin-top: 8px;
  }
  sightline-stage {
    grid-row: 2;
  }
  .blank {
    grid-row: 3;
    display: flex;
    gap: 8px;
    padding: 8px 12px;
    border: 1px solid
      var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .caption {
    grid-row: 4;
    min-height: 1.4em;
  }
  .working {
    display: flex;
    flex: none;
    align-items: center;
    gap: 8px;
    color: var(--quiet);
    /* What ends within a moment does not flicker. */
    animation: appear 0s 200ms backwards;
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
      grid-template-rows: auto 60vh auto auto;
    }
    aside {
      overflow: visible;
      border-left: none;
      border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    }
  }
`;
