// @ts-check
/**
 * Shows a model's answer. It is a stranger's text: only formatting survives, and no length of it
 * holds up the page.
 */

import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { count } from '../format.js';
import { element } from './element.js';

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // Tags in an answer are shown, not obeyed; and no answer makes this page fetch a picture from
    // somewhere.
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
  },
});

const allowed = {
  ALLOWED_TAGS:
    'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup table tbody td th thead tr ul'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['href', 'title', 'start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

/** What is formatted of an answer, in characters. */
const mostFormatted = 10_000;
/** What is formatted at a time. */
const slice = 4_096;
/** After which the next frame goes on. */
const budgetMs = 8;
/** What is shown at a time of the rest. */
const chunk = 16_384;

/**
 * A line that can only be the beginning of a block: no item, quote, row or indented line that goes
 * on with the one before.
 */
const newBlock = /\n\n(?=[^\s\-*+>|#\d])/g;
/** Where a link leads that stands further up: such a text is read as one. */
const reference = /^\[[^\]]+\]:/m;

/** An answer in one place of the page. */
export class Markdown {
  #target;
  #text = '';
  /** As much of it as is formatted. */
  #shown = '';
  /** How much of that is so for good: its blocks are complete, and stay as they are. */
  #settled = 0;
  #frame = 0;
  #last = element('div', {});
  #rest = element('div', { class: 'plain' });
  #more = element('button', { type: 'button', class: 'quiet', onclick: () => this.#showAll() });

  /** @param {Element} target */
  constructor(target) {
    this.#target = target;
  }

  /** @param {string} text */
  show(text) {
    const isCut = text.length > mostFormatted;
    const shown = isCut ? text.slice(0, mostFormatted) : text;
    this.#text = text;
    if (isCut) this.#more.textContent = `Show all ${count(text.length)} characters`;
    // What comes behind the part that is formatted changes nothing but how much there is.
    if (shown === this.#shown && this.#last.isConnected) return;
    const goesOn = this.#settled > 0 && shown.startsWith(this.#shown) && this.#last.isConnected;
    this.#shown = shown;
    if (!goesOn) {
      this.#settled = 0;
      this.#target.replaceChildren(this.#last);
    }
    if (isCut) {
      this.#rest.replaceChildren();
      this.#more.hidden = false;
      this.#target.append(this.#rest, this.#more);
    }
    this.#grow();
  }

  /**
   * Formats what is new alone: a text that grows is not read anew with each piece, and a long one
   * not at once.
   */
  #grow() {
    cancelAnimationFrame(this.#frame);
    const text = this.#shown;
    const until = performance.now() + budgetMs;
    while (performance.now() < until) {
      const end = this.#settled + nextBlocks(text.slice(this.#settled));
      if (end === this.#settled) {
        // Of nothing, too, it would cost a document of its own to make.
        this.#last.replaceChildren(...(end < text.length ? [formatted(text.slice(end))] : []));
        return;
      }
      this.#last.before(formatted(text.slice(this.#settled, end)));
      this.#settled = end;
    }
    this.#last.replaceChildren();
    this.#frame = requestAnimationFrame(() => this.#grow());
  }

  /** The rest as it is written, piece by piece between frames. */
  #showAll() {
    const text = this.#text;
    let at = mostFormatted;
    this.#more.hidden = true;
    const next = () => {
      if (text !== this.#text || at >= text.length) return;
      const until = performance.now() + 8;
      while (at < text.length && performance.now() < until) {
        this.#rest.append(element('p', {}, text.slice(at, at + chunk)));
        at += chunk;
      }
      requestAnimationFrame(next);
    };
    next();
  }
}

/**
 * How long the next blocks are that are complete, a slice at a time where that holds any.
 * @param {string} text
 */
function nextBlocks(text) {
  if (reference.test(text)) return 0;
  return lastBlock(text.slice(0, slice)) || lastBlock(text);
}

/**
 * Where the last block begins, when all before it is complete.
 * @param {string} text
 */
function lastBlock(text) {
  let at = 0;
  for (const { index } of text.matchAll(newBlock)) {
    const isInCode = (text.slice(0, index).match(/^(```|~~~)/gm) ?? []).length % 2 === 1;
    if (!isInCode) at = index + 2;
  }
  return at;
}

/** @param {string} text */
function formatted(text) {
  const html = marked.parse(text, { async: false });
  const content = /** @type {DocumentFragment} */ (
    /** @type {unknown} */ (DOMPurify.sanitize(html, allowed))
  );
  for (const link of content.querySelectorAll('a')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  // The page has headings of its own; an answer's stand below them.
  for (const heading of content.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const paragraph = document.createElement('p');
    paragraph.className = 'answer-heading';
    paragraph.append(...heading.childNodes);
    heading.replaceWith(paragraph);
  }
  for (const table of content.querySelectorAll('table, pre')) table.setAttribute('tabindex', '0');
  return content;
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
