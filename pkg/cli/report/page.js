// @ts-check
/** A run as one page that needs nothing else: no script, no network. */

import { graph } from './graph.js';
import { html } from './markup.js';
import { styles } from './styles.js';
import { errors, sums, tasks } from './tables.js';
import { timeline } from './timeline.js';

/** Styles of the page's own, and nothing from anywhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * @param {import('./record.js').ReportRecord} record
 * @param {string} title
 */
export function page(record, title) {
  const began = new Date(record.startedAt).toISOString().replace('T', ' ').slice(0, 19);
  const strategy = record.strategy || 'run';
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${styles}</style></head>
<body><header><h1>${title}</h1><p>${strategy}, ${record.status}, began ${began} UTC</p></header>
${sums(record)}
${timeline(record)}
${graph(record)}
${errors(record)}
${tasks(record)}
</body></html>
`.text;
}
