// @ts-check
/** The limit: `fetch` and `Promise.all`, without retries, time-outs or an account. */

/**
 * @param {string} baseURL
 * @param {string} content
 * @param {object} [fields]
 */
export function post(baseURL, content, fields) {
  return fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ model: 'bench', messages: [{ role: 'user', content }], ...fields }),
  });
}

/**
 * @param {string} baseURL
 * @param {string} content
 */
export async function ask(baseURL, content) {
  const response = await post(baseURL, content);
  const { choices } = await response.json();
  return choices[0].message.content;
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

/** @type {import('../contenders.mjs').Streams} */
export function streams(prompts, { baseURL }, onText) {
  return Promise.all(prompts.map((prompt) => stream(baseURL, prompt, onText)));
}

/**
 * @param {string} baseURL
 * @param {string} prompt
 * @param {(text: string) => void} onText
 */
async function stream(baseURL, prompt, onText) {
  const response = await post(baseURL, prompt, { stream: true });
  if (!response.body) throw new Error('No body');
  const decoder = new TextDecoder();
  let text = '';
  let rest = '';
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const events = rest.split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.slice('data: '.length);
      if (data === '[DONE]') continue;
      const delta = JSON.parse(data).choices[0]?.delta.content;
      if (delta === undefined) continue;
      onText(delta);
      text += delta;
    }
  }
  return text;
}

/** @type {import('../contenders.mjs').Votes} */
export async function votes(questions, voters, world) {
  const ballots = questions.flatMap((question) => Array(voters).fill(question));
  const answers = await fanOut(ballots, world);
  return questions.map((_, index) => {
    const own = answers.slice(index * voters, (index + 1) * voters);
    return own.filter((answer) => answer === 'yes').length * 2 > voters ? 'yes' : 'no';
  });
}
