// @ts-check
/** What `--help` prints: a screen a command. */

const overview = `Runs many LLM calls in parallel.

  parallelization-agent run [FILE|-] [-t TEMPLATE] [-o FILE]   asks with each row of a file
  parallelization-agent prompt TEXT                            asks once; '/voting Is it so?' asks several
  parallelization-agent graph FILE                             runs subtasks with dependencies
  parallelization-agent estimate FILE                          rows, tokens, cost and time, without a call
  parallelization-agent report RUN.json                        a page to look at, of a run that --trace kept

\`parallelization-agent COMMAND --help\` lists the flags of a command. The key comes from the environment
(OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY) or from a file that --env-file names.

Exit codes: 0 all done, 1 some rows failed, 2 wrong usage, 3 budget or deadline reached, 4 the key or the quota is
refused, 130 interrupted.
`;

const model = `
  -m, --model NAME       --provider openai|anthropic|gemini     --base-url URL     --env-file FILE
  -s, --system TEXT|@FILE   what kind of worker it is           --schema FILE      what the answer must look like (JSON Schema)
  --max-tokens N         --temperature X    --extra JSON        further fields of the request
  -c, --concurrency N|auto   --rpm N  --tpm N                   requests and tokens a minute
  --retries N   --timeout SECONDS   --deadline SECONDS          of one attempt, of the whole run
  --price IN/OUT         what a million tokens cost             --budget SUM|Ntok  ends before it is overrun
  --quiet   --json-progress                                     no progress, or AG-UI events, on the standard error
`;

const kept = `
  --report FILE.html     a page of the run to open in a browser: timeline, graph, tries, errors, tokens, cost
  --trace FILE.json      the run itself, prompts and answers in it, for \`report\` or the demo page
`;

const rows = `
FILE is one prompt a line (.txt), JSON lines (.jsonl), CSV or TSV with a header; - is the standard input. A row of JSON may be
a text, an object, or the body of a request to chat completions, with custom_id where there is one.

  -t, --template TEXT|@FILE   'Is this positive? {text}': {field} is a field of the row, {{ a brace
  --input FIELD          the prompt, without a template (text, content, prompt or input)
  --id FIELD             the row's name (custom_id or id, else its line)     --images FIELD   addresses of images
  --input-format text|jsonl|csv|tsv                             --limit N    only the first rows
`;

/** @type {Record<string, string>} */
const pages = {
  run: `parallelization-agent run [FILE|-] [flags]
${rows}
  -o, --output FILE      results go there, and the same command goes on where it was stopped
  --format jsonl|csv|text   --order completion|input   --fields a,b   --keep   (the fields of the input, too)
  --errors FILE          failed rows go there                   --fresh      forgets what was answered
  --strategy voting|best-of|evaluate|perspectives|guarded   each row is put to several calls: --with N or --with A,B says
                         to how many, by which criteria, to whom; what they came to is in the output's data
  --strategy map-reduce  one summary of all rows, or of the .txt and .md files of a folder; --system says what is asked
${kept.slice(1)}${model}`,
  estimate: `parallelization-agent estimate FILE [flags]\n${rows}${model}`,
  prompt: `parallelization-agent prompt TEXT [flags]

TEXT is asked once, and the answer printed as it comes. With a command before it, it is asked in that pattern:
/voting, /bestof, /sectioning, /mapreduce, /perspectives, /evaluate, /guarded. Without TEXT, the standard input is asked.
${kept}${model}`,
  graph: `parallelization-agent graph FILE [flags]

FILE is JSON or YAML: task: what it is all for; subtasks: a list of { id, content, dependencies, model, … }.
In a content, {{id}} stands for the result of a dependency.

  -o, --output FILE      results, summary and sums as JSON
${kept.slice(1)}${model}`,
  report: `parallelization-agent report RUN.json [-o FILE.html]

Makes a page to look at of a run that --trace kept, or that the demo page exported: timeline, graph, tries, errors, tokens
and cost. It needs no network. Without -o it is written beside the run, as RUN.html.
`,
};

/** @param {string} [command] */
export function help(command) {
  return pages[command ?? ''] ?? overview;
}
