// @ts-check
/** A run that a reload cut off: offers to go on with it. */

import { element } from '../dom/element.js';
import { forgetAnswers } from './answer-store.js';
import { forgetRun, rememberRun, unfinishedRun } from './unfinished.js';

/** @typedef {import('./unfinished.js').Unfinished} Unfinished */

export class Resume {
  #kept = unfinishedRun();
  #text = element('p', {}, 'The last run was cut off. What it had answered is kept in this browser.');
  #notice;
  #onGo;

  /** @param {(run: Unfinished) => void} goOn */
  constructor(goOn) {
    this.#onGo = goOn;
    this.#notice = element(
      'div',
      { class: 'resume', role: 'status', hidden: this.#kept === null },
      this.#text,
      element(
        'div',
        { class: 'actions' },
        element('button', { type: 'button', class: 'primary', onclick: () => this.goOn() }, 'Resume'),
        element('button', { type: 'button', class: 'quiet', onclick: () => this.#discard() }, 'Forget it'),
      ),
    );
  }

  /** Goes on with the run that was cut off or stopped. */
  goOn() {
    const run = this.#kept ?? unfinishedRun();
    this.#close();
    if (run) this.#onGo(run);
  }

  /** The form of the run that it would go on with. */
  get form() {
    return unfinishedRun()?.pattern;
  }

  get element() {
    return this.#notice;
  }

  /**
   * A run begins. Answers of runs that have ended are not wanted: running again means asking again.
   * @param {Unfinished} run
   * @param {{ goesOn: boolean }} how
   */
  async begin(run, { goesOn }) {
    this.#close();
    if (!goesOn) await forgetAnswers();
    rememberRun(run);
  }

  /** A run has ended, well or not. */
  end() {
    forgetRun();
    void forgetAnswers();
  }

  #discard() {
    this.#close();
    forgetRun();
    void forgetAnswers();
  }

  #close() {
    this.#kept = null;
    this.#notice.hidden = true;
  }
}
