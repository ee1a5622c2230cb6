// @ts-check
/** Those that a judge compares. Their order is a matter of chance. */

const fences = /^(~~~+) candidate \d+\n([\s\S]*?)^\1$/gm;
const named = /("choice":\s*"?|\bcandidate )(\d+)/gi;

/**
 * A prompt with its candidates in the order of their letters.
 * @param {string} prompt
 */
export function inOrder(prompt) {
  const sorted = textsOf(prompt).sort();
  let at = 0;
  return prompt.replace(fences, (_, fence) => `${fence} candidate ${at + 1}\n${sorted[at++]}${fence}`);
}

/**
 * A judge's answer, whose numbers are those of the candidates in one prompt, for another prompt.
 * @param {string} answer
 * @param {string} from  the prompt that it was given to
 * @param {string} to
 */
export function renumbered(answer, from, to) {
  const [shown, wanted] = [textsOf(from), textsOf(to)];
  if (shown.length === 0) return answer;
  return answer.replace(named, (_, words, number) => {
    const at = wanted.indexOf(shown[number - 1]);
    return `${words}${at < 0 ? number : at + 1}`;
  });
}

/** @param {string} prompt */
function textsOf(prompt) {
  return [...prompt.matchAll(fences)].map(([, , text]) => text);
}
