// @ts-check
/** Makes of each row what is asked: a prompt, or a request's whole body. */

import { CliError } from './failure.js';
import { missing, templateOf } from './template.js';

/** @typedef {{ id: string | number, content: string, fields: Record<string, unknown> }} Question */

/** Fields that hold the prompt where nothing else says so. */
const usual = ['text', 'content', 'prompt', 'input'];

/** What begins a content that is a body: see {@link bodyIn}. */
const mark = '{"request body":';

/**
 * @param {import('./flags.js').Flags} flags
 * @param {boolean} [asTexts]  whether a row can be a text alone, and no whole request
 * @returns {(row: import('./input.js').Row) => Question}
 */
export function questionsOf(flags, asTexts = false) {
  const template = typeof flags.template === 'string' ? templateOf(flags.template) : undefined;
  const field = typeof flags.input === 'string' ? flags.input : undefined;
  const images = typeof flags.images === 'string' ? flags.images : undefined;
  const idField = typeof flags.id === 'string' ? flags.id : undefined;
  if (images && (flags.provider ?? 'openai') !== 'openai')
    throw new CliError('`--images` needs a server that speaks OpenAI’s format.');

  return ({ line, value, location }) => {
    if (typeof value === 'string') {
      const fields = { text: value, line };
      return { id: line, content: template ? template(fields, location) : value, fields: { text: value } };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new CliError(`${location}: expected a text or an object.`);
    const fields = /** @type {Record<string, unknown>} */ (value);
    const id = idOf(fields, idField, line, location);
    const body = bodyOf(fields);
    if (asTexts && ((body && !template) || images))
      throw new CliError(
        `${location}: a row that is a whole request, or has images, is asked with once: leave \`--strategy\` out.`,
      );
    if (body && !template) return { id, content: asContent(body), fields };
    const text = template ? template(fields, location) : textOf(fields, field, location);
    if (!images) return { id, content: text, fields };
    return { id, content: asContent({ messages: [withImages(text, fields, images, location)] }), fields };
  };
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string | undefined} name
 * @param {number} line
 * @param {string} location
 */
function idOf(fields, name, line, location) {
  if (name && fields[name] === undefined) throw new CliError(missing(name, Object.keys(fields), location));
  const id = name ? fields[name] : (fields.custom_id ?? fields.id);
  return typeof id === 'string' || typeof id === 'number' ? id : line;
}

/**
 * The body of a request: a line for OpenAI's batches has it as `body`, and the well-known script
 * has it as the line.
 * @param {Record<string, unknown>} fields
 */
function bodyOf({ body, custom_id: _, metadata: __, ...rest }) {
  const inner = /** @type {any} */ (body);
  if (Array.isArray(inner?.messages)) return inner;
  return Array.isArray(rest.messages) ? rest : undefined;
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string | undefined} name
 * @param {string} location
 */
function textOf(fields, name, location) {
  const found = name ?? usual.find((other) => fields[other] !== undefined);
  if (found === undefined)
    throw new CliError(
      `${location}: which field is the prompt? Name it with \`--input\`, or write a template: \`-t 'Review: {${Object.keys(fields)[0] ?? 'text'}}'\`.`,
    );
  if (fields[found] === undefined) throw new CliError(missing(found, Object.keys(fields), location));
  return String(fields[found]);
}

/**
 * @param {string} text
 * @param {Record<string, unknown>} fields
 * @param {string} name
 * @param {string} location
 */
function withImages(text, fields, name, location) {
  if (fields[name] === undefined) throw new CliError(missing(name, Object.keys(fields), location));
  const urls = [fields[name]].flat().map(String).filter(Boolean);
  const images = urls.map((url) => ({ type: 'image_url', image_url: { url } }));
  return { role: 'user', content: [{ type: 'text', text }, ...images] };
}

/** @param {object} body */
function asContent(body) {
  return `${mark}${JSON.stringify(body)}}`;
}

/**
 * The body that a content stands for. A batch asks with texts alone, so a body travels as one, up
 * to where it is sent.
 * @param {unknown} content
 * @returns {Record<string, any> | undefined}
 */
export function bodyIn(content) {
  if (typeof content !== 'string' || !content.startsWith(mark)) return undefined;
  return JSON.parse(content)['request body'];
}
