// @ts-check
/** Shows a model's answer. It is a stranger's text: only formatting survives. */

import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // Tags in an answer are shown, not obeyed; and no answer makes this page fetch a picture from somewhere.
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

/**
 * @param {Element} target
 * @param {string} text
 */
export function showMarkdown(target, text) {
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
  target.replaceChildren(content);
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
