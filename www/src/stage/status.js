// @ts-check
/** One line that says how the run stands, for eyes and for screen readers. */

import { effect, untracked } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { count, duration } from '../format.js';
import { explain } from './explain.js';

/** Screen readers are told when it begins and ends, and in between at most this often. */
const announceEveryMs = 4000;

export class StatusLine {
  #line = element('p', { class: 'status' });
  #progress = element('progress', { max: 1, value: 0, 'aria-label': 'Tasks done' });
  /** Whose answers these are, where it is no model: it stands beside them. */
  badge = element('p', { class: 'badge', hidden: true });
  #live = element('p', { class: 'unseen', role: 'status' });
  /** What went wrong: its place is in the pane, where it moves nothing. */
  problem = element('div', { class: 'explanation', role: 'alert', hidden: true });
  element = element('div', { class: 'standing' }, this.#line, this.#progress, this.#live);
  #announcedAt = 0;
  #wasRunning = false;

  /**
   * @param {import('../run/session.js').Session} session
   * @param {() => import('../settings/presets.js').Preset} preset
   */
  constructor(session, preset) {
    effect(() => this.#draw(session));
    effect(() => {
      const words = (session.order ?? preset()).badge ?? '';
      this.badge.textContent = words;
      this.badge.hidden = words === '';
    });
    effect(() => {
      const { error } = session;
      const isStopped = error?.code === 'ABORTED';
      this.#explain(isStopped ? null : error, untracked(preset));
    });
  }

  /** @param {import('../run/session.js').Session} session */
  #draw(session) {
    const words = sentence(session);
    const { tasks, done, phase } = session.record;
    this.element.dataset.phase = session.isRunning ? 'running' : phase;
    if (this.#line.textContent !== words) this.#line.textContent = words;
    this.#progress.max = Math.max(1, tasks.length);
    this.#progress.value = done;
    const now = performance.now();
    const isBetween = session.isRunning && this.#wasRunning;
    this.#wasRunning = session.isRunning;
    if (isBetween && now - this.#announcedAt <= announceEveryMs) return;
    this.#announcedAt = now;
    if (this.#live.textContent !== words) this.#live.textContent = words;
  }

  /**
   * @param {any} error
   * @param {import('../settings/presets.js').Preset} preset
   */
  #explain(error, preset) {
    this.problem.hidden = !error;
    if (!error) return this.problem.replaceChildren();
    const { title, remedy, details } = explain(error, preset);
    this.problem.replaceChildren(
      element('strong', {}, title),
      element('p', {}, remedy),
      element('ul', {}, ...details.map((detail) => element('li', {}, detail))),
    );
  }
}

/** @param {import('../run/session.js').Session} session */
function sentence({ record, isRunning, error }) {
  const { tasks, done, phase, elapsed, activity } = record;
  const total = tasks.length;
  if (isRunning && total === 0) return 'Starting…';
  if (isRunning && activity === 'aggregating') return 'Putting the results together…';
  if (isRunning) return `Running: ${count(done)} of ${count(total)} done`;
  if (phase === 'cancelled') return `Stopped after ${duration(elapsed)}`;
  if (error || phase === 'failed') return 'Failed';
  if (phase !== 'complete') return 'Ready';
  const failed = tasks.filter(({ status }) => status === 'failed').length;
  const skipped = tasks.filter(({ status }) => status === 'skipped').length;
  const losses = [failed && `${count(failed)} failed`, skipped && `${count(skipped)} skipped`].filter(
    Boolean,
  );
  return `Done in ${duration(elapsed)}${losses.length > 0 ? `, ${losses.join(', ')}` : ''}`;
}
