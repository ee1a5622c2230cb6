// @ts-check
/** What states are called, and the marks beside the colours. */

/** @type {Record<string, { word: string, mark: string }>} */
export const states = {
  waiting: { word: 'waiting', mark: '·' },
  queued: { word: 'queued', mark: '○' },
  running: { word: 'running', mark: '●' },
  retrying: { word: 'retrying', mark: '↻' },
  completed: { word: 'done', mark: '✓' },
  failed: { word: 'failed', mark: '✕' },
  skipped: { word: 'skipped', mark: '–' },
  cancelled: { word: 'cancelled', mark: '◌' },
};
