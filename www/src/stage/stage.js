// @ts-check
/** Everything that one sees of a run. */

import { element } from '../dom/element.js';
import { oncePerFrame } from '../dom/frame.js';
import { criticalPath } from '../run/critical-path.js';
import { Answers } from './answers.js';
import { Graph } from './graph.js';
import { Inspector } from './inspector.js';
import { Load } from './load.js';
import { Numbers } from './numbers.js';
import { Outcome } from './outcome/index.js';
import { StatusLine } from './status.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../run/session.js').Session} Session */

const leastSpanMs = 1500;
const pauseMs = 80;
/** For those who want less motion. */
const calmPauseMs = 500;
const noTasks = new Set();

export class Stage {
  #status = new StatusLine();
  #numbers = new Numbers();
  #inspector = new Inspector();
  #timeline = new Timeline((task, how) => {
    this.#inspector.show(task);
    if (how === 'choose') this.#answers.reveal(task);
  });
  #load = new Load();
  #graph = new Graph();
  #outcome = new Outcome();
  #answers = new Answers();
  #run = element(
    'section',
    { class: 'panel run', 'aria-label': 'Timeline', hidden: true },
    legend(),
    this.#timeline.element,
    this.#load.element,
    this.#inspector.element,
  );
  #plan = element(
    'section',
    { class: 'panel', 'aria-label': 'Graph' },
    element('h2', {}, 'Graph'),
    this.#graph.element,
  );
  #texts = element(
    'section',
    { class: 'panel bare', 'aria-label': 'Answers', hidden: true },
    element('h2', {}, 'Answer by answer'),
    this.#answers.element,
  );
  #session;
  #preset;
  /** @type {import('../run/record.js').RunRecord | null} */
  #record = null;
  /** @type {Set<import('../run/task.js').Task>} */
  #critical = noTasks;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #drawnAt = 0;

  /** Asks for a drawing. */
  refresh = oncePerFrame(() => this.#draw());

  /**
   * @param {Session} session
   * @param {() => import('../settings/presets.js').Preset} preset
   * @param {HTMLElement} actions
   */
  constructor(session, preset, actions) {
    this.#session = session;
    this.#preset = preset;
    this.element = element(
      'div',
      { class: 'stage' },
      element('div', { class: 'stage-head' }, this.#status.element, actions),
      this.#numbers.element,
      this.#run,
      this.#plan,
      this.#outcome.element,
      this.#texts,
    );
  }

  /**
   * Shows what would run.
   * @param {{ id: string, dependencies: string[] }[]} nodes
   */
  preview(nodes) {
    if (this.#session.isRunning) return;
    this.#plan.hidden = nodes.length === 0;
    this.#graph.show(nodes);
    this.#graph.colour(nodes);
    this.#graph.mark(noTasks);
  }

  /** The clock goes on with every frame; what has happened is drawn a little less often than eyes can tell. */
  #draw() {
    const { record, isRunning } = this.#session;
    const time = performance.now();
    const pause = this.#calm.matches ? calmPauseMs : pauseMs;
    if (record !== this.#record) this.#begin(record);
    const due = !isRunning || time - this.#drawnAt >= pause;
    if (due) {
      this.#drawnAt = time;
      this.#drawChanges(record);
    }
    if (due || !this.#calm.matches) this.#timeline.tick(record.elapsed, spanOf(this.#session), !isRunning);
    if (isRunning) this.refresh();
  }

  /** @param {import('../run/record.js').RunRecord} record */
  #drawChanges(record) {
    const changed = record.changed;
    record.changed = new Set();
    const over = !this.#session.isRunning;
    if (over && this.#critical === noTasks && record.phase === 'complete') {
      this.#critical = criticalPath(record);
    }
    this.#status.draw(this.#session, this.#preset());
    this.#numbers.draw(this.#session);
    this.#run.hidden = record.tasks.length === 0;
    this.#texts.hidden = record.tasks.length === 0;
    this.#timeline.draw(record.tasks, changed, this.#critical);
    this.#load.draw(record.load, record.elapsed, spanOf(this.#session));
    if (record.grew) this.#showGraph(record);
    this.#graph.colour(changed);
    if (over) this.#graph.mark(this.#critical);
    this.#answers.draw(record.tasks, changed, record.ownSummary);
    this.#inspector.draw(changed);
    this.#outcome.draw(this.#session);
  }

  /** @param {import('../run/record.js').RunRecord} record */
  #begin(record) {
    this.#record = record;
    this.#critical = noTasks;
    this.#graph.mark(noTasks);
    for (const part of [this.#timeline, this.#load, this.#inspector, this.#answers]) part.clear();
  }

  /** @param {import('../run/record.js').RunRecord} record */
  #showGraph(record) {
    record.grew = false;
    // Without a line in it, it says no more than the timeline.
    this.#plan.hidden = record.tasks.every(({ dependencies }) => dependencies.length === 0);
    this.#graph.show(record.tasks);
    this.#graph.colour(record.tasks);
  }
}

/**
 * What the width of the timeline stands for.
 * @param {Session} session
 */
function spanOf({ record, isRunning }) {
  return Math.max(isRunning ? leastSpanMs : 1, record.elapsed);
}

function legend() {
  const entries = [
    ['queued', 'queued'],
    ['running', 'running'],
    ['good', 'done'],
    ['retrying', 'waiting to retry'],
    ['spent', 'failed'],
    ['ended', 'cancelled'],
    ['critical', 'critical path'],
  ];
  return element(
    'div',
    { class: 'panel-head' },
    element('h2', {}, 'Timeline'),
    element(
      'ul',
      { class: 'legend', 'aria-label': 'Legend' },
      ...entries.map(([kind, word]) => element('li', {}, element('i', { class: `swatch ${kind}` }), word)),
    ),
  );
}
