// @ts-check
/**
 * Everything that one sees of a run. Each part has its place from the beginning, so that nothing
 * moves what is being read.
 */

import { element } from '../dom/element.js';
import { oncePerFrame } from '../dom/frame.js';
import { criticalPath } from '../run/critical-path.js';
import { Answers } from './answers.js';
import { Axis } from './axis.js';
import { Details } from './details.js';
import { Ghosts } from './ghosts.js';
import { Graph } from './graph.js';
import { Live } from './live/index.js';
import { Numbers } from './numbers.js';
import { Outcome } from './outcome/index.js';
import { Overview } from './overview.js';
import { Pane } from './pane.js';
import { Pools } from './pools.js';
import { StatusLine } from './status.js';
import { Timeline } from './timeline.js';
import { Zoom } from './view.js';

/** @typedef {import('../run/session.js').Session} Session */
/** @typedef {import('../patterns/plan.js').Planned} Planned */
/** @typedef {import('../run/task.js').Task} Task */

const leastSpanMs = 1500;
const frameMs = 30;
const pauseMs = 80;
/** For those who want less motion. */
const calmPauseMs = 500;
/** @type {Set<Task>} */
const noTasks = new Set();
/** @type {Set<string>} */
const noIds = new Set();

export class Stage {
  #status = new StatusLine();
  #numbers = new Numbers();
  #details = new Details();
  #zoom = new Zoom(() => {
    this.#drawnAt = this.#tickedAt = 0;
    this.refresh();
  });
  #timeline = new Timeline((task, how) => this.#select(task, how), this.#zoom);
  #axis = new Axis(this.#zoom);
  #overview = new Overview(this.#zoom);
  #pools = new Pools();
  #ghosts = new Ghosts();
  #graphTitle = element('h2', {}, 'Graph');
  #graph = new Graph((id) => {
    const task = this.#record?.byId.get(id);
    if (task) this.#timeline.choose(task);
  });
  #live = new Live();
  #outcome = new Outcome();
  #answers = new Answers((task) => this.#timeline.choose(task));
  #pane;
  #session;
  #preset;
  /** @type {import('../run/record.js').RunRecord | null} */
  #record = null;
  /** @type {Planned[]} */
  #plan = [];
  #critical = noTasks;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #drawnAt = 0;
  #tickedAt = 0;
  #failed = false;

  /** Asks for a drawing. */
  refresh = oncePerFrame(() => this.#draw());

  /**
   * @param {Session} session
   * @param {() => import('../settings/presets.js').Preset} preset
   * @param {HTMLElement} actions
   * @param {HTMLElement} code  what would be written for the same
   */
  constructor(session, preset, actions, code) {
    this.#session = session;
    this.#preset = preset;
    const result = element(
      'div',
      { class: 'result' },
      this.#status.problem,
      this.#live.element,
      this.#outcome.element,
    );
    this.#pane = new Pane(
      [
        { name: 'Result', content: result },
        { name: 'Details', content: this.#details.element },
        { name: 'Code', content: code },
      ],
      actions,
    );
    this.element = element(
      'div',
      { class: 'stage' },
      element('div', { class: 'stage-head' }, this.#status.element, this.#numbers.element),
      element(
        'section',
        { class: 'panel run', 'aria-label': 'Timeline' },
        legend(),
        this.#timeline.element,
        this.#ghosts.element,
        this.#axis.element,
        this.#overview.element,
        this.#pools.element,
      ),
      element(
        'section',
        { class: 'panel plan', 'aria-label': 'Graph' },
        this.#graphTitle,
        this.#graph.element,
      ),
      element(
        'section',
        { class: 'panel texts', 'aria-label': 'Answers' },
        element('div', { class: 'panel-head' }, element('h2', {}, 'Answers'), this.#status.badge),
        this.#answers.element,
      ),
      this.#pane.element,
    );
    this.#zoom.listen(this.#timeline.element);
  }

  /**
   * Shows what would run.
   * @param {Planned[]} nodes
   */
  preview(nodes) {
    if (this.#session.isRunning) return;
    this.#graphTitle.textContent = 'Graph of what would run';
    this.#graph.show(nodes);
    this.#graph.colour(nodes);
    for (const kind of ['critical', 'winner', 'chosen']) this.#graph.mark(kind, noIds);
  }

  /**
   * The clock goes on with every frame; what has happened is drawn a little less often than eyes
   * can tell.
   */
  #draw() {
    const { record, isRunning } = this.#session;
    const time = performance.now();
    // Bars that grow are smooth enough at half of the frames, which costs half.
    if (isRunning && record === this.#record && time - this.#tickedAt < frameMs) return this.refresh();
    this.#tickedAt = time;
    const pause = this.#calm.matches ? calmPauseMs : pauseMs;
    if (record !== this.#record) this.#begin(record);
    const due = !isRunning || time - this.#drawnAt >= pause;
    if (due) {
      this.#drawnAt = time;
      this.#drawChanges(record);
    }
    if (due || !this.#calm.matches)
      this.#timeline.tick(record.elapsed, this.#zoom.of(spanOf(this.#session)), !isRunning);
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
    const view = this.#zoom.of(spanOf(this.#session));
    this.#status.draw(this.#session, this.#preset());
    this.#numbers.draw(this.#session);
    this.#timeline.draw(record, changed, this.#critical);
    this.#axis.draw(view, this.#timeline.element);
    this.#overview.draw(record.load, record.elapsed, spanOf(this.#session));
    this.#pools.draw(this.#session.pools);
    this.#ghosts.draw(record, record.elapsed, view);
    if (record.grew || (over && record.phase !== 'idle')) this.#showGraph(record, over);
    this.#graph.colour(changed);
    if (over) this.#markEnd();
    this.#answers.draw(record.tasks, changed, record.ownSummary);
    this.#details.draw(changed);
    this.#live.draw(record, changed);
    this.#outcome.draw(this.#session);
    const failed = Boolean(this.#session.error);
    if (failed && !this.#failed) this.#pane.open('Result');
    this.#failed = failed;
  }

  /** @param {import('../run/record.js').RunRecord} record */
  #begin(record) {
    this.#record = record;
    // It may have been on the screen before.
    record.changed = new Set(record.tasks);
    this.#plan = this.#session.order?.plan ?? [];
    this.#critical = noTasks;
    this.#zoom.reset();
    for (const kind of ['critical', 'winner', 'chosen']) this.#graph.mark(kind, noIds);
    for (const part of [this.#timeline, this.#overview, this.#details, this.#answers, this.#live])
      part.clear();
    if (!this.#session.order) return;
    this.#pane.open('Result');
    this.#graphTitle.textContent = 'Graph';
    this.#graph.show(this.#plan);
    this.#graph.colour(this.#plan);
  }

  /**
   * What was planned stays, and lights up as it runs; what never came is dropped at the end.
   * @param {import('../run/record.js').RunRecord} record
   * @param {boolean} over
   */
  #showGraph(record, over) {
    record.grew = false;
    const coming = over ? [] : this.#plan.filter(({ id }) => !record.byId.has(id));
    this.#graph.show([...record.tasks, ...coming]);
    this.#graph.colour(record.tasks);
  }

  #markEnd() {
    this.#graph.mark('critical', new Set([...this.#critical].map(({ id }) => id)));
    const winner = this.#session.result?.winnerId;
    this.#graph.mark('winner', winner ? new Set([winner]) : noIds);
    this.#answers.crown(winner);
  }

  /**
   * @param {Task} task
   * @param {'point' | 'choose'} how
   */
  #select(task, how) {
    if (how === 'point') return this.#graph.mark('pointed', new Set([task.id]));
    const prompt = this.#plan.find(({ id }) => id === task.id)?.prompt ?? '';
    this.#details.show(task, prompt);
    this.#pane.open('Details');
    this.#graph.mark('chosen', new Set([task.id]));
    this.#answers.reveal(task);
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
    ['running', 'running'],
    ['good', 'done'],
    ['retrying', 'waits'],
    ['spent', 'failed'],
    ['ended', 'cancelled'],
    ['critical', 'critical'],
  ];
  return element(
    'div',
    { class: 'panel-head' },
    element('h2', { class: 'unseen' }, 'Timeline'),
    element(
      'ul',
      { class: 'legend', 'aria-label': 'Legend' },
      ...entries.map(([kind, word]) => element('li', {}, element('i', { class: `swatch ${kind}` }), word)),
    ),
  );
}
