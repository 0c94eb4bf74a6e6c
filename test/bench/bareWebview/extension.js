import { commands, ViewColumn, window } from 'vscode';

/** A page with nothing in it, opened as ours is: what any page costs in the VS Code that is measured. */
const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-bare'">
<title>bare</title>
</head>
<body>
<h1>bare</h1>
<script nonce="bare">
addEventListener('load', () => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => performance.mark('painted');
  port2.postMessage(undefined);
}));
</script>
</body>
</html>`;

export const activate = ({ subscriptions }) => {
  subscriptions.push(
    commands.registerCommand('bareWebview.open', () => {
      const panel = window.createWebviewPanel('bare', 'bare', ViewColumn.Active, { enableScripts: true });
      panel.webview.html = html;
    }),
  );
};
