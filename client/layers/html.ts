/** The page of a panel: an empty one, which its script fills. Nothing of an image is ever part of it. */

export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** What the webview serves its own files from. */
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
}

export function pageHtml({ script, style, source, nonce, language }: PageParts): string {
  const policy = [`default-src 'none'`, `style-src ${source}`, `script-src 'nonce-${nonce}'`].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<div id="page"></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
