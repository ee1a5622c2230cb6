// @ts-check
/**
 * Everything that one sees of a run. Each part has its place from the beginning, so that nothing
 * moves what is being read.
 */

import { batch, computed, effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
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

/** @type {Set<Task>} */
const noTasks = new Set();

/**
 * @param {Session} session
 * @param {() => import('../settings/presets.js').Preset} preset
 * @param {{ readonly value: Planned[] }} typed  what would run, by the form
 * @param {HTMLElement} actions
 * @param {import('../code/code-view.js').CodeView} code  what would be written for the same
 */
export function stageOf(session, preset, typed, actions, code) {
  const zoom = new Zoom(session);
  const status = new StatusLine(session, preset);
  const critical = computed(() =>
    session.record.phase === 'complete' && !session.isRunning ? criticalPath(session.record) : noTasks,
  );
  const timeline = new Timeline(session, zoom, critical, choose);
  const pane = new Pane(
    [
      {
        name: 'Result',
        content: element(
          'div',
          { class: 'result' },
          status.problem,
          new Live(session).element,
          new Outcome(session).element,
        ),
      },
      { name: 'Details', content: new Details(session).element },
      { name: 'Code', content: code.element, isShown: code.isShown },
    ],
    actions,
  );

  /** @param {Task} task */
  function choose(task) {
    const { cursor, chosen } = session.look;
    batch(() => {
      cursor.value = task;
      chosen.value = task;
    });
    pane.open('Details');
  }

  // Where it begins, and where it fails.
  effect(() => {
    if (session.order || session.error) pane.open('Result');
  });

  return element(
    'div',
    { class: 'stage' },
    element('div', { class: 'stage-head' }, status.element, new Numbers(session).element),
    element(
      'section',
      { class: 'panel run', 'aria-label': 'Timeline' },
      legend(),
      timeline.element,
      new Ghosts(session, zoom).element,
      new Axis(zoom, timeline.element).element,
      new Overview(session, zoom).element,
      new Pools(session).element,
    ),
    graphPanel(session, typed, critical, choose),
    element(
      'section',
      { class: 'panel texts', 'aria-label': 'Answers' },
      element('div', { class: 'panel-head' }, element('h2', {}, 'Answers'), status.badge),
      new Answers(session, choose).element,
    ),
    pane.element,
  );
}

/**
 * @param {Session} session
 * @param {{ readonly value: Planned[] }} typed
 * @param {{ readonly value: Set<Task> }} critical
 * @param {(task: Task) => void} choose
 */
function graphPanel(session, typed, critical, choose) {
  const title = element('h2', {});
  const isOfForm = computed(() => !session.isRunning && (!session.order || session.look.isOutdated.value));
  const nodes = computed(() => (isOfForm.value ? typed.value : ranOrRuns(session)));
  const ids = (/** @type {Iterable<Task | null>} */ tasks) =>
    new Set([...tasks].flatMap((task) => (task && !isOfForm.value ? task.id : [])));
  const graph = new Graph(
    nodes,
    {
      critical: () => ids(critical.value),
      winner: () => ids([session.record.byId.get(session.result?.winnerId) ?? null]),
      chosen: () => ids([session.look.chosen.value]),
      pointed: () => ids([session.look.pointed.value]),
    },
    (id) => {
      const task = session.record.byId.get(id);
      if (task) choose(task);
    },
  );
  const hint = element('p', { class: 'hint' }, 'Known as soon as it runs.');
  effect(() => {
    title.textContent = isOfForm.value ? 'Graph of what would run' : 'Graph';
    hint.hidden = nodes.value.length > 0;
  });
  return element('section', { class: 'panel plan', 'aria-label': 'Graph' }, title, hint, graph.element);
}

/**
 * What was planned stays, and lights up as it runs; what never came is dropped at the end.
 * @param {Session} session
 */
function ranOrRuns({ record, order, isRunning }) {
  const { tasks } = record;
  const plan = order?.plan ?? [];
  if (!isRunning && tasks.length > 0) return [...tasks];
  return [...tasks, ...plan.filter(({ id }) => !record.byId.has(id))];
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
