// @ts-check
/** A run that a reload cut off: offers to go on with it. */

import { element } from '../dom/element.js';
import { forgetAnswers, recallAnswers } from './answer-store.js';
import { forgetRun, rememberRun, unfinishedRun } from './unfinished.js';

/** @typedef {import('./unfinished.js').Unfinished} Unfinished */

export class Resume {
  #kept = unfinishedRun();
  #text = element('p', {}, 'The last run was cut off. What it had answered is kept in this browser.');
  #notice;

  /** @param {(run: Unfinished) => void} goOn */
  constructor(goOn) {
    const resume = () => {
      const run = this.#kept;
      this.#close();
      if (run) goOn(run);
    };
    this.#notice = element(
      'div',
      { class: 'resume', role: 'status', hidden: this.#kept === null },
      this.#text,
      element(
        'div',
        { class: 'actions' },
        element('button', { type: 'button', class: 'primary', onclick: resume }, 'Resume'),
        element('button', { type: 'button', class: 'quiet', onclick: () => this.#discard() }, 'Forget it'),
      ),
    );
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
    await (goesOn ? recallAnswers() : forgetAnswers());
    rememberRun(run);
  }

  /** A run has ended, well or not, or was stopped by the person. */
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
