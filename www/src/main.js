// @ts-check
/** Puts the page together. */

import '@fontsource-variable/geist/wght.css';
import '../styles/index.css';
import * as api from 'parallelization-agent/web';
import { asCode } from './code.js';
import { Composer } from './compose/composer.js';
import { element } from './dom/element.js';
import { downloadJson } from './download.js';
import { answerStore } from './resume/answer-store.js';
import { Resume } from './resume/resume.js';
import { Session } from './run/session.js';
import { findPresets } from './settings/presets.js';
import { Settings } from './settings/settings.js';
import { Stage } from './stage/stage.js';

const settings = new Settings(await findPresets());
const session = new Session(() => changed());
const composer = new Composer(
  () => preview(),
  () => void run({ goesOn: false }),
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
const codeText = element('code', {});
const codeButton = element('button', { type: 'button', class: 'quiet', onclick: copyCode }, 'Copy as code');
const code = element('div', { class: 'code' }, codeButton, element('pre', {}, codeText));
const exportButton = element('button', { type: 'button', class: 'quiet', onclick: exportRun }, 'Export JSON');

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
    settings.faults,
    element('kbd', { class: 'hint' }, 'Ctrl + Enter'),
  ),
);
const stage = new Stage(
  session,
  () => settings.preset,
  element('div', { class: 'actions' }, exportButton),
  code,
);

document
  .querySelector('#page')
  ?.replaceChildren(
    element('div', { class: 'top' }, composer.picker, composer.chips),
    resume.element,
    form,
    stage.element,
  );
settings.element.addEventListener('input', () => preview());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit();
});
changed();
preview();

/** @param {Event} event */
function start(event) {
  event.preventDefault();
  void run({ goesOn: false });
}

/** @param {{ goesOn: boolean }} how */
async function run(how) {
  if (session.isRunning) return;
  const order = readOrder();
  if (!order) return;
  await resume.begin({ ...composer.filling, preset: settings.preset.id }, how);
  void session
    .start(api, {
      ...order,
      options: { ...order.options, store: answerStore, storeNamespace: settings.preset.id },
    })
    .finally(() => resume.end());
  // On a narrow screen the run is below the form.
  if (stage.element.getBoundingClientRect().top > innerHeight / 2) stage.element.scrollIntoView();
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
    problem.textContent = '';
    const { pricedAs, badge } = settings.preset;
    return { pattern, args, options: { ...settings.read(), ...options }, plan: planned(), pricedAs, badge };
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    return null;
  }
}

async function copyCode() {
  if (!readOrder()) return;
  codeButton.textContent = await navigator.clipboard.writeText(codeOf()).then(
    () => 'Copied',
    () => 'The browser did not allow it',
  );
  setTimeout(() => (codeButton.textContent = 'Copy as code'), 1500);
}

function exportRun() {
  const { order, result, error, events } = session;
  const outcome = result ?? {
    error: error?.message,
    code: error?.code,
    results: error?.results,
    metadata: error?.metadata,
  };
  downloadJson('parallel-run.json', { pattern: order?.pattern, args: order?.args, result: outcome, events });
}

function changed() {
  const [shown, hidden] = session.isRunning ? [stopButton, runButton] : [runButton, stopButton];
  // The focus must not be lost with the button that had it.
  const hadFocus = document.activeElement === hidden;
  shown.hidden = false;
  hidden.hidden = true;
  if (hadFocus) shown.focus({ preventScroll: true });
  runButton.textContent = session.order ? 'Run again' : 'Run';
  exportButton.hidden = session.isRunning || session.events.length === 0;
  stage.refresh();
}

/** What would run, as the graph shows it before anything has. */
function planned() {
  return composer.pattern.plan?.(composer.read()) ?? [];
}

function preview() {
  try {
    stage.preview(planned());
    codeText.textContent = codeOf();
  } catch {
    // What is being typed is not complete yet.
  }
}

function codeOf() {
  const { pattern, args, options } = composer.call();
  return asCode({ pattern, args, options: { ...settings.readForCode(), ...options } });
}
