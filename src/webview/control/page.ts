/** The document itself: fills its editor. In high contrast nothing is toned down. */
export const pageStyle = new CSSStyleSheet();

pageStyle.replaceSync(`
  html,
  body {
    height: 100%;
    margin: 0;
    padding: 0;
    overflow: hidden;
  }
  body {
    --quiet: var(--vscode-descriptionForeground);
  }
  body.vscode-high-contrast,
  body.vscode-high-contrast-light {
    --quiet: var(--vscode-foreground);
  }
`);
