// @ts-check
/** A run that a reload cut off: offers to go on with it, where the package can keep answers. */

import { element } from '../dom/element.js';
import { answerStore, forgetAnswers, recallAnswers } from './answer-store.js';
import { takesStore } from './support.js';
import { forgetRun, rememberRun, unfinishedRun } from './unfinished.js';

/** @typedef {import('./unfinished.js').Unfinished} Unfinished */

export class Resume {
  #can = false;
  #kept = unfinishedRun();
  #text = element('p', {}, 'The last run was cut off. What it had answered is kept in this browser.');
  #notice;

  /**
   * @param {Record<string, any>} api
   * @param {(run: Unfinished) => void} goOn
   */
  constructor(api, goOn) {
    const resume = () => {
      const run = this.#kept;
      this.#close();
      if (run) goOn(run);
    };
    this.#notice = element(
      'div',
      { class: 'resume', role: 'status', hidden: true },
      this.#text,
      element(
        'div',
        { class: 'actions' },
        element('button', { type: 'button', class: 'primary', onclick: resume }, 'Resume'),
        element('button', { type: 'button', class: 'quiet', onclick: () => this.#discard() }, 'Forget it'),
      ),
    );
    void this.#probe(api);
  }

  get element() {
    return this.#notice;
  }

  /** Options that keep the answers of a run. */
  get options() {
    return this.#can ? { store: answerStore } : {};
  }

  /**
   * A run begins. Answers of runs that have ended are not wanted: running again means asking again.
   * @param {Unfinished} run
   * @param {{ goesOn: boolean }} how
   */
  async begin(run, { goesOn }) {
    this.#close();
    if (!this.#can) return;
    await (goesOn ? recallAnswers() : forgetAnswers());
    rememberRun(run);
  }

  /** A run has ended, well or not, or was stopped by the person. */
  end() {
    forgetRun();
    if (this.#can) void forgetAnswers();
  }

  /** @param {Record<string, any>} api */
  async #probe(api) {
    this.#can = await takesStore(api);
    this.#notice.hidden = !(this.#can && this.#kept);
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
