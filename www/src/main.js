// @ts-check
/** Puts the page together. */

import '@fontsource-variable/geist/wght.css';
import '../styles/index.css';
import { computed, effect, signal, untracked } from '@preact/signals-core';
import { placeInAddress, putInAddress } from './address.js';
import { CodeView } from './code/code-view.js';
import { Composer } from './compose/composer.js';
import { element } from './dom/element.js';
import { Resume } from './resume/resume.js';
import { downloadJson, exported, readExport } from './run/export.js';
import { Session } from './run/session.js';
import { findPresets } from './settings/presets.js';
import { Settings } from './settings/settings.js';
import { stageOf } from './stage/stage.js';

const settings = new Settings(await findPresets());
const session = new Session();
const composer = new Composer(
  () => {
    session.look.isOutdated.value = true;
  },
  () => void run({ goesOn: false }),
);
/** What is wrong with what was tried last. */
const complaint = signal('');
/** @type {import('./patterns/plan.js').Planned[]} */
let lastPlan = [];
/** What would run, as the graph shows it before anything has. */
const plan = computed(() => {
  try {
    lastPlan = composer.pattern.plan?.(composer.read()) ?? [];
  } catch {
    // What is being typed is not complete yet.
  }
  return lastPlan;
});

/** @type {import('./run/order.js').Call | null} */
let lastCall = null;
const code = new CodeView(
  computed(() => {
    try {
      lastCall = callForCode();
    } catch {
      // What is being typed is not complete yet.
    }
    return lastCall;
  }),
);

const resume = new Resume(goOn);

const problem = element('p', { class: 'problem', role: 'alert' });
const runButton = element(
  'button',
  { type: 'submit', class: 'primary', 'aria-keyshortcuts': 'Control+Enter', title: 'Ctrl + Enter' },
  'Run',
);
const stopButton = element(
  'button',
  { type: 'button', class: 'stop', onclick: () => session.stop() },
  'Stop',
);
const exportButton = element(
  'button',
  { type: 'button', class: 'quiet', onclick: () => downloadJson('parallel-run.json', exported(session)) },
  'Export JSON',
);
const fileInput = element('input', {
  type: 'file',
  accept: '.json,application/json',
  hidden: true,
  onchange: () => void open(fileInput.files?.[0]),
});
const openButton = element(
  'button',
  {
    type: 'button',
    class: 'quiet',
    onclick: () => fileInput.click(),
    title: 'A run that was exported; or drop it here',
  },
  'Open',
);
const resumeButton = element(
  'button',
  {
    type: 'button',
    hidden: true,
    title: 'Asks only for what is missing',
    onclick: () => resume.goOn(),
  },
  'Resume',
);

const form = element(
  'form',
  { class: 'composer', novalidate: true, onsubmit: start },
  composer.form,
  settings.element,
  problem,
  element(
    'div',
    { class: 'actions action-bar' },
    runButton,
    stopButton,
    resumeButton,
    settings.faults,
    element('kbd', { class: 'hint' }, 'Ctrl + Enter'),
  ),
);
const stage = stageOf(
  session,
  () => settings.preset,
  plan,
  element('div', { class: 'actions' }, exportButton, openButton, fileInput),
  code,
);

document
  .querySelector('#page')
  ?.replaceChildren(
    element('div', { class: 'top' }, composer.picker, composer.chips),
    resume.element,
    form,
    stage,
  );
addEventListener('hashchange', () => goToAddress());
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  void open(event.dataTransfer?.files[0]);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit();
});
goToAddress();

effect(() => {
  problem.textContent = complaint.value;
});
effect(() => {
  const { name } = composer.pattern;
  // By the pattern alone: what has just ended stays, whatever form is beside it.
  untracked(() => session.show(name));
});
effect(() => {
  try {
    const changes = composer.changes();
    // A complaint about the settings stands until they are changed.
    settings.read();
    putInAddress(composer.pattern.name, changes);
    untracked(() => (complaint.value = ''));
  } catch {
    // What is being typed is not complete yet.
  }
});
effect(() => {
  const [shown, hidden] = session.isRunning ? [stopButton, runButton] : [runButton, stopButton];
  // The focus must not be lost with the button that had it.
  const hadFocus = document.activeElement === hidden;
  shown.hidden = false;
  hidden.hidden = true;
  if (hadFocus) shown.focus({ preventScroll: true });
});
effect(() => {
  const { isRunning, order, events, record } = session;
  // Again what has run, and not what another form has.
  runButton.textContent = order?.form === composer.pattern.name ? 'Run again' : 'Run';
  exportButton.hidden = isRunning || events.length === 0;
  openButton.hidden = isRunning;
  resumeButton.hidden = isRunning || record.phase !== 'cancelled' || resume.form !== order?.form;
});

/** Shows what the address names; whether it names anything. */
function goToAddress() {
  const place = placeInAddress();
  if (!place || !composer.knows(place.pattern)) return false;
  try {
    composer.fill(place.pattern, place.values ?? {});
    return true;
  } catch {
    // Somebody has written the address by hand.
    return false;
  }
}

/** @param {Event} event */
function start(event) {
  event.preventDefault();
  void run({ goesOn: false });
}

let isStarting = false;

/** @param {{ goesOn: boolean }} how */
async function run(how) {
  if (session.isRunning || isStarting) return;
  const order = readOrder();
  if (!order) return;
  isStarting = true;
  try {
    await settings.load();
    await resume.begin({ ...composer.filling, preset: settings.preset.id }, how);
  } catch (error) {
    complaint.value = wordsOf(error);
    return;
  } finally {
    isStarting = false;
  }
  const world = { ...settings.world, ...how };
  void session.start({ ...order, world, form: composer.pattern.name }).finally(() => {
    // What was stopped can go on; what has ended begins anew.
    if (session.record.phase !== 'cancelled') resume.end();
    if (session.error?.issues) settings.point(session.error.issues);
  });
  // On a narrow screen the run is below the form.
  if (stage.getBoundingClientRect().top > innerHeight / 2) stage.scrollIntoView();
}

/** @param {import('./resume/unfinished.js').Unfinished} unfinished */
function goOn({ pattern, values, preset }) {
  settings.choose(preset);
  composer.fill(pattern, values);
  void run({ goesOn: true });
}

/** The call that is on the screen, or null with the reason shown. */
function readOrder() {
  try {
    const { pattern, args, options } = composer.call();
    complaint.value = '';
    const { pricedAs, badge } = settings.preset;
    return { pattern, args, options: { ...settings.read(), ...options }, plan: plan.value, pricedAs, badge };
  } catch (error) {
    complaint.value = wordsOf(error);
    return null;
  }
}

/** @param {Blob | undefined} file */
async function open(file) {
  if (!file || session.isRunning) return;
  try {
    session.open(await readExport(file));
    complaint.value = '';
  } catch (error) {
    complaint.value = wordsOf(error);
  }
}

/** @param {unknown} error */
function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** What is in the form, as a program of the person's own would have it. */
function callForCode() {
  const { pattern, args, options } = composer.call();
  return { pattern, args, options: { ...settings.readForCode(), ...options } };
}
