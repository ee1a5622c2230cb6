// @ts-check
/** The limit in Node: `node:http` with kept connections, and nothing besides. */

import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });

/**
 * @param {string} baseURL
 * @param {string} content
 * @param {object} fields
 * @param {(piece: Buffer) => void} onPiece
 * @returns {Promise<void>}
 */
function post(baseURL, content, fields, onPiece) {
  const { hostname, port, pathname } = new URL(`${baseURL}/chat/completions`);
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' };
  return new Promise((resolve, reject) => {
    const asked = request({ agent, hostname, port, path: pathname, method: 'POST', headers });
    asked.on('response', (answer) => {
      answer.on('data', onPiece);
      answer.on('end', resolve);
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ model: 'bench', messages: [{ role: 'user', content }], ...fields }));
  });
}

/**
 * @param {string} baseURL
 * @param {string} content
 */
async function ask(baseURL, content) {
  /** @type {Buffer[]} */
  const pieces = [];
  await post(baseURL, content, {}, (piece) => pieces.push(piece));
  return JSON.parse(Buffer.concat(pieces).toString()).choices[0].message.content;
}

/** @type {import('../contenders.mjs').FanOut} */
export async function fanOut(prompts, { baseURL, concurrency }) {
  const results = Array(prompts.length);
  const queue = prompts.entries();
  const lane = async () => {
    for (const [index, prompt] of queue) results[index] = await ask(baseURL, prompt);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return results;
}
