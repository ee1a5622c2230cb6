// @ts-check
/** What the limits let through and hold back at this moment, for each model and server. */

import { effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { count, duration } from '../format.js';

/** @typedef {import('parallelization-agent').PoolStatus} PoolStatus */

export class Pools {
  #words = element('span', { class: 'pools-words' });
  element = element(
    'div',
    { class: 'pools', role: 'group', 'aria-label': 'Limits' },
    element('span', { class: 'load-name' }, 'Limits'),
    this.#words,
  );

  /** @param {import('../run/session.js').Session} session */
  constructor(session) {
    effect(() => {
      const { pools } = session;
      const words = pools.length === 0 ? 'nothing is under way' : pools.map(inWords).join('; ');
      if (this.#words.textContent === words) return;
      this.#words.textContent = words;
      this.element.title = words;
    });
  }
}

/** @param {PoolStatus} pool */
function inWords({ model, host, queued, inFlight, pausedUntilMs, level, requestsUsed, tokensUsed }) {
  const pauseMs = pausedUntilMs === null ? 0 : pausedUntilMs - Date.now();
  const parts = [
    `${count(inFlight)}${level === null ? '' : ` of ${count(Math.floor(level))}`} under way`,
    queued > 0 && `${count(queued)} wait`,
    pauseMs > 0 && `pause of ${duration(pauseMs)}`,
    requestsUsed !== null && `${percent(requestsUsed)} of the requests a minute`,
    tokensUsed !== null && `${percent(tokensUsed)} of the tokens a minute`,
  ];
  return `${parts.filter(Boolean).join(', ')} (${host ? `${model} at ${host}` : model})`;
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(100 * share)} %`;
}
