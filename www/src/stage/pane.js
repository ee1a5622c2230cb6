// @ts-check
/** What stands beside the answers, one at a time: the result, the details of one task, the code. */

import { element, uniqueId } from '../dom/element.js';

/**
 * @typedef {object} Tab
 * @property {string} name
 * @property {HTMLElement} content
 * @property {import('@preact/signals-core').Signal<boolean>} [isShown]  for one that costs
 *   something to fill
 */

export class Pane {
  #tabs;
  #list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'About the run' });
  #head = element('div', { class: 'panel-head' }, this.#list);
  element = element('section', { class: 'panel pane', 'aria-label': 'More of the run' }, this.#head);

  /**
   * @param {Tab[]} tabs
   * @param {HTMLElement} actions  at the end of their line
   */
  constructor(tabs, actions) {
    this.#tabs = tabs.map(({ name, content, isShown }) => {
      const id = uniqueId('tab');
      const tab = element(
        'button',
        { type: 'button', role: 'tab', id, 'aria-controls': `${id}-panel`, onclick: () => this.open(name) },
        name,
      );
      // What scrolls has to be reachable by keyboard.
      const panel = element(
        'div',
        { role: 'tabpanel', id: `${id}-panel`, 'aria-labelledby': id, tabindex: 0, class: 'tab-panel' },
        content,
      );
      this.#list.append(tab);
      this.element.append(panel);
      return { name, tab, panel, isShown };
    });
    this.#head.append(actions);
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    this.open(tabs[0].name);
  }

  /** @param {string} name */
  open(name) {
    for (const { name: its, tab, panel, isShown } of this.#tabs) {
      const chosen = its === name;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      panel.hidden = !chosen;
      if (isShown) isShown.value = chosen;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = this.#tabs.findIndex(({ tab }) => tab === event.target);
    const next = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length];
    event.preventDefault();
    this.open(next.name);
    next.tab.focus();
  }
}
